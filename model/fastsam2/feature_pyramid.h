// FeaturePyramid: what the prompt decoder reads, made once a picture from the backbone and the neck:
// global context at stride 32, then top-down to strides 16 and 8. LibTorch; one thread a model.
#pragma once
#include <torch/torch.h>

#include "model/fastsam2/backbone.h"
#include "model/fastsam2/blocks.h"
#include "model/fastsam2/nets.h"
#include "model/fastsam2/yoso_neck.h"

namespace fs2 {

struct FeaturePyramidImpl : torch::nn::Module, Foldable {
    FeaturePyramidImpl();
    Features forward(const BackboneMaps& maps, const NeckMaps& neck);
    void fold() override;
    torch::nn::Conv2d in32{nullptr}, in16{nullptr}, in8{nullptr}, from32{nullptr}, from16{nullptr},
        level16{nullptr}, level8{nullptr}, out4{nullptr}, out2{nullptr};
    torch::nn::ModuleList context;
    ConvBn smooth16, smooth8;
};
TORCH_MODULE(FeaturePyramid);

}  // namespace fs2
