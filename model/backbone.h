// ResNet backbone (He et al. 2016; "style=pytorch": the stride sits in the 3x3 convolution), with the
// state names of the published RAP-SAM (MODEL.md parts E.2 and F). LibTorch; one thread a model.
#pragma once
#include <torch/torch.h>

#include <array>
#include <functional>
#include <memory>

#include "model/blocks.h"

namespace fs2 {

struct BackboneMaps {
    torch::Tensor stem;                  ///< (B, 64, H/2, W/2), before the max-pooling
    std::array<torch::Tensor, 4> stage;  ///< C2..C5 at strides 4, 8, 16, 32
};

/// Basic residual block of ResNet-18: two 3x3 convolutions.
struct BasicBlockImpl : torch::nn::Module, Foldable {
    BasicBlockImpl(std::int64_t in, std::int64_t out, std::int64_t stride);
    torch::Tensor forward(const torch::Tensor& x);
    void fold() override;
    ConvBn one, two, skip;
    torch::nn::Module* downsample = nullptr;
};
TORCH_MODULE(BasicBlock);

struct ResNet18Impl : torch::nn::Module, Foldable {
    ResNet18Impl();
    /// `between` runs between the stages: it may throw to stop the work.
    BackboneMaps forward(const torch::Tensor& image, const std::function<void()>& between = {});
    void fold() override;
    static constexpr std::array<std::int64_t, 4> kChannels{64, 128, 256, 512};
    ConvBn stem;
    std::array<torch::nn::ModuleList, 4> layers;
};
TORCH_MODULE(ResNet18);

}  // namespace fs2
