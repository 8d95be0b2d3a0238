// Prompt decoder (MODEL.md part A, prototype/README.md): prompt maps added to the features at strides
// 2, 4 and 8, dilated bottlenecks at stride 8, two attention blocks at stride 16 in which the map, the
// mask tokens and the prompt tokens meet, then up to strides 4 and 2, where the mask tokens become
// kernels. LibTorch; one thread a model.
#pragma once
#include <torch/torch.h>

#include "model/fastsam2/blocks.h"
#include "model/fastsam2/nets.h"
#include "model/fastsam2/prompt_fusion.h"

namespace fs2 {

struct PromptDecoderImpl : torch::nn::Module, Foldable {
    PromptDecoderImpl();
    Decoded forward(const Features& f, const PromptTensors& prompts);
    void fold() override;

    static constexpr std::int64_t k2 = 16, k4 = 48, k8 = 96, k16 = 192, kHeads = 6, kPointer = 256;
    PromptFusion fusion{nullptr};
    ConvBn prompt2, prompt4, prompt8, down, refine4, refine2;
    torch::nn::ModuleList before, after, attention;
    torch::nn::Conv2d up8{nullptr}, up4{nullptr}, skip4{nullptr}, up2{nullptr};
    torch::Tensor maskTokens;
    torch::nn::Sequential kernels4{nullptr}, kernels2{nullptr}, iouHead{nullptr};
    torch::nn::Linear pointer{nullptr};
};
TORCH_MODULE(PromptDecoder);

}  // namespace fs2
