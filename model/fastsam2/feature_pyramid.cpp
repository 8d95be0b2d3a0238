#include "model/fastsam2/feature_pyramid.h"

#include "model/fastsam2/prompt_decoder.h"

namespace fs2 {

namespace {
constexpr std::int64_t kContext = 256, kLevel = YosoNeckImpl::kAggregate;
using Decoder = PromptDecoderImpl;
torch::nn::Conv2d pointwise(std::int64_t in, std::int64_t out) {
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 1));
}
}  // namespace

FeaturePyramidImpl::FeaturePyramidImpl()
    : smooth16(*this, "smooth16", "smooth16_bn", {Decoder::k16, Decoder::k16, 3}),
      smooth8(*this, "smooth8", "smooth8_bn", {Decoder::k8, Decoder::k8, 3}) {
    const auto c = resNetChannels(kBackboneDepth);
    in32 = register_module("in32", pointwise(c[3], kContext));
    in16 = register_module("in16", pointwise(c[2], Decoder::k16));
    in8 = register_module("in8", pointwise(c[1], Decoder::k8));
    level16 = register_module("level16", pointwise(kLevel, Decoder::k16));
    level8 = register_module("level8", pointwise(kLevel, Decoder::k8));
    from32 = register_module("from32", pointwise(kContext, Decoder::k16));
    from16 = register_module("from16", pointwise(Decoder::k16, Decoder::k8));
    out4 = register_module("out4", pointwise(YosoNeckImpl::kHidden, Decoder::k4));
    out2 = register_module("out2", pointwise(c[0], Decoder::k2));
    for (int i = 0; i < 2; ++i) context->push_back(MapAttention(kContext, 8, 2 * kContext, 1));
    register_module("context", context);
}

Features FeaturePyramidImpl::forward(const BackboneMaps& maps, const NeckMaps& neck) {
    auto x = in32(maps.stage[3]);
    torch::Tensor none;
    for (const auto& block : *context) block->as<MapAttentionImpl>()->forward(x, none);
    Features f;
    f.f16 = smooth16(in16(maps.stage[2]) + level16(neck.a4) + upsampleLike(from32(x), neck.a4));
    f.f8 = smooth8(in8(maps.stage[1]) + level8(neck.a3) + upsampleLike(from16(f.f16), neck.a3));
    f.f4 = out4(neck.F);
    f.f2 = out2(maps.stem);
    return f;
}

void FeaturePyramidImpl::fold() {
    smooth16.fold();
    smooth8.fold();
}

}  // namespace fs2
