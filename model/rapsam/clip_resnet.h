// ResNet-50 as CLIP's image tower has it: a stem of three convolutions, average pooling wherever
// the map shrinks (attnpool.* is not part of it). State names are open_clip's. LibTorch; one thread
// a model.
#pragma once
#include <array>
#include <functional>

#include <torch/torch.h>

#include "model/fastsam2/backbone.h"

namespace fs2 {

struct ClipResNetImpl : Backbone {
    explicit ClipResNetImpl(const std::array<int, 4>& depths = {3, 4, 6, 3},
                            std::int64_t width = 64);
    /// Its stem is the map before the first average pooling.
    BackboneMaps forward(const torch::Tensor& image,
                         const std::function<void()>& between = {}) override;
    std::array<std::int64_t, 4> channels() const override {
        return {4 * width, 8 * width, 16 * width, 32 * width};
    }
    void fold() override;
    std::int64_t width;
    std::array<ConvBn, 3> stem;
    std::array<torch::nn::ModuleList, 4> layers;
};
TORCH_MODULE(ClipResNet);

}  // namespace fs2
