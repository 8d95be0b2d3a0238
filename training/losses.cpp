#include "training/losses.h"

#include "model/fastsam2/blocks.h"

namespace fs2 {

using torch::Tensor;

namespace {

constexpr double kFewPixels = 40;

Tensor crossEntropy(const Tensor& logits, const Tensor& target) {
    return torch::binary_cross_entropy_with_logits(logits, target.expand_as(logits), {}, {},
                                                   at::Reduction::None);
}

Tensor sumPixels(const Tensor& x) { return x.sum({2, 3}); }

/// Pixels whose 7x7 window holds both target and other.
Tensor edgeBand(const Tensor& target) {
    const auto mean = torch::avg_pool2d(target, 7, 1, 3, false, false);
    return (mean > 0.01).logical_and(mean < 0.99).to(torch::kFloat);
}

Tensor weightedMean(const Tensor& perSample, const Tensor& weight) {
    return (perSample * weight).sum() / (weight.sum() + 1e-6);
}

}  // namespace

MaskTerms maskTerms(const Tensor& logits, const Tensor& target, const Tensor& valid, bool boundary) {
    const auto p = torch::sigmoid(logits);
    const auto ce = crossEntropy(logits, target);
    const auto area = sumPixels(valid);  // (B, 1)
    const auto wrong = p + target - 2 * p * target;  // 1 - p of the true class
    const auto modulation = wrong.square() * valid;
    const auto scale = (area / (sumPixels(modulation) + 1e-6)).detach().clamp_max(50);
    MaskTerms terms;
    terms.focal = sumPixels(modulation * ce) * scale / (area + 1);
    const auto inside = p * valid, truth = target * valid;
    terms.dice = 1 - (2 * sumPixels(inside * target) + 1) / (sumPixels(inside) + sumPixels(truth) + 1);
    if (boundary) {
        const auto band = edgeBand(target) * valid;
        terms.boundary = sumPixels(ce * band) / (sumPixels(band) + 1);
    }
    return terms;
}

Tensor promptAlign(const Tensor& logits, const Tensor& clicks) {
    const auto width = logits.size(3), height = logits.size(2);
    const auto x = clicks.select(2, 0).clamp(0, double(width - 1)).to(torch::kLong);
    const auto y = clicks.select(2, 1).clamp(0, double(height - 1)).to(torch::kLong);
    const auto type = clicks.select(2, 2);
    const auto used = (type >= 0).to(torch::kFloat);
    const auto at = logits.flatten(1).gather(1, y * width + x);  // (B, N)
    return (crossEntropy(at, type.clamp(0, 1)) * used).sum(1) / used.sum(1).clamp_min(1);
}

Tensor realIou(const Tensor& logits, const Tensor& target, const Tensor& valid) {
    const torch::NoGradGuard guard;
    const auto inside = valid > 0.5;
    const auto guess = (logits > 0).logical_and(inside);
    const auto truth = (target > 0.5).logical_and(inside);
    const auto both = guess.logical_and(truth).sum({2, 3}).to(torch::kFloat);
    const auto any = guess.logical_or(truth).sum({2, 3}).to(torch::kFloat);
    return both / any.clamp_min(1);
}

InteractiveLoss interactiveLoss(const Decoded& decoded, const LossInput& input,
                                const InteractiveWeights& weights) {
    const auto target = input.target.unsqueeze(1).to(torch::kFloat);  // (B, 1, S, S)
    const auto valid = input.valid.unsqueeze(1).to(torch::kFloat);
    const auto truth = target * valid;
    const auto pixels = sumPixels(truth).squeeze(1);
    const auto weight = (pixels > kFewPixels)
                            .logical_and(sumPixels(valid).squeeze(1) - pixels > kFewPixels)
                            .to(torch::kFloat);
    const auto reduced = [](const Tensor& x, std::int64_t by) { return torch::avg_pool2d(x, by); };
    const auto logits = decoded.logits.to(torch::kFloat);
    const auto full = upsample(logits.narrow(1, 0, 1), target.size(2), target.size(3));

    const auto main = maskTerms(full, target, valid, true);
    const auto target4 = reduced(target, 4), valid4 = reduced(valid, 4);
    const auto coarse = maskTerms(decoded.coarse.narrow(1, 0, 1).to(torch::kFloat), target4, valid4, false);
    const auto target2 = reduced(target, 2), valid2 = reduced(valid, 2);
    const auto other = maskTerms(logits.narrow(1, 1, kMaskTokens - 1), target2, valid2, false);
    const auto best = std::get<0>((other.focal + other.dice).min(1));
    const auto iouError = (decoded.iou - realIou(logits.detach(), target2, valid2)).square().mean(1);

    std::array<Tensor, kLossTerms> terms;
    terms[kFocal] = weightedMean(main.focal.squeeze(1), weight);
    terms[kDice] = weightedMean(main.dice.squeeze(1), weight);
    terms[kBoundary] = weightedMean(main.boundary.squeeze(1), weight);
    terms[kCoarse] = weightedMean((coarse.focal + coarse.dice).squeeze(1), weight);
    terms[kAmbiguous] = (best * weight * input.ambiguous).sum() / (weight.sum() + 1e-6);
    terms[kIouHead] = weightedMean(iouError, weight);
    terms[kAlign] = weightedMean(promptAlign(full, input.clicks), weight);
    terms[kRefine] = torch::zeros_like(terms[kFocal]);
    InteractiveLoss loss;
    loss.total = weights.focal * terms[kFocal] + weights.dice * terms[kDice] +
                 weights.boundary * terms[kBoundary] + weights.coarse * terms[kCoarse] +
                 weights.ambiguous * terms[kAmbiguous] + weights.iou * terms[kIouHead] +
                 weights.promptAlign * terms[kAlign];
    terms[kTotal] = loss.total;
    loss.terms = torch::stack(at::TensorList(terms.data(), terms.size())).detach();
    return loss;
}

Tensor refineLoss(const Tensor& logits, const Tensor& target, const Tensor& valid) {
    const auto x = logits.to(torch::kFloat);
    const auto ce = sumPixels(crossEntropy(x, target) * valid) / (sumPixels(valid) + 1);
    return (ce + maskTerms(x, target, valid, false).dice).mean();
}

}  // namespace fs2
