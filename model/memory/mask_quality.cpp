#include "model/memory/mask_quality.h"

#include <torch/torch.h>

#include "model/fastsam2/blocks.h"

namespace fs2 {

using torch::Tensor;

namespace {

constexpr std::int64_t kMargin = 8;  // cells of two working pixels
constexpr std::int64_t kGrid = 64;   // samples along each side of the shape
constexpr double kReach = 2;         // half of that side, in square roots of the mask's area

/// Intersection over union of bitmaps (O, …) of 0 and 1; `none` where both are empty.
Tensor iou(const Tensor& a, const Tensor& b, double none) {
    const auto both = (a * b).flatten(1).sum(1), either = torch::max(a, b).flatten(1).sum(1);
    return torch::where(either > 0, both / either.clamp_min(1), torch::full_like(either, none));
}

/// The places from the first to the last set one, grown by kMargin: 0 or 1, (O, n).
Tensor span(const Tensor& set) {
    const auto x = set.to(torch::kFloat);
    const auto between =
        (x.cumsum(1) > 0).logical_and(x.flip({1}).cumsum(1).flip({1}) > 0).to(torch::kFloat);
    return torch::max_pool1d(between.unsqueeze(1), 2 * kMargin + 1, 1, kMargin).squeeze(1);
}

/// The mask in its own coordinates, (O, kGrid, kGrid) of 0 and 1: centroid in the middle, area 1.
Tensor shapeOf(const Tensor& inside) {
    const auto O = inside.size(0), h = inside.size(2), w = inside.size(3);
    const auto on = inside.options();
    const auto area = inside.flatten(1).sum(1).clamp_min(1);
    const auto columns = torch::arange(w, on) + .5, rows = torch::arange(h, on) + .5;
    const auto cx = (inside.sum({1, 2}) * columns).sum(1) / area,
               cy = (inside.sum({1, 3}) * rows).sum(1) / area;
    const auto reach = area.sqrt() * kReach;
    const auto along = torch::linspace(-1, 1, kGrid, on).view({1, kGrid});
    const auto x =
        (cx.unsqueeze(1) + along * reach.unsqueeze(1)) * (2. / double(w)) - 1;  // (O, kGrid)
    const auto y = (cy.unsqueeze(1) + along * reach.unsqueeze(1)) * (2. / double(h)) - 1;
    const auto grid = torch::stack(
        {x.unsqueeze(1).expand({O, kGrid, kGrid}), y.unsqueeze(2).expand({O, kGrid, kGrid})}, -1);
    return at::grid_sampler_2d(inside, grid, /*nearest*/ 1, /*zeros outside*/ 0, false).squeeze(1);
}

Tensor insideOf(const Tensor& logits) {
    return (logits > 0).to(torch::kFloat);
}

}  // namespace

Tensor disagreement(const Tensor& pathA, const Tensor& pathB) {
    return 1 - iou(insideOf(pathA), insideOf(upsampleLike(pathB, pathA)), 1);
}

Tensor certainty(const Tensor& logits) {
    const auto inside = logits > 0;
    const auto rows = span(inside.any(3).squeeze(1)), columns = span(inside.any(2).squeeze(1));
    const auto box = rows.unsqueeze(2) * columns.unsqueeze(1);  // (O, H/2, W/2)
    const auto sure = (2 * torch::sigmoid(logits.to(torch::kFloat).squeeze(1)) - 1).abs();
    return (sure * box).sum({1, 2}) / box.sum({1, 2}).clamp_min(1);
}

Tensor stability(const Tensor& logits, const Tensor& previous) {
    const auto now = insideOf(logits), before = insideOf(previous);
    const auto any = [](const Tensor& x) { return x.flatten(1).amax(1) > 0; };
    const auto alike = iou(shapeOf(now), shapeOf(before), 1);
    return torch::where(any(now).logical_and(any(before)), alike, torch::ones_like(alike));
}

}  // namespace fs2
