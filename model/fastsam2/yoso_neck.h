// The neck of YOSO as RAP-SAM uses it (MODEL.md part E.3): top-down path with learned upsampling and
// one map F at stride 4. LibTorch; one thread a model.
#pragma once
#include <torch/torch.h>

#include <array>

#include "model/fastsam2/blocks.h"

namespace fs2 {

struct NeckMaps {
    torch::Tensor F;           ///< (B, 256, H/4, W/4)
    torch::Tensor a5, a4, a3;  ///< (B, 128, …) at strides 32, 16, 8
};

/// The 3x3 convolutions of the upward steps: plain (fastsam2_s) or modulated deformable (rapsam_r50).
enum class NeckConvolution { Plain, Deformable };

/// `channels` are the backbone's C2..C5.
struct YosoNeckImpl : torch::nn::Module, Foldable {
    explicit YosoNeckImpl(std::array<std::int64_t, 4> channels,
                          NeckConvolution convolution = NeckConvolution::Plain);
    /// `tap` hears offset1..3, dcn1..3 (deformable only), deform_conv1..3 and S, the sum of the levels
    /// after the output convolution.
    NeckMaps forward(const std::array<torch::Tensor, 4>& stages, const Tap& tap = {});
    void fold() override;
    static constexpr std::int64_t kAggregate = 128;
    static constexpr std::int64_t kHidden = 256;
    struct Step;  ///< 3x3 convolution and doubling of the resolution
    struct Deconv;
    std::shared_ptr<Deconv> deconv;
    torch::nn::Conv2d locConv{nullptr};
};
TORCH_MODULE(YosoNeck);

}  // namespace fs2
