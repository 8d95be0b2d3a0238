// Backbones: the interface that the neck builds on, and ResNet (He et al. 2016; "style=pytorch": the
// stride sits in the 3x3 convolution), with the state names of the published RAP-SAM (MODEL.md parts
// E.2 and F). LibTorch; one thread a model.
#pragma once
#include <torch/torch.h>

#include <array>
#include <functional>

#include "model/fastsam2/blocks.h"

namespace fs2 {

struct BackboneMaps {
    torch::Tensor stem;                  ///< (B, 64, H/2, W/2), before the max-pooling; ResNet only
    std::array<torch::Tensor, 4> stage;  ///< C2..C5 at strides 4, 8, 16, 32
};

struct Backbone : torch::nn::Module, Foldable {
    /// `between` runs between the stages: it may throw to stop the work.
    virtual BackboneMaps forward(const torch::Tensor& image, const std::function<void()>& between) = 0;
    virtual std::array<std::int64_t, 4> channels() const = 0;  ///< of C2..C5
};

/// Channels of C2..C5. `depth` is 18 (basic blocks) or 50 (bottlenecks).
constexpr std::array<std::int64_t, 4> resNetChannels(int depth) {
    return depth == 50 ? std::array<std::int64_t, 4>{256, 512, 1024, 2048}
                       : std::array<std::int64_t, 4>{64, 128, 256, 512};
}

struct ResNetImpl : Backbone {
    explicit ResNetImpl(int depth);
    BackboneMaps forward(const torch::Tensor& image,
                         const std::function<void()>& between = {}) override;
    std::array<std::int64_t, 4> channels() const override { return resNetChannels(depth); }
    void fold() override;
    int depth;
    ConvBn stem;
    std::array<torch::nn::ModuleList, 4> layers;
};
TORCH_MODULE(ResNet);

}  // namespace fs2
