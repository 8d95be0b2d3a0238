#include "model/rapsam/rapsam_net.h"

namespace fs2 {

RapSamImpl::RapSamImpl(std::shared_ptr<Backbone> backbone_) : backbone(std::move(backbone_)) {
    register_module("backbone", backbone);
    neck = register_module("neck", YosoNeck(backbone->channels(), NeckConvolution::Deformable));
    register_module("panoptic_head", head);
}

torch::Tensor RapSamImpl::encode(const torch::Tensor& image, const std::function<void()>& between,
                                 const Tap& tap) {
    const auto maps = backbone->forward(image, between);
    const auto out = neck->forward(maps.stage, tap);
    if (tap) {
        for (std::size_t i = 0; i < 4; ++i) tap("C" + std::to_string(i + 2), maps.stage[i]);
        tap("a5", out.a5);
        tap("a4", out.a4);
        tap("a3", out.a3);
        tap("F", out.F);
    }
    return out.F;
}

void RapSamImpl::fold() {
    eval();
    torch::NoGradGuard noGrad;
    backbone->fold();
    neck->fold();
}

torch::Tensor stackedFrames(const torch::Tensor& F) {
    return F.permute({1, 0, 2, 3}).reshape({1, F.size(1), F.size(0) * F.size(2), F.size(3)});
}

}  // namespace fs2
