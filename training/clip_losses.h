// Losses of the task vos (MODEL.md part B) beside those of masks (losses.h). Plain functions of tensors,
// float32, on any device, without host synchronisation. One thread a call.
// Shapes: logits (B, 1, h, w); pointers (B, C).
#pragma once
#include <torch/torch.h>

namespace fs2 {

/// Dual-path self-refinement: D(A, sg(B)) + D(B, sg(A)) + .1 (1 - cos(pointer, pointerBefore)), D = 1 - dice
/// coefficient, each pixel weighted by the other path's confidence |2p - 1|. On predictions only. (B).
torch::Tensor dpsrLoss(const torch::Tensor& pathA, const torch::Tensor& pathB, const torch::Tensor& pointer,
                       const torch::Tensor& pointerBefore);

/// Squared difference of the mask probabilities with those of the frame before, brought here: mean over
/// the pixels that are `seen` (B, h, w; 0 or 1). `previous` (B, h, w, 2): x, y on the frame before. (B).
torch::Tensor temporalLoss(const torch::Tensor& logits, const torch::Tensor& before, const torch::Tensor& previous,
                           const torch::Tensor& seen);

/// InfoNCE over the batch's objects, temperature .1: pointer i belongs to remembered pointer i. Objects
/// with weight (B) 0 ask nothing, but all are answers. Scalar.
torch::Tensor memoryAlignLoss(const torch::Tensor& pointers, const torch::Tensor& remembered,
                              const torch::Tensor& weight);

}  // namespace fs2
