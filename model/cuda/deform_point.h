// Where a tap samples, for the CPU and the GPU alike. Internal to model/cuda.
#pragma once

#include <cmath>

#include "model/cuda/deform_conv.h"

#ifdef __CUDACC__
#define FS2_HD __host__ __device__
#else
#define FS2_HD
#endif

namespace fs2::deform {

/// A coordinate between two pixels of an axis. A pixel outside has weight and slope 0; indices are
/// always inside: `first` and `first + step`.
template <class T>
struct Between {
    int first = 0, step = 0;
    T weight0 = 0, weight1 = 0;
    T slope0 = 0, slope1 = 0;  ///< derivatives of the weights
};

/// Nothing outside (-1, size), and nothing for NaN.
template <class T>
FS2_HD inline Between<T> between(T at, int size) {
    Between<T> b;
    if (!(at > T(-1) && at < T(size))) return b;
    const T low = std::floor(at), t = at - low;
    const int i = int(low);
    const bool in0 = i >= 0, in1 = i + 1 < size;
    b.first = in0 ? i : 0;
    b.step = in0 && in1 ? 1 : 0;
    if (in0) b.weight0 = T(1) - t, b.slope0 = T(-1);
    if (in1) b.weight1 = t, b.slope1 = T(1);
    return b;
}

template <class T>
struct Point {
    Between<T> y, x;
    T mask = 0;
    int corner = 0;  ///< pixel of the batch at (y.first, x.first)
};

template <class T>
FS2_HD inline T valueAt(const StridedMap& map, std::int64_t at) {
    if (map.type == DType::Float64) return T(static_cast<const double*>(map.data)[at]);
    if (map.type == DType::Float32) return T(static_cast<const float*>(map.data)[at]);
    union {
        std::uint32_t bits;
        float value;
    } wide{std::uint32_t(static_cast<const std::uint16_t*>(map.data)[at]) << 16};
    return T(wide.value);
}

template <class T>
FS2_HD inline Point<T> pointAt(const DeformInput& in, int pixel, int tap) {
    const int area = in.height * in.width, image = pixel / area, inside = pixel % area;
    const int row = inside / in.width, column = inside % in.width;
    const auto at = [=](const StridedMap& map, int channel) {
        return valueAt<T>(
            map, image * map.image + channel * map.channel + row * map.row + column * map.column);
    };
    const int y = row - 1 + tap / 3, x = column - 1 + tap % 3;
    Point<T> p;
    p.y = between(T(y) + at(in.offset, 2 * tap), in.height);
    p.x = between(T(x) + at(in.offset, 2 * tap + 1), in.width);
    p.mask = at(in.mask, tap);
    p.corner = image * area + p.y.first * in.width + p.x.first;
    return p;
}

}  // namespace fs2::deform
