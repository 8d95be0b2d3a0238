// Losses of the interactive image task (MODEL.md part B). Every term is a plain function of tensors,
// float32, on any device, without host synchronisation. One thread a call.
// Shapes: logits (B, K, h, w); target and valid (B, 1, h, w), 0 to 1 (soft where they were reduced).
#pragma once
#include <torch/torch.h>

#include <array>

#include "model/fastsam2/nets.h"

namespace fs2 {

/// Each (B, K).
struct MaskTerms {
    /// Focal loss (gamma 2) divided by its mean modulating factor, so that it does not fade as the
    /// mask gets better (at most 50 times).
    torch::Tensor focal;
    torch::Tensor dice;  ///< 1 - dice coefficient, one pixel of smoothing
    /// Mean cross entropy of the pixels within 3 of the target's edge; undefined where not asked for.
    torch::Tensor boundary;
};
MaskTerms maskTerms(const torch::Tensor& logits, const torch::Tensor& target,
                    const torch::Tensor& valid, bool boundary);

/// Cross entropy of the logits (B, 1, S, S) at the clicks (B, N, 3: x, y, type; 1 positive,
/// 0 negative, -1 none) -> (B), 0 without a click.
torch::Tensor promptAlign(const torch::Tensor& logits, const torch::Tensor& clicks);

/// IoU of logits > 0 with target > .5 inside valid > .5 -> (B, K), without gradient.
torch::Tensor realIou(const torch::Tensor& logits, const torch::Tensor& target,
                      const torch::Tensor& valid);

struct InteractiveWeights {
    float focal = 1;
    float dice = 1;
    float boundary = 0.5F;
    float coarse = 0.4F;     ///< of focal + dice of the stride-4 masks (deep supervision)
    float ambiguous = 0.5F;  ///< of focal + dice of the best of tokens 1 to 3
    float iou = 2;           ///< squared error of the predicted IoU
    float promptAlign = 0.5F;
};

enum LossTerm { kTotal, kFocal, kDice, kBoundary, kCoarse, kAmbiguous, kIouHead, kAlign, kRefine, kLossTerms };
constexpr std::array<const char*, kLossTerms> kLossNames{
    "total", "mask", "dice", "boundary", "coarse", "ambiguous", "iou", "prompt_align", "refine"};

struct LossInput {
    torch::Tensor target;     ///< (B, S, S) uint8
    torch::Tensor valid;      ///< (B, S, S) uint8
    torch::Tensor clicks;     ///< (B, N, 3)
    torch::Tensor ambiguous;  ///< (B) float: 1 where one click may mean several objects
};

struct InteractiveLoss {
    torch::Tensor total;  ///< scalar, with gradient
    torch::Tensor terms;  ///< (kLossTerms), detached; kRefine is 0
};
/// Samples with fewer than 40 target or 40 other pixels count nothing.
InteractiveLoss interactiveLoss(const Decoded& decoded, const LossInput& input,
                                const InteractiveWeights& weights);

/// Edge refiner: cross entropy + dice of refined tiles, mean over tiles. All (B, 1, h, w).
torch::Tensor refineLoss(const torch::Tensor& logits, const torch::Tensor& target,
                         const torch::Tensor& valid);

}  // namespace fs2
