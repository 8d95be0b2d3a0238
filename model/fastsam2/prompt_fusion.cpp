#include "model/fastsam2/prompt_fusion.h"

#include <cmath>

namespace fs2 {

PromptFusionImpl::PromptFusionImpl(std::int64_t width_) : width(width_) {
    // Frequencies in cycles per 512 pixels; drawn once and kept in the state.
    frequencies = register_buffer("frequencies", torch::randn({2, kFrequencies}) * 4);
    query = register_parameter("query", torch::randn({1, 1, width}) * .5);
    noText = register_parameter("no_text", torch::randn({1, 1, width}) * .5);
    types = register_parameter("types", torch::randn({kTypes, width}) * .5);
    pos = register_module("pos", torch::nn::Linear(2 * kFrequencies, width));
    q = register_module("q", torch::nn::Linear(width, width));
    kv = register_module("kv", torch::nn::Linear(width, 2 * width));
    out = register_module("out", torch::nn::Linear(width, width));
    norm1 = register_module("norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
    fc1 = register_module("fc1", torch::nn::Linear(width, 4 * width));
    fc2 = register_module("fc2", torch::nn::Linear(4 * width, width));
    norm2 = register_module("norm2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
}

torch::Tensor PromptFusionImpl::positions(const torch::Tensor& xy) {
    // (…, 2) x (2, K) as a sum: exact in fp32 also under autocast.
    const auto scaled = xy.to(torch::kFloat) * float(2 * M_PI / 512);
    const auto angle = scaled.unsqueeze(-1).mul(frequencies.to(torch::kFloat)).sum(-2);
    return pos(torch::cat({angle.sin(), angle.cos()}, -1).to(pos->weight.dtype()));
}

FusedPrompts PromptFusionImpl::forward(const torch::Tensor& points, const torch::Tensor& kinds) {
    const auto B = points.size(0);
    constexpr std::int64_t kHeads = 6;
    const auto pad = kinds.eq(4).unsqueeze(-1);  // PointType kPad has no position
    const auto where = positions(points).masked_fill(pad, 0);
    auto tokens = where + torch::nn::functional::embedding(kinds, types);
    tokens = torch::cat({tokens, noText.expand({B, 1, width}) + types[6]}, 1);
    auto x = query.expand({B, 1, width});
    const auto split = [&](const torch::Tensor& t) {
        return t.view({B, -1, kHeads, width / kHeads}).transpose(1, 2);
    };
    const auto pair = kv(tokens).chunk(2, -1);
    const auto read = torch::scaled_dot_product_attention(split(q(x)), split(pair[0]), split(pair[1]));
    x = norm1(x + out(read.transpose(1, 2).reshape({B, 1, width})));
    x = norm2(x + fc2(torch::relu(fc1(x))));
    return {x, tokens};
}

}  // namespace fs2
