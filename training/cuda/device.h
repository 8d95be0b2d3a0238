// What every kernel of this folder is written with: the executor (blocks of lanes, on the GPU or on
// a few CPU threads), integer atomics, counter-based random numbers, gradient noise, small vectors.
// A kernel is a functor `void operator()(int block, const Lanes& lanes, unsigned char* shared)
// const` whose loops run `for (i = lanes.index; i < end; i += lanes.count)` with lanes.sync()
// between phases; the CPU twin is the same functor with one lane. Internal to training/cuda.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "training/cuda/kernels.h"

#ifdef __CUDACC__
#include <cuda_runtime.h>
#define FS2_HD __host__ __device__
#define FS2_HD_CALL __noinline__ __host__ __device__  // big and called from many places
#else
#define FS2_HD
#define FS2_HD_CALL
#endif

namespace fs2::kernels {

// ---------------------------------------------------------------------------------------- executor
struct Lanes {
    int index = 0;
    int count = 1;
    FS2_HD void sync() const {
#ifdef __CUDA_ARCH__
        __syncthreads();
#endif
    }
};

inline void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(std::string("training kernels: ") + what);
}

struct CpuExecutor {
    template <class F>
    void run(int blocks, int /*lanes*/, std::size_t shared, const F& kernel) const {
        std::atomic<int> next{0};
        const auto work = [&] {
            std::vector<std::uint64_t> memory(shared / 8 + 1);
            auto* bytes = reinterpret_cast<unsigned char*>(memory.data());
            for (int b = 0; (b = next.fetch_add(1, std::memory_order_relaxed)) < blocks;) {
                kernel(b, Lanes{}, bytes);
            }
        };
        const int threads =
            std::min<int>(blocks, int(std::clamp(std::thread::hardware_concurrency(), 1U, 8U)));
        std::vector<std::jthread> helpers;
        for (int i = 1; i < threads; ++i) helpers.emplace_back(work);
        work();
    }
};

#ifdef __CUDACC__
template <class F>
__global__ void __launch_bounds__(256) runBlocks(F kernel) {
    extern __shared__ __align__(16) unsigned char shared[];
    kernel(int(blockIdx.x), Lanes{int(threadIdx.x), int(blockDim.x)}, shared);
}

struct GpuExecutor {
    cudaStream_t stream = nullptr;
    template <class F>
    void run(int blocks, int lanes, std::size_t shared, const F& kernel) const {
        runBlocks<F><<<unsigned(blocks), unsigned(lanes), shared, stream>>>(kernel);
        const cudaError_t e = cudaGetLastError();
        if (e != cudaSuccess) {
            throw std::runtime_error(std::string("training kernels: ") + cudaGetErrorString(e));
        }
    }
};
#endif

// ----------------------------------------------------------------------------------------- atomics
FS2_HD inline void atomicAddTo(std::int32_t* p, std::int32_t v) {
#ifdef __CUDA_ARCH__
    atomicAdd(p, v);
#else
    std::atomic_ref<std::int32_t>(*p).fetch_add(v, std::memory_order_relaxed);
#endif
}
FS2_HD inline void atomicAddTo(std::uint64_t* p, std::uint64_t v) {
#ifdef __CUDA_ARCH__
    atomicAdd(reinterpret_cast<unsigned long long*>(p), static_cast<unsigned long long>(v));
#else
    std::atomic_ref<std::uint64_t>(*p).fetch_add(v, std::memory_order_relaxed);
#endif
}
FS2_HD inline void atomicMaxTo(std::uint64_t* p, std::uint64_t v) {
#ifdef __CUDA_ARCH__
    atomicMax(reinterpret_cast<unsigned long long*>(p), static_cast<unsigned long long>(v));
#else
    std::atomic_ref<std::uint64_t> a(*p);
    std::uint64_t old = a.load(std::memory_order_relaxed);
    while (old < v && !a.compare_exchange_weak(old, v, std::memory_order_relaxed)) {
    }
#endif
}
FS2_HD inline void atomicMaxTo(std::int32_t* p, std::int32_t v) {
#ifdef __CUDA_ARCH__
    atomicMax(p, v);
#else
    std::atomic_ref<std::int32_t> a(*p);
    std::int32_t old = a.load(std::memory_order_relaxed);
    while (old < v && !a.compare_exchange_weak(old, v, std::memory_order_relaxed)) {
    }
#endif
}
FS2_HD inline void atomicMinTo(std::int32_t* p, std::int32_t v) {
#ifdef __CUDA_ARCH__
    atomicMin(p, v);
#else
    std::atomic_ref<std::int32_t> a(*p);
    std::int32_t old = a.load(std::memory_order_relaxed);
    while (old > v && !a.compare_exchange_weak(old, v, std::memory_order_relaxed)) {
    }
#endif
}

// -------------------------------------------------------------------------------------- arithmetic
FS2_HD inline float minf(float a, float b) {
    return a < b ? a : b;
}
FS2_HD inline float maxf(float a, float b) {
    return a > b ? a : b;
}
FS2_HD inline float clampf(float v, float lo, float hi) {
    return v < lo ? lo : v > hi ? hi : v;
}
FS2_HD inline int mini(int a, int b) {
    return a < b ? a : b;
}
FS2_HD inline int maxi(int a, int b) {
    return a > b ? a : b;
}
FS2_HD inline int clampi(int v, int lo, int hi) {
    return v < lo ? lo : v > hi ? hi : v;
}
FS2_HD inline float mixf(float a, float b, float t) {
    return a + (b - a) * t;
}
FS2_HD inline float smooth01(float t) {
    t = clampf(t, 0, 1);
    return t * t * (3 - 2 * t);
}
FS2_HD inline float length2(float x, float y) {
    return sqrtf(x * x + y * y);
}
FS2_HD inline int floori(float v) {
    return int(floorf(v));
}
constexpr float kPi = 3.14159265F;

struct Rgb {
    float r = 0, g = 0, b = 0;
};
FS2_HD inline Rgb operator+(Rgb a, Rgb b) {
    return {a.r + b.r, a.g + b.g, a.b + b.b};
}
FS2_HD inline Rgb operator*(Rgb a, float s) {
    return {a.r * s, a.g * s, a.b * s};
}
FS2_HD inline Rgb mix(Rgb a, Rgb b, float t) {
    return {mixf(a.r, b.r, t), mixf(a.g, b.g, t), mixf(a.b, b.b, t)};
}
FS2_HD inline float grey(Rgb c) {
    return (c.r + c.g + c.b) * (1.0F / 3);
}
FS2_HD inline Rgb clamped(Rgb c) {
    return {clampf(c.r, 0, 1), clampf(c.g, 0, 1), clampf(c.b, 0, 1)};
}

// bfloat16 as its upper 16 bits, rounded to nearest even (the value is never NaN here).
FS2_HD inline std::uint32_t floatBits(float v) {
    std::uint32_t u = 0;
    memcpy(&u, &v, 4);
    return u;
}
FS2_HD inline void store(void* out, DType type, std::size_t i, float v) {
    if (type == DType::Float32) {
        static_cast<float*>(out)[i] = v;
    } else {
        const std::uint32_t u = floatBits(v);
        static_cast<std::uint16_t*>(out)[i] = std::uint16_t((u + 0x7fffU + ((u >> 16) & 1U)) >> 16);
    }
}
FS2_HD inline float load(const void* in, DType type, std::size_t i) {
    if (type == DType::Float32) return static_cast<const float*>(in)[i];
    const std::uint32_t u = std::uint32_t(static_cast<const std::uint16_t*>(in)[i]) << 16;
    float v = 0;
    memcpy(&v, &u, 4);
    return v;
}

// ------------------------------------------------------------------------------------------ random
FS2_HD inline std::uint64_t mix64(std::uint64_t z) {  // the finaliser of splitmix64
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}
FS2_HD inline std::uint32_t mix32(std::uint32_t x) {
    x = (x ^ (x >> 16)) * 0x7feb352dU;
    x = (x ^ (x >> 15)) * 0x846ca68bU;
    return x ^ (x >> 16);
}
FS2_HD inline std::uint64_t keyOf(const Seed& seed, int sample, int purpose) {
    const std::uint64_t step = seed.counter ? *seed.counter : 0;
    const std::uint64_t a = mix64(seed.value * 0x9e3779b97f4a7c15ULL + step + 1);
    return mix64(a ^ (std::uint64_t(std::uint32_t(sample)) << 32 | std::uint32_t(purpose)));
}

// Draws go one to a statement: the order in which arguments are evaluated is the compiler's choice, and
// host and device compilers differ.
struct Rng {
    std::uint64_t state;
    FS2_HD explicit Rng(std::uint64_t key) : state(key) {}
    FS2_HD std::uint32_t bits() {
        state += 0x9e3779b97f4a7c15ULL;
        return std::uint32_t(mix64(state) >> 32);
    }
    FS2_HD float uniform() { return float(bits() >> 8) * 0x1p-24F; }
    FS2_HD float uniform(float lo, float hi) { return lo + (hi - lo) * uniform(); }
    FS2_HD float logUniform(float lo, float hi) { return lo * expf(logf(hi / lo) * uniform()); }
    FS2_HD float normal() {
        const float u = maxf(uniform(), 1e-7F), v = uniform();
        return sqrtf(-2 * logf(u)) * cosf(2 * kPi * v);
    }
    FS2_HD int below(int n) { return mini(int(uniform() * float(n)), n - 1); }
    FS2_HD int between(int lo, int hi) { return lo + below(hi - lo + 1); }
    FS2_HD bool chance(float p) { return uniform() < p; }
};

// ------------------------------------------------------------------------------------------- noise
FS2_HD inline std::uint32_t lattice(int x, int y, std::uint32_t seed) {
    return mix32(std::uint32_t(x) * 0x8da6b343U + std::uint32_t(y) * 0xd8163841U + seed);
}
FS2_HD inline float unit(std::uint32_t h) {
    return float(h >> 8) * 0x1p-24F;
}
FS2_HD inline float gradientAt(int ix, int iy, std::uint32_t seed, float fx, float fy) {
    const std::uint32_t h = lattice(ix, iy, seed);
    const float gx = float(h & 0xffffU) * (2.0F / 65535) - 1,
                gy = float(h >> 16) * (2.0F / 65535) - 1;
    return gx * fx + gy * fy;
}
// Gradient noise, about -0.8..0.8, standard deviation about 0.27, wavelength about 2.
FS2_HD inline float noise(float x, float y, std::uint32_t seed) {
    const float bx = floorf(x), by = floorf(y), fx = x - bx, fy = y - by;
    const int ix = int(bx), iy = int(by);
    const float u = fx * fx * fx * (fx * (fx * 6 - 15) + 10),
                v = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
    const float a =
        mixf(gradientAt(ix, iy, seed, fx, fy), gradientAt(ix + 1, iy, seed, fx - 1, fy), u);
    const float b = mixf(gradientAt(ix, iy + 1, seed, fx, fy - 1),
                         gradientAt(ix + 1, iy + 1, seed, fx - 1, fy - 1), u);
    return mixf(a, b, v);
}
FS2_HD inline float fbm(float x, float y, std::uint32_t seed, int octaves, float persistence) {
    float sum = 0, amplitude = 1;
    for (int o = 0; o < octaves; ++o) {
        sum += amplitude * noise(x, y, seed + std::uint32_t(o) * 0x51ed27U);
        // a rotated octave hides the lattice
        const float t = 1.6F * x - 1.2F * y + 3.1F;
        y = 1.2F * x + 1.6F * y + 7.7F;
        x = t;
        amplitude *= persistence;
    }
    return sum;
}

// Scratch memory handed out in 256-byte steps.
struct Carver {
    unsigned char* base;
    std::size_t used = 0;
    template <class T>
    T* take(std::size_t n) {
        T* p = base ? reinterpret_cast<T*>(base + used) : nullptr;
        used += (n * sizeof(T) + 255) / 256 * 256;
        return p;
    }
};

FS2_HD inline int rowOf(int pixel, int width) {
    return pixel / width;
}

inline int blocksFor(std::size_t items, int perBlock) {
    return int((items + std::size_t(perBlock) - 1) / std::size_t(perBlock));
}

}  // namespace fs2::kernels
