#include "model/fastsam2/prompt_decoder.h"

namespace fs2 {

namespace nn = torch::nn;

namespace {
constexpr std::int64_t kPrompt2 = 16, kPrompt4 = 32, kMask4 = 32;

nn::Conv2d pointwise(std::int64_t in, std::int64_t out) {
    return nn::Conv2d(nn::Conv2dOptions(in, out, 1));
}
nn::Sequential mlp(std::int64_t in, std::int64_t out) {
    return nn::Sequential(nn::Linear(in, in), nn::ReLU(), nn::Linear(in, out));
}
/// Mask logits of kernels (B, K, C + 1; the last is the bias) on a map (B, C, H, W) -> (B, K, H, W).
torch::Tensor kernelMasks(const torch::Tensor& kernels, const torch::Tensor& map) {
    const auto C = map.size(1), H = map.size(2), W = map.size(3);
    const auto flat = map.flatten(2);
    const auto m = torch::matmul(kernels.narrow(2, 0, C), flat) + kernels.narrow(2, C, 1);
    return m.view({map.size(0), kernels.size(1), H, W});
}
}  // namespace

PromptDecoderImpl::PromptDecoderImpl()
    : prompt2(*this, "prompt2", "prompt2_bn", {4, kPrompt2, 3, 2}),
      prompt4(*this, "prompt4", "prompt4_bn", {kPrompt2, kPrompt4, 3, 2}),
      prompt8(*this, "prompt8", "prompt8_bn", {kPrompt4, k8, 3, 2}),
      down(*this, "down", "down_bn", {k8, k16, 3, 2}),
      refine4(*this, "refine4", "refine4_bn", {k4, kMask4, 3}),
      refine2(*this, "refine2", "refine2_bn", {k2, k2, 3}) {
    fusion = register_module("prompt_fusion", PromptFusion(k16));
    for (const int dilation : {1, 2}) before->push_back(Bottleneck(k8, 64, k8, 1, dilation));
    for (const int dilation : {4, 2, 1}) after->push_back(Bottleneck(k8, 64, k8, 1, dilation));
    for (int i = 0; i < 2; ++i) attention->push_back(MapAttention(k16, kHeads, 2 * k16, 2));
    register_module("before", before);
    register_module("attention", attention);
    register_module("after", after);
    up8 = register_module("up8", pointwise(k16, k8));
    up4 = register_module("up4", pointwise(k8, k4));
    skip4 = register_module("skip4", pointwise(kPrompt4, k4));
    up2 = register_module("up2", pointwise(kMask4, k2));
    maskTokens = register_parameter("mask_tokens", torch::randn({1, kMaskTokens, k16}) * .5);
    kernels4 = register_module("kernels4", mlp(k16, kMask4 + 1));
    kernels2 = register_module("kernels2", mlp(k16, k2 + 1));
    iouHead = register_module("iou_head", mlp(k16, 1));
    pointer = register_module("pointer", nn::Linear(k16, kPointer));
}

Decoded PromptDecoderImpl::forward(const Features& f, const PromptTensors& prompts) {
    const auto p2 = prompt2(prompts.maps);
    const auto p4 = prompt4(p2);
    auto z = torch::relu(f.f8 + prompt8(p4, false));
    for (const auto& block : *before) z = block->as<BottleneckImpl>()->forward(z);

    auto y = down(z, false) + f.f16;
    const auto B = y.size(0), H = y.size(2), W = y.size(3);
    const auto grid = torch::TensorOptions().dtype(torch::kFloat).device(y.device());
    const auto ys = (torch::arange(H, grid) + .5) * 16, xs = (torch::arange(W, grid) + .5) * 16;
    const auto centres = torch::stack({xs.view({1, W}).expand({H, W}), ys.view({H, 1}).expand({H, W})}, -1);
    // Under autocast some operators answer in fp32; the map and the tokens stay in the map's type.
    y = y + fusion->positions(centres).permute({2, 0, 1}).unsqueeze(0).to(y.scalar_type());
    const auto fused = fusion(prompts.points, prompts.types);
    auto tokens =
        torch::cat({maskTokens.expand({B, -1, -1}) + fused.query, fused.tokens}, 1).to(y.scalar_type());
    for (const auto& block : *attention) block->as<MapAttentionImpl>()->forward(y, tokens);

    z = torch::relu(z + upsampleLike(up8(y), z));
    for (const auto& block : *after) z = block->as<BottleneckImpl>()->forward(z);
    const auto x4 = refine4(torch::relu(upsampleLike(up4(z), f.f4) + f.f4 + skip4(p4)));
    const auto x2 = refine2(torch::relu(upsampleLike(up2(x4), f.f2) + f.f2 + p2));

    const auto masks = tokens.narrow(1, 0, kMaskTokens);
    Decoded out;
    out.coarse = kernelMasks(kernels4->forward(masks), x4);
    out.logits = kernelMasks(kernels2->forward(masks), x2) + upsampleLike(out.coarse, x2);
    out.iou = torch::sigmoid(iouHead->forward(masks).squeeze(-1).to(torch::kFloat));
    out.pointer = pointer(masks.select(1, 0));
    return out;
}

void PromptDecoderImpl::fold() {
    for (auto* c : {&prompt2, &prompt4, &prompt8, &down, &refine4, &refine2}) c->fold();
    for (const auto& list : {before, after})
        for (const auto& block : *list) block->as<BottleneckImpl>()->fold();
}

}  // namespace fs2
