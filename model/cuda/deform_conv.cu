// The deformable convolution on the GPU.
#include <algorithm>
#include <stdexcept>
#include <string>

#include <cuda_runtime.h>

#include "model/cuda/deform_conv.h"
#include "model/cuda/deform_point.h"
#include "model/cuda/ptx.h"

namespace fs2::deform::gpu {
namespace {

using Bits = std::uint16_t;  // a bfloat16

void check(cudaError_t error) {
    if (error != cudaSuccess)
        throw std::runtime_error(std::string("deformable convolution: ") +
                                 cudaGetErrorString(error));
}

template <class... Parameters, class... Arguments>
void launch(void* stream, dim3 blocks, int threads, std::size_t shared,
            void (*kernel)(Parameters...), const Arguments&... arguments) {
    cudaLaunchConfig_t config{};
    config.gridDim = blocks;
    config.blockDim = dim3(unsigned(threads));
    config.dynamicSmemBytes = shared;
    config.stream = static_cast<cudaStream_t>(stream);
    check(cudaLaunchKernelEx(&config, kernel, arguments...));
}

dim3 blocksFor(std::int64_t items, int perBlock) {
    return dim3(unsigned((items + perBlock - 1) / perBlock));
}

__device__ inline float lowOf(std::uint32_t pair) {
    return __uint_as_float(pair << 16);
}
__device__ inline float highOf(std::uint32_t pair) {
    return __uint_as_float(pair & 0xffff0000U);
}
__device__ inline float toFloat(float v) {
    return v;
}
__device__ inline float toFloat(Bits v) {
    return __uint_as_float(std::uint32_t(v) << 16);
}
__device__ inline void store(float* to, float v) {
    *to = v;
}
__device__ inline void store(Bits* to, float v) {
    *to = Bits(ptx::packBf16(v, 0));
}

// --------------------------------------------------------------------------------- plain kernels
// The four pixels of a point as indices of x's values, and the weights without the mask.
struct Corners {
    std::int64_t at[4];
    float weight[4];
};
__device__ inline Corners cornersOf(const DeformInput& in, const Point<float>& p) {
    const std::int64_t c = in.channels, first = p.corner * c, right = p.x.step * c,
                       below = p.y.step * in.width * c;
    return {{first, first + right, first + below, first + below + right},
            {p.y.weight0 * p.x.weight0, p.y.weight0 * p.x.weight1, p.y.weight1 * p.x.weight0,
             p.y.weight1 * p.x.weight1}};
}

constexpr int kWarpsPerBlock = 8;

// A warp per pixel and tap, lanes over the channels.
template <class T>
__global__ void __launch_bounds__(32 * kWarpsPerBlock)
    columnsKernel(DeformInput in, int first, int count, T* __restrict__ columns) {
    const std::int64_t item = std::int64_t(blockIdx.x) * kWarpsPerBlock + threadIdx.x / 32;
    if (item >= std::int64_t(count) * kTaps) return;
    const Point<float> p = pointAt<float>(in, first + int(item / kTaps), int(item % kTaps));
    const Corners c = cornersOf(in, p);
    const T* x = static_cast<const T*>(in.x);
    for (int i = threadIdx.x % 32; i < in.channels; i += 32) {
        float sum = 0;
#pragma unroll
        for (int k = 0; k < 4; ++k) sum += c.weight[k] * toFloat(x[c.at[k] + i]);
        store(columns + item * in.channels + i, p.mask * sum);
    }
}

template <class T>
__global__ void __launch_bounds__(32 * kWarpsPerBlock)
    gradientsKernel(DeformInput in, const T* __restrict__ gradColumns, int first, int count,
                    DeformGradients out) {
    const std::int64_t item = std::int64_t(blockIdx.x) * kWarpsPerBlock + threadIdx.x / 32;
    if (item >= std::int64_t(count) * kTaps) return;
    const int pixel = first + int(item / kTaps), tap = int(item % kTaps);
    const Point<float> p = pointAt<float>(in, pixel, tap);
    const Corners c = cornersOf(in, p);
    const T* x = static_cast<const T*>(in.x);
    float* gradX = static_cast<float*>(out.x);
    float gradY = 0, gradColumn = 0, gradMask = 0;
    for (int i = threadIdx.x % 32; i < in.channels; i += 32) {
        const float g = toFloat(gradColumns[item * in.channels + i]);
        float v[4], sum = 0;
#pragma unroll
        for (int k = 0; k < 4; ++k) {
            v[k] = toFloat(x[c.at[k] + i]);
            sum += c.weight[k] * v[k];
            if (c.weight[k] != 0) atomicAdd(gradX + c.at[k] + i, g * p.mask * c.weight[k]);
        }
        gradMask += g * sum;
        gradY += g * (p.y.slope0 * (p.x.weight0 * v[0] + p.x.weight1 * v[1]) +
                      p.y.slope1 * (p.x.weight0 * v[2] + p.x.weight1 * v[3]));
        gradColumn += g * (p.x.slope0 * (p.y.weight0 * v[0] + p.y.weight1 * v[2]) +
                           p.x.slope1 * (p.y.weight0 * v[1] + p.y.weight1 * v[3]));
    }
    for (int d = 16; d > 0; d /= 2) {
        gradY += __shfl_xor_sync(0xffffffffU, gradY, d);
        gradColumn += __shfl_xor_sync(0xffffffffU, gradColumn, d);
        gradMask += __shfl_xor_sync(0xffffffffU, gradMask, d);
    }
    if (threadIdx.x % 32 != 0) return;
    const int area = in.height * in.width, image = pixel / area, inside = pixel % area;
    const std::int64_t at = (std::int64_t(image) * kTaps + tap) * area + inside;
    static_cast<float*>(out.mask)[at] = gradMask;
    float* gradOffset = static_cast<float*>(out.offset) +
                        (std::int64_t(image) * 2 * kTaps + 2 * tap) * area + inside;
    gradOffset[0] = p.mask * gradY;
    gradOffset[area] = p.mask * gradColumn;
}

// --------------------------------------------------------------------------------- fused kernel
// A block makes kRows pixels x kOutputs outputs. A step is one tap of kDepth channels: kRows x
// kDepth sampled values and kOutputs x kDepth weights, both in shared memory as rows of 128 bytes
// whose 16-byte pieces are swizzled by row % 8. Two groups of 256 threads take every other step,
// each with two pairs of tiles of its own: while the tensor cores multiply one pair, the group
// samples into the other. In the end group 0 adds group 1's sums to its own. Taps run fastest, and
// pixels are taken in strips of kStrip columns, so that the pixels sampled stay in the L1 cache.
constexpr int kRows = 128, kOutputs = 128, kDepth = 64, kStrip = 8;
constexpr int kGroups = 2, kGroupThreads = 256, kRowBytes = 2 * kDepth;
constexpr int kTileBytes = kRows * kRowBytes;
constexpr int kTilesBytes = kGroups * 2 * 2 * kTileBytes;
constexpr int kPoints = kTaps * kRows;
constexpr int kTileAlignment = 1024;
constexpr int kSharedBytes =
    kTilesBytes + kPoints * int(sizeof(float4) + sizeof(unsigned)) + kTileAlignment;
constexpr unsigned kRight = 1, kBelow = 2;  // flags in a corner, the byte where its channels begin
static_assert(kRows == kOutputs && kTilesBytes / 2 >= kRows * kOutputs * int(sizeof(float)));

struct Fused {
    DeformInput in;
    const Bits* weight;  // (O, 9, C)
    int outputs, pixels, steps, splits;
    Bits* out;       // (pixels, O), if splits = 1
    float* partial;  // (splits, pixels, O), else
};

// The m-th pixel of the batch in strips.
__device__ inline int pixelAt(const DeformInput& in, int m) {
    const int area = in.height * in.width, image = m / area, inside = m % area;
    const int strip = inside / (kStrip * in.height), at = inside - strip * kStrip * in.height;
    const int left = strip * kStrip, wide = min(kStrip, in.width - left);
    return image * area + at / wide * in.width + left + at % wide;
}

__device__ inline int swizzled(int row, int piece) {
    return row * kRowBytes + ((piece ^ (row & 7)) << 4);
}

// For each tap and row of the block, where it samples: weights with the mask, and the corner.
// Written without branches, so that a thread's reads are in flight together.
template <DType kPointType>
__device__ inline void findPoints(const Fused& job, int firstRow, float4* weights,
                                  unsigned* corners) {
    DeformInput in = job.in;
    in.offset.type = in.mask.type = kPointType;
    constexpr int kThreads = kGroups * kGroupThreads;
#pragma unroll
    for (int first = 0; first < kPoints; first += kThreads) {
        const int i = min(first + int(threadIdx.x), kPoints - 1);  // the last one more than once
        const int row = firstRow + i % kRows;
        const Point<float> p = pointAt<float>(in, pixelAt(in, min(row, job.pixels - 1)), i / kRows);
        const float mask = row < job.pixels ? p.mask : 0;
        const float top = mask * p.y.weight0, bottom = mask * p.y.weight1;
        weights[i] = make_float4(top * p.x.weight0, top * p.x.weight1, bottom * p.x.weight0,
                                 bottom * p.x.weight1);
        corners[i] = unsigned(p.corner) * unsigned(in.channels * 2) | (p.x.step ? kRight : 0) |
                     (p.y.step ? kBelow : 0);
    }
}

__device__ inline std::uint32_t blend(float4 w, std::uint32_t a, std::uint32_t b, std::uint32_t c,
                                      std::uint32_t d) {
    return ptx::packBf16(w.x * lowOf(a) + w.y * lowOf(b) + w.z * lowOf(c) + w.w * lowOf(d),
                         w.x * highOf(a) + w.y * highOf(b) + w.z * highOf(c) + w.w * highOf(d));
}

// Samples kRows x kDepth values of a step; eight lanes a row, eight channels a lane.
__device__ inline void sample(const Fused& job, int step, int lane, const float4* weights,
                              const unsigned* corners, unsigned char* tile) {
    const int piece = lane % 8;
    const auto* x = static_cast<const unsigned char*>(job.in.x);
    const unsigned channel = unsigned(step / kTaps * kRowBytes + piece * 16);
    const unsigned toRight = unsigned(job.in.channels * 2);
    const unsigned toBelow = unsigned(job.in.width) * toRight;
    const int points = step % kTaps * kRows + lane / 8;
    constexpr int kAtOnce = 2;  // points whose corners are in flight together: bounds the registers
#pragma unroll
    for (int first = 0; first < kRows; first += 32 * kAtOnce) {
        uint4 v[kAtOnce][4];
#pragma unroll
        for (int j = 0; j < kAtOnce; ++j) {
            const unsigned corner = corners[points + first + 32 * j];
            const unsigned at = (corner & ~(kRight | kBelow)) + channel;
            const unsigned right = corner & kRight ? toRight : 0;
            const unsigned below = at + (corner & kBelow ? toBelow : 0);
            v[j][0] = __ldg(reinterpret_cast<const uint4*>(x + at));
            v[j][1] = __ldg(reinterpret_cast<const uint4*>(x + (at + right)));
            v[j][2] = __ldg(reinterpret_cast<const uint4*>(x + below));
            v[j][3] = __ldg(reinterpret_cast<const uint4*>(x + (below + right)));
        }
#pragma unroll
        for (int j = 0; j < kAtOnce; ++j) {
            const int row = lane / 8 + first + 32 * j;
            const float4 w = weights[points + first + 32 * j];
            uint4 r;
            r.x = blend(w, v[j][0].x, v[j][1].x, v[j][2].x, v[j][3].x);
            r.y = blend(w, v[j][0].y, v[j][1].y, v[j][2].y, v[j][3].y);
            r.z = blend(w, v[j][0].z, v[j][1].z, v[j][2].z, v[j][3].z);
            r.w = blend(w, v[j][0].w, v[j][1].w, v[j][2].w, v[j][3].w);
            *reinterpret_cast<uint4*>(tile + swizzled(row, piece)) = r;
        }
    }
}

// Starts the copies of a step's kOutputs x kDepth weights.
__device__ inline void copyWeights(const Fused& job, int step, int firstOutput, int lane,
                                   std::uint32_t tile) {
    const int piece = lane % 8, row = lane / 8, channels = job.in.channels;
    const Bits* from = job.weight + std::int64_t(firstOutput + row) * kTaps * channels +
                       step % kTaps * channels + step / kTaps * kDepth + piece * 8;
    const std::int64_t stride = std::int64_t(kGroupThreads / 8) * kTaps * channels;
#pragma unroll
    for (int i = 0; i < kOutputs * 8 / kGroupThreads; ++i) {
        const int at = row + i * kGroupThreads / 8;
        ptx::copyAsync(tile + std::uint32_t(swizzled(at, piece)), from + i * stride,
                       firstOutput + at >= job.outputs);
    }
}

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
// sums += a b^T for 64 rows a warp group; runs on until finish().
__device__ inline void multiply(float (&sums)[64], std::uint32_t a, std::uint32_t b, int lane) {
    const std::uint64_t rows = ptx::describeTile(a + std::uint32_t(lane / 128 * 64 * kRowBytes));
    const std::uint64_t columns = ptx::describeTile(b);
    ptx::pin(sums);
    ptx::groupFence();
#pragma unroll
    for (int k = 0; k < kDepth / 16; ++k)
        ptx::groupMultiply(sums, rows + std::uint64_t(2 * k), columns + std::uint64_t(2 * k));
    ptx::groupCommit();
}
__device__ inline void finish(float (&sums)[64]) {
    ptx::groupWait();
    ptx::pin(sums);
}
__device__ inline void publish() {
    ptx::publishShared();
}
#else
// sums += a b^T for 16 rows a warp.
__device__ inline void multiply(float (&sums)[64], std::uint32_t a, std::uint32_t b, int lane) {
    const int row = lane / 32 * 16 + lane % 16, column = lane % 8 + lane / 16 % 2 * 8;
#pragma unroll
    for (int k = 0; k < kDepth / 16; ++k) {
        std::uint32_t left[4];
        ptx::loadMatrices(left, a + std::uint32_t(swizzled(row, 2 * k + lane / 16 % 2)));
#pragma unroll
        for (int n = 0; n < kOutputs; n += 16) {
            std::uint32_t right[4];
            ptx::loadMatrices(right, b + std::uint32_t(swizzled(n + column, 2 * k + lane / 8 % 2)));
            ptx::multiply(sums + n / 2, left, right[0], right[1]);
            ptx::multiply(sums + n / 2 + 4, left, right[2], right[3]);
        }
    }
}
__device__ inline void finish(float (&)[64]) {}
__device__ inline void publish() {}
#endif

// Thread `lane` of group 0 holds rows lane / 32 * 16 + lane % 32 / 4 (+ 8), columns 8 j + lane % 4
// * 2
// (+ 1).
__device__ inline void writeSums(const Fused& job, const float (&sums)[64], int firstRow,
                                 int firstOutput, int split, int lane) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
        const int row = firstRow + lane / 32 * 16 + lane % 32 / 4 + 8 * half;
        if (row >= job.pixels) continue;
        const std::int64_t at = std::int64_t(pixelAt(job.in, row)) * job.outputs;
        const std::int64_t part = std::int64_t(split) * job.pixels * job.outputs;
#pragma unroll
        for (int j = 0; j < kOutputs / 8; ++j) {
            const int output = firstOutput + 8 * j + lane % 4 * 2;
            if (output >= job.outputs) continue;
            const float low = sums[4 * j + 2 * half], high = sums[4 * j + 2 * half + 1];
            if (job.splits == 1)
                *reinterpret_cast<std::uint32_t*>(job.out + at + output) = ptx::packBf16(low, high);
            else
                *reinterpret_cast<float2*>(job.partial + part + at + output) =
                    make_float2(low, high);
        }
    }
}

// Grid: tiles of outputs, tiles of rows, splits of the steps.
template <DType kPointType>
__global__ void __launch_bounds__(kGroups* kGroupThreads, 1)
    fusedKernel(const __grid_constant__ Fused job) {
    extern __shared__ unsigned char fusedMemory[];
    const std::uint32_t start = ptx::sharedAddress(fusedMemory);
    unsigned char* memory =
        fusedMemory + (kTileAlignment - start % kTileAlignment) % kTileAlignment;
    auto* weights = reinterpret_cast<float4*>(memory + kTilesBytes);
    auto* corners = reinterpret_cast<unsigned*>(weights + kPoints);
    const int firstRow = int(blockIdx.y) * kRows, firstOutput = int(blockIdx.x) * kOutputs;
    findPoints<kPointType>(job, firstRow, weights, corners);
    __syncthreads();

    const int group = int(threadIdx.x / kGroupThreads), lane = int(threadIdx.x % kGroupThreads);
    const int split = int(blockIdx.z), end = job.steps * (split + 1) / job.splits;
    int step = job.steps * split / job.splits + group;
    unsigned char* tiles = memory + group * 4 * kTileBytes;  // two stages of {values, weights}
    const auto load = [&](int next, int stage) {
        unsigned char* tile = tiles + stage * 2 * kTileBytes;
        copyWeights(job, next, firstOutput, lane, ptx::sharedAddress(tile + kTileBytes));
        sample(job, next, lane, weights, corners, tile);
    };
    float sums[64];
#pragma unroll
    for (int i = 0; i < 64; ++i) sums[i] = 0;
    if (step < end) load(step, 0);
    for (int stage = 0; step < end; step += kGroups, stage ^= 1) {
        ptx::waitForCopies();
        publish();
        ptx::barrier(1 + group, kGroupThreads);
        const std::uint32_t tile = ptx::sharedAddress(tiles + stage * 2 * kTileBytes);
        multiply(sums, tile, tile + kTileBytes, lane);
        if (step + kGroups < end) load(step + kGroups, stage ^ 1);
        finish(sums);
    }

    __syncthreads();
    auto* handed = reinterpret_cast<float*>(memory);
    if (group == 1) {
#pragma unroll
        for (int i = 0; i < 64; ++i) handed[i * kGroupThreads + lane] = sums[i];
    }
    __syncthreads();
    if (group == 1) return;
#pragma unroll
    for (int i = 0; i < 64; ++i) sums[i] += handed[i * kGroupThreads + lane];
    writeSums(job, sums, firstRow, firstOutput, split, lane);
}

// Adds the splits' sums; eight values a thread.
__global__ void __launch_bounds__(256)
    addPartsKernel(const float* __restrict__ partial, int splits, std::int64_t values, Bits* out) {
    const std::int64_t at = (std::int64_t(blockIdx.x) * 256 + threadIdx.x) * 8;
    if (at >= values) return;
    float sum[8] = {};
    for (int s = 0; s < splits; ++s) {
        const auto* from = reinterpret_cast<const float4*>(partial + s * values + at);
        const float4 a = __ldg(from), b = __ldg(from + 1);
        sum[0] += a.x, sum[1] += a.y, sum[2] += a.z, sum[3] += a.w;
        sum[4] += b.x, sum[5] += b.y, sum[6] += b.z, sum[7] += b.w;
    }
    uint4 r;
    r.x = ptx::packBf16(sum[0], sum[1]);
    r.y = ptx::packBf16(sum[2], sum[3]);
    r.z = ptx::packBf16(sum[4], sum[5]);
    r.w = ptx::packBf16(sum[6], sum[7]);
    *reinterpret_cast<uint4*>(out + at) = r;
}

int attribute(cudaDeviceAttr which) {
    int device = 0, value = 0;
    check(cudaGetDevice(&device));
    check(cudaDeviceGetAttribute(&value, which, device));
    return value;
}

constexpr int tilesFor(int items, int size) {
    return (items + size - 1) / size;
}

}  // namespace

void deformColumns(void* stream, const DeformInput& in, int first, int count, void* columns) {
    const dim3 blocks = blocksFor(std::int64_t(count) * kTaps, kWarpsPerBlock);
    const int threads = 32 * kWarpsPerBlock;
    if (in.type == DType::BFloat16)
        launch(stream, blocks, threads, 0, columnsKernel<Bits>, in, first, count,
               static_cast<Bits*>(columns));
    else
        launch(stream, blocks, threads, 0, columnsKernel<float>, in, first, count,
               static_cast<float*>(columns));
}

void deformGradients(void* stream, const DeformInput& in, const void* gradColumns, int first,
                     int count, const DeformGradients& out) {
    const dim3 blocks = blocksFor(std::int64_t(count) * kTaps, kWarpsPerBlock);
    const int threads = 32 * kWarpsPerBlock;
    if (in.type == DType::BFloat16)
        launch(stream, blocks, threads, 0, gradientsKernel<Bits>, in,
               static_cast<const Bits*>(gradColumns), first, count, out);
    else
        launch(stream, blocks, threads, 0, gradientsKernel<float>, in,
               static_cast<const float*>(gradColumns), first, count, out);
}

FusedPlan planDeformFused(const DeformInput& in, int outputs) {
    if (in.type != DType::BFloat16 || in.offset.type != in.mask.type || in.channels % kDepth != 0 ||
        outputs % 8 != 0)
        return {};
    if (std::int64_t(in.pixels()) * in.channels > std::int64_t(1) << 31) return {};  // 32-bit bytes
    if (attribute(cudaDevAttrComputeCapabilityMajor) < 8 ||
        attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin) < kSharedBytes)
        return {};
    const int tiles = tilesFor(in.pixels(), kRows) * tilesFor(outputs, kOutputs);
    const int steps = kTaps * (in.channels / kDepth);
    FusedPlan plan;
    plan.splits =
        std::clamp(attribute(cudaDevAttrMultiProcessorCount) / tiles, 1, std::max(1, steps / 8));
    if (plan.splits > 1)
        plan.scratchBytes = sizeof(float) * std::size_t(plan.splits) * std::size_t(in.pixels()) *
                            std::size_t(outputs);
    return plan;
}

void deformFused(void* stream, const DeformInput& in, const void* weight, int outputs,
                 const FusedPlan& plan, void* scratch, void* out) {
    const auto kernel = in.offset.type == DType::BFloat16 ? fusedKernel<DType::BFloat16>
                                                          : fusedKernel<DType::Float32>;
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, kSharedBytes));
    Fused job{in,
              static_cast<const Bits*>(weight),
              outputs,
              in.pixels(),
              kTaps * (in.channels / kDepth),
              plan.splits,
              static_cast<Bits*>(out),
              static_cast<float*>(scratch)};
    const dim3 blocks(unsigned(tilesFor(outputs, kOutputs)), unsigned(tilesFor(in.pixels(), kRows)),
                      unsigned(plan.splits));
    launch(stream, blocks, kGroups * kGroupThreads, kSharedBytes, kernel, job);
    if (plan.splits == 1) return;
    const std::int64_t values = std::int64_t(in.pixels()) * outputs;
    launch(stream, blocksFor(values, 8 * 256), 256, 0, addPartsKernel,
           static_cast<const float*>(job.partial), plan.splits, values, job.out);
}

}  // namespace fs2::deform::gpu
