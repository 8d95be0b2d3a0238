// The deformable convolution's loops on the CPU. The loops over channels are written with vectors
// of 32 bytes, for AVX2 where the processor has it.
#include "model/cuda/deform_conv.h"

#include <array>
#include <cstring>

#include "model/cuda/deform_point.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define FS2_AVX2 1
#endif

namespace fs2::deform {
namespace {

template <class T>
using Four = std::array<T, 4>;
template <class T>
using Rows = std::array<const T*, 4>;

template <class T>
struct VectorOf {
    typedef T type __attribute__((vector_size(32)));
};

/// out[i] = sum of weights[k] * rows[k][i].
template <class T>
[[gnu::always_inline]] inline void blendBody(const Rows<T>& rows, const Four<T>& weights, int n,
                                             T* out) {
    using V = typename VectorOf<T>::type;
    constexpr int kLanes = int(sizeof(V) / sizeof(T));
    int i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        V a, b, c, d;
        std::memcpy(&a, rows[0] + i, sizeof(V));
        std::memcpy(&b, rows[1] + i, sizeof(V));
        std::memcpy(&c, rows[2] + i, sizeof(V));
        std::memcpy(&d, rows[3] + i, sizeof(V));
        a = a * weights[0] + b * weights[1] + c * weights[2] + d * weights[3];
        std::memcpy(out + i, &a, sizeof(V));
    }
    for (; i < n; ++i)
        out[i] = rows[0][i] * weights[0] + rows[1][i] * weights[1] + rows[2][i] * weights[2] +
                 rows[3][i] * weights[3];
}
template <class T>
void blendPlain(const Rows<T>& rows, const Four<T>& weights, int n, T* out) {
    blendBody(rows, weights, n, out);
}
#ifdef FS2_AVX2
template <class T>
__attribute__((target("avx2,fma"))) void blendAvx2(const Rows<T>& rows, const Four<T>& weights,
                                                   int n, T* out) {
    blendBody(rows, weights, n, out);
}
#endif
template <class T>
auto blend() {
#ifdef FS2_AVX2
    static const bool wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (wide) return blendAvx2<T>;
#endif
    return blendPlain<T>;
}

/// Where the values of a point's four pixels begin, and the pixels' weights without the mask.
template <class T>
Four<std::ptrdiff_t> rowsOf(const DeformInput& in, const Point<T>& p) {
    const std::ptrdiff_t c = in.channels, first = p.corner * c, right = p.x.step * c,
                         below = std::ptrdiff_t(p.y.step) * in.width * c;
    return {first, first + right, first + below, first + below + right};
}
template <class T>
Four<T> weightsOf(const Point<T>& p) {
    return {p.y.weight0 * p.x.weight0, p.y.weight0 * p.x.weight1, p.y.weight1 * p.x.weight0,
            p.y.weight1 * p.x.weight1};
}

template <class T>
void columnsOf(const DeformInput& in, int first, int count, T* columns) {
    const T* x = static_cast<const T*>(in.x);
    const auto into = blend<T>();
    for (int pixel = first; pixel < first + count; ++pixel) {
        for (int tap = 0; tap < kTaps; ++tap, columns += in.channels) {
            const Point<T> p = pointAt<T>(in, pixel, tap);
            const auto at = rowsOf(in, p);
            Four<T> weights = weightsOf(p);
            Rows<T> rows{};
            for (std::size_t k = 0; k < 4; ++k) {
                weights[k] *= p.mask;
                rows[k] = x + at[k];
            }
            into(rows, weights, in.channels, columns);
        }
    }
}

template <class T>
void pointGradientsOf(const DeformInput& in, const T* gradColumns, int first, int count,
                      const DeformGradients& out) {
    const T* x = static_cast<const T*>(in.x);
    const std::ptrdiff_t area = std::ptrdiff_t(in.height) * in.width;
    for (int pixel = first; pixel < first + count; ++pixel) {
        for (int tap = 0; tap < kTaps; ++tap, gradColumns += in.channels) {
            const Point<T> p = pointAt<T>(in, pixel, tap);
            const auto at = rowsOf(in, p);
            Four<T> dot{};  // of the columns' gradient with each of the four pixels
            for (std::size_t k = 0; k < 4; ++k) {
                const T* row = x + at[k];
                for (int i = 0; i < in.channels; ++i) dot[k] += gradColumns[i] * row[i];
            }
            const Four<T> weights = weightsOf(p);
            const std::ptrdiff_t image = pixel / area, inside = pixel % area;
            T* gradOffset =
                static_cast<T*>(out.offset) + (image * 2 * kTaps + 2 * tap) * area + inside;
            static_cast<T*>(out.mask)[(image * kTaps + tap) * area + inside] =
                weights[0] * dot[0] + weights[1] * dot[1] + weights[2] * dot[2] +
                weights[3] * dot[3];
            gradOffset[0] = p.mask * (p.y.slope0 * (p.x.weight0 * dot[0] + p.x.weight1 * dot[1]) +
                                      p.y.slope1 * (p.x.weight0 * dot[2] + p.x.weight1 * dot[3]));
            gradOffset[area] =
                p.mask * (p.x.slope0 * (p.y.weight0 * dot[0] + p.y.weight1 * dot[2]) +
                          p.x.slope1 * (p.y.weight0 * dot[1] + p.y.weight1 * dot[3]));
        }
    }
}

template <class T>
void inputGradientOf(const DeformInput& in, const T* gradColumns, int first, int count, int channel,
                     int channels, const DeformGradients& out) {
    for (int pixel = first; pixel < first + count; ++pixel) {
        for (int tap = 0; tap < kTaps; ++tap, gradColumns += in.channels) {
            const Point<T> p = pointAt<T>(in, pixel, tap);
            const auto at = rowsOf(in, p);
            const Four<T> weights = weightsOf(p);
            for (std::size_t k = 0; k < 4; ++k) {
                const T w = p.mask * weights[k];
                if (w == 0) continue;
                T* to = static_cast<T*>(out.x) + at[k];
                for (int i = channel; i < channel + channels; ++i) to[i] += w * gradColumns[i];
            }
        }
    }
}

}  // namespace

void deformColumns(const DeformInput& in, int first, int count, void* columns) {
    if (in.type == DType::Float64)
        return columnsOf(in, first, count, static_cast<double*>(columns));
    columnsOf(in, first, count, static_cast<float*>(columns));
}

void deformPointGradients(const DeformInput& in, const void* gradColumns, int first, int count,
                          const DeformGradients& out) {
    if (in.type == DType::Float64)
        return pointGradientsOf(in, static_cast<const double*>(gradColumns), first, count, out);
    pointGradientsOf(in, static_cast<const float*>(gradColumns), first, count, out);
}

void deformInputGradient(const DeformInput& in, const void* gradColumns, int first, int count,
                         int channel, int channels, const DeformGradients& out) {
    if (in.type == DType::Float64)
        return inputGradientOf(in, static_cast<const double*>(gradColumns), first, count, channel,
                               channels, out);
    inputGradientOf(in, static_cast<const float*>(gradColumns), first, count, channel, channels,
                    out);
}

}  // namespace fs2::deform
