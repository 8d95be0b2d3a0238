#include "training/clip_losses.h"

namespace fs2 {

using torch::Tensor;

namespace {

/// 1 - dice coefficient of probabilities under per-pixel weights, one pixel of smoothing. (B).
Tensor distance(const Tensor& p, const Tensor& truth, const Tensor& weight) {
    const auto sum = [](const Tensor& x) { return x.flatten(1).sum(1); };
    return 1 - (2 * sum(weight * p * truth) + 1) / (sum(weight * p) + sum(weight * truth) + 1);
}

}  // namespace

Tensor dpsrLoss(const Tensor& pathA, const Tensor& pathB, const Tensor& pointer, const Tensor& pointerBefore) {
    const auto a = torch::sigmoid(pathA), b = torch::sigmoid(pathB);
    const auto fixedA = a.detach(), fixedB = b.detach();
    const auto sure = [](const Tensor& p) { return (2 * p - 1).abs(); };
    const auto alike = torch::cosine_similarity(pointer.to(torch::kFloat), pointerBefore.to(torch::kFloat), 1);
    return distance(a, fixedB, sure(fixedB)) + distance(b, fixedA, sure(fixedA)) + 0.1 * (1 - alike);
}

Tensor temporalLoss(const Tensor& logits, const Tensor& before, const Tensor& previous, const Tensor& seen) {
    const auto h = logits.size(2), w = logits.size(3);
    const auto size = torch::tensor({float(w), float(h)}, previous.options());
    const auto grid = (2 * previous + 1) / size - 1;
    const auto brought = torch::grid_sampler_2d(torch::sigmoid(before), grid, 0, 1, false);
    const auto error = (torch::sigmoid(logits) - brought).square().squeeze(1) * seen;
    return error.flatten(1).sum(1) / seen.flatten(1).sum(1).clamp_min(1);
}

Tensor memoryAlignLoss(const Tensor& pointers, const Tensor& remembered, const Tensor& weight) {
    const auto unit = [](const Tensor& x) {
        return torch::nn::functional::normalize(x.to(torch::kFloat), torch::nn::functional::NormalizeFuncOptions().dim(1));
    };
    const auto alike = torch::matmul(unit(pointers), unit(remembered).t()) / 0.1;
    const auto loss = -torch::log_softmax(alike, 1).diagonal();
    return (loss * weight).sum() / weight.sum().clamp_min(1);
}

}  // namespace fs2
