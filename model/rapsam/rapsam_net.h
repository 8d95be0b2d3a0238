// The network rapsam_r50 (MODEL.md parts E and F): backbone, neck and query head with the published state
// names. LibTorch; one thread a model.
#pragma once
#include <torch/torch.h>

#include <memory>

#include "model/fastsam2/backbone.h"
#include "model/rapsam/query_head.h"
#include "model/fastsam2/yoso_neck.h"

namespace fs2 {

struct RapSamImpl : torch::nn::Module, Foldable {
    explicit RapSamImpl(std::shared_ptr<Backbone> backbone = std::make_shared<ResNetImpl>(50));
    /// `image` (B, 3, H, W): as rapsam_picture.h makes it, sides multiples of 32. Returns F (B, 256, H/4,
    /// W/4). `tap` hears C2..C5, a5, a4, a3, F and what the neck tells. `between` may throw to stop.
    torch::Tensor encode(const torch::Tensor& image, const std::function<void()>& between = {},
                         const Tap& tap = {});
    /// Bakes every BatchNorm in; for inference only, cannot be undone.
    void fold() override;
    std::shared_ptr<Backbone> backbone;
    YosoNeck neck{nullptr};
    QueryHead head;
};
TORCH_MODULE(RapSam);

/// F of T frames (T, 256, h, w) -> of one clip (1, 256, T*h, w), the frames stacked along height.
torch::Tensor stackedFrames(const torch::Tensor& F);

}  // namespace fs2
