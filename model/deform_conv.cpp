#include "model/deform_conv.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace fs2 {
namespace {

constexpr std::int64_t kTaps = 9;

struct Map {
    std::int64_t channels, height, width;
    std::int64_t pixels() const { return height * width; }
};

/// The four pixels that a sampling point lies between, and their weights (0 outside the map).
template <class T>
struct Corners {
    std::array<std::int64_t, 4> at{};  ///< pixel indices, always inside the map
    std::array<T, 4> weight{};
};

template <class T>
Corners<T> cornersAt(const Map& map, T y, T x) {
    Corners<T> c;
    if (!(y > T(-1) && y < T(map.height) && x > T(-1) && x < T(map.width))) return c;
    const T top = std::floor(y), left = std::floor(x), fy = y - top, fx = x - left;
    for (int i = 0; i < 4; ++i) {
        const std::int64_t row = std::int64_t(top) + i / 2, column = std::int64_t(left) + i % 2;
        if (row < 0 || row >= map.height || column < 0 || column >= map.width) continue;
        const auto k = std::size_t(i);
        c.at[k] = row * map.width + column;
        c.weight[k] = (i / 2 ? fy : 1 - fy) * (i % 2 ? fx : 1 - fx);
    }
    return c;
}

/// Writes the 9 * C sampled and modulated values of pixels [begin, end): rows of `columns`, ordered
/// (tap, channel). x (H, W, C), offset (18, H, W), mask (9, H, W).
template <class T>
void gatherColumns(const Map& map, const T* x, const T* offset, const T* mask, std::int64_t begin,
                   std::int64_t end, T* columns) {
    for (std::int64_t p = begin; p < end; ++p) {
        for (std::int64_t k = 0; k < kTaps; ++k, columns += map.channels) {
            const T y = T(p / map.width - 1 + k / 3) + offset[2 * k * map.pixels() + p];
            const T column = T(p % map.width - 1 + k % 3) + offset[(2 * k + 1) * map.pixels() + p];
            const auto c = cornersAt(map, y, column);
            const T m = mask[k * map.pixels() + p];
            const T w0 = m * c.weight[0], w1 = m * c.weight[1], w2 = m * c.weight[2],
                    w3 = m * c.weight[3];
            const T *r0 = x + c.at[0] * map.channels, *r1 = x + c.at[1] * map.channels,
                    *r2 = x + c.at[2] * map.channels, *r3 = x + c.at[3] * map.channels;
            for (std::int64_t i = 0; i < map.channels; ++i)
                columns[i] = w0 * r0[i] + w1 * r1[i] + w2 * r2[i] + w3 * r3[i];
        }
    }
}

template <class T>
torch::Tensor forwardCpu(const torch::Tensor& x, const torch::Tensor& offset,
                         const torch::Tensor& mask, const torch::Tensor& weight) {
    const Map map{x.size(1), x.size(2), x.size(3)};
    const auto source = x.permute({0, 2, 3, 1}).contiguous();
    const auto offsets = offset.contiguous(), masks = mask.contiguous();
    const auto filters = weight.permute({2, 3, 1, 0}).reshape({kTaps * map.channels, -1});
    auto result = torch::empty({x.size(0), map.height, map.width, weight.size(0)}, x.options());
    auto columns = torch::empty({map.pixels(), kTaps * map.channels}, x.options());
    for (std::int64_t b = 0; b < x.size(0); ++b) {
        at::parallel_for(0, map.pixels(), 16, [&](std::int64_t begin, std::int64_t end) {
            gatherColumns(map, source[b].data_ptr<T>(), offsets[b].data_ptr<T>(),
                          masks[b].data_ptr<T>(), begin, end,
                          columns.data_ptr<T>() + begin * kTaps * map.channels);
        });
        auto out = result[b].view({map.pixels(), -1});
        at::mm_out(out, columns, filters);
    }
    return result.permute({0, 3, 1, 2});
}

}  // namespace

torch::Tensor deformConv2d(const torch::Tensor& x, const torch::Tensor& offset,
                           const torch::Tensor& mask, const torch::Tensor& weight) {
    TORCH_CHECK(x.dim() == 4 && offset.sizes() == at::IntArrayRef({x.size(0), 2 * kTaps, x.size(2), x.size(3)}) &&
                    mask.sizes() == at::IntArrayRef({x.size(0), kTaps, x.size(2), x.size(3)}) &&
                    weight.sizes() == at::IntArrayRef({weight.size(0), x.size(1), 3, 3}),
                "deformConv2d: shapes ", x.sizes(), ", ", offset.sizes(), ", ", mask.sizes(), ", ",
                weight.sizes());
    if (x.scalar_type() == torch::kFloat64) return forwardCpu<double>(x, offset, mask, weight);
    return forwardCpu<float>(x.to(torch::kFloat32), offset.to(torch::kFloat32),
                             mask.to(torch::kFloat32), weight.to(torch::kFloat32))
        .to(x.scalar_type());
}

}  // namespace fs2
