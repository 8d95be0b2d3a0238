// PromptFusion (MODEL.md part A): sparse prompts to tokens, and the object's query that reads them.
// LibTorch; one thread a model.
#pragma once
#include <torch/torch.h>

namespace fs2 {

struct FusedPrompts {
    torch::Tensor query;   ///< (B, 1, C) the object's query
    torch::Tensor tokens;  ///< (B, N + 1, C) points, box corners and pads, then the text token
};

/// Tokens: Fourier code of the position (random frequencies, Tancik et al. 2020) + embedding of the
/// type. Text has its own token, now always the learned "no text".
struct PromptFusionImpl : torch::nn::Module {
    explicit PromptFusionImpl(std::int64_t width);
    /// `points` (B, N, 2) in working pixels, `types` (B, N) int64 (PointType).
    FusedPrompts forward(const torch::Tensor& points, const torch::Tensor& types);
    /// Fourier code of positions (…, 2) in working pixels -> (…, C).
    torch::Tensor positions(const torch::Tensor& xy);
    static constexpr std::int64_t kFrequencies = 64;
    /// negative, positive, box top-left, box bottom-right, pad, mask, text, pointer
    static constexpr std::int64_t kTypes = 8;
    static constexpr std::int64_t kTextWidth = 768;
    torch::Tensor frequencies, query, noText, types;
    torch::nn::Linear pos{nullptr}, q{nullptr}, kv{nullptr}, out{nullptr}, fc1{nullptr}, fc2{nullptr};
    torch::nn::LayerNorm norm1{nullptr}, norm2{nullptr};
    std::int64_t width;
};
TORCH_MODULE(PromptFusion);

}  // namespace fs2
