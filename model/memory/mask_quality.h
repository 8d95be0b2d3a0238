// What a run's mask is worth: the cues of MODEL.md part A that decide what memory keeps. LibTorch;
// pure functions on the network's device, O objects at once.
#pragma once
#include <torch/types.h>

namespace fs2 {

/// 1 - IoU of the masks of DPSR's two paths, (O): logits (O, 1, H/2, W/2) and (O, 1, H/4, W/4). 0
/// where both are empty.
torch::Tensor disagreement(const torch::Tensor& pathA, const torch::Tensor& pathB);
/// Mean |2p - 1| over the mask's box grown by 16 working pixels, (O); 0 where the mask is empty.
/// `logits` (O, 1, H/2, W/2).
torch::Tensor certainty(const torch::Tensor& logits);
/// IoU with the previous mask after laying centroid on centroid and scaling to the same area, (O);
/// 1 where one of them is empty. Logits (O, 1, H/2, W/2).
torch::Tensor stability(const torch::Tensor& logits, const torch::Tensor& previous);

}  // namespace fs2
