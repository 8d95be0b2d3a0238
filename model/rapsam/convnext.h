// ConvNeXt backbone of OpenCLIP (Liu et al. 2022, as timm builds it), with the state names of the
// published RAP-SAM (MODEL.md parts E.2 and F; head.* is not part of it). LibTorch; one thread a
// model.
#pragma once
#include <array>
#include <functional>
#include <memory>

#include <torch/torch.h>

#include "model/fastsam2/backbone.h"

namespace fs2 {

struct ConvNextSpec {
    std::array<std::int64_t, 4> channels;
    std::array<std::int64_t, 4> depths;
    double eps = 1e-6;  ///< of the LayerNorms
};
inline constexpr ConvNextSpec kConvNextBase{{128, 256, 512, 1024}, {3, 3, 27, 3}};
inline constexpr ConvNextSpec kConvNextLarge{{192, 384, 768, 1536}, {3, 3, 27, 3}};
inline constexpr ConvNextSpec kConvNextXxlarge{{384, 768, 1536, 3072}, {3, 4, 30, 3}, 1e-5};

struct ConvNextImpl : Backbone {
    explicit ConvNextImpl(const ConvNextSpec& spec);
    /// There is no map at stride 2.
    BackboneMaps forward(const torch::Tensor& image,
                         const std::function<void()>& between = {}) override;
    std::array<std::int64_t, 4> channels() const override { return channels_; }
    void fold() override {}  ///< it has no BatchNorm

  private:
    struct Stage;
    std::array<std::int64_t, 4> channels_;
    torch::nn::Sequential stem_;
    std::array<std::shared_ptr<Stage>, 4> stages_;
};
TORCH_MODULE(ConvNext);

}  // namespace fs2
