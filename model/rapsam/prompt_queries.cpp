#include "model/rapsam/prompt_queries.h"

#include <torch/torch.h>

#include <numbers>

namespace fs2 {

namespace {
constexpr std::int64_t kNumbers = 128;  ///< of each coordinate
constexpr double kEdge = 1e-5;          ///< the shares stay this far from 0 and 1
}  // namespace

torch::Tensor boxTensor(const std::vector<Box>& boxes) {
    auto out = torch::empty({std::int64_t(boxes.size()), 4});
    auto* to = out.data_ptr<float>();
    for (const auto& b : boxes)
        for (const double v : {b.x0, b.y0, b.x1, b.y1}) *to++ = float(v);
    return out;
}

torch::Tensor centreBoxes(const torch::Tensor& boxes, std::int64_t height, std::int64_t width) {
    const auto side = [&](std::int64_t k) {
        return boxes.select(1, k) / double(k % 2 == 0 ? width : height);
    };
    const auto x0 = side(0), y0 = side(1), x1 = side(2), y1 = side(3);
    const auto boxesOfCentres = torch::stack({(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0}, 1);
    // As the published code does it, through logits and back.
    const auto inside = boxesOfCentres.clamp(0, 1);
    return (inside.clamp_min(kEdge) / (1 - inside).clamp_min(kEdge)).log().sigmoid();
}

torch::Tensor sineCode(const torch::Tensor& boxes) {
    const auto v = boxes * (2 * std::numbers::pi);  // (N, 4)
    const auto i = torch::arange(kNumbers / 2, boxes.options());
    const auto wavelength = torch::pow(10000, 2 * i / double(kNumbers));
    const auto yxwh = torch::stack({v.select(1, 1), v.select(1, 0), v.select(1, 2), v.select(1, 3)}, 1);
    const auto phase = yxwh.unsqueeze(2) / wavelength;  // (N, 4, 64)
    return torch::stack({phase.sin(), phase.cos()}, 3).view({-1, 4 * kNumbers});
}

}  // namespace fs2
