// EdgeRefiner: sharpens a mask's edge on tiles of the original photo (MODEL.md part A). Adds a
// correction to the upsampled logits; it starts as the identity. LibTorch; one thread a model.
#pragma once
#include <torch/torch.h>

namespace fs2 {

struct EdgeRefinerImpl : torch::nn::Module {
    EdgeRefinerImpl();
    /// rgb (B, 3, h, w) normalised, logits (B, 1, h, w) -> (B, 1, h, w).
    torch::Tensor forward(const torch::Tensor& rgb, const torch::Tensor& logits);
    torch::nn::Conv2d one{nullptr}, two{nullptr}, three{nullptr}, out{nullptr};
};
TORCH_MODULE(EdgeRefiner);

}  // namespace fs2
