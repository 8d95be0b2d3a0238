// The PTX instructions that the matrix kernels use, an inline function each. Internal to model/cuda.
#pragma once

#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include <cstdint>

namespace fs2::ptx {

__device__ inline std::uint32_t sharedAddress(const void* p) {
    return std::uint32_t(__cvta_generic_to_shared(p));
}

/// 16 bytes from global to shared memory, or 16 zeros (nothing is read then).
__device__ inline void copyAsync(std::uint32_t to, const void* from, bool zeros) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from),
                 "r"(zeros ? 0 : 16)
                 : "memory");
}
__device__ inline void waitForCopies() {
    asm volatile("cp.async.wait_all;" ::: "memory");
}
/// Barrier `id` of `threads` threads; 0 is __syncthreads'.
__device__ inline void barrier(int id, int threads) {
    asm volatile("bar.sync %0, %1;" ::"r"(id), "r"(threads) : "memory");
}

/// Two floats rounded to bfloat16, `low` in the lower half.
__device__ inline std::uint32_t packBf16(float low, float high) {
    const __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
    return *reinterpret_cast<const std::uint32_t*>(&pair);
}

/// Four 8x8 matrices of 16-bit values; lane l gives the address of row l % 8 of matrix l / 8.
__device__ inline void loadMatrices(std::uint32_t (&r)[4], std::uint32_t address) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(address)
                 : "memory");
}
/// d (16x8) += a (16x16) b (16x8), bfloat16.
__device__ inline void multiply(float* d, const std::uint32_t (&a)[4], std::uint32_t b0,
                                std::uint32_t b1) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, "
        "{%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
/// Makes this thread's writes to shared memory visible to groupMultiply().
__device__ inline void publishShared() {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}
__device__ inline void groupFence() {
    asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}
__device__ inline void groupCommit() {
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}
__device__ inline void groupWait() {
    asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory");
}
/// Describes rows of 64 bfloat16 (128 bytes, 16-byte pieces swizzled by row % 8) in shared memory that
/// begin on a multiple of 1024 bytes; + 2 moves on by 16 values.
__device__ inline std::uint64_t describeTile(std::uint32_t address) {
    return std::uint64_t((address & 0x3ffff) >> 4) | std::uint64_t(1) << 16 |
           std::uint64_t(1024 >> 4) << 32 | std::uint64_t(1) << 62;
}
/// d (64x128, of the 128 threads) += a (64x16) b (128x16) transposed, bfloat16, asynchronously. Thread
/// t holds rows t / 32 * 16 + t % 32 / 4 (+ 8 for d[2], d[3] of each four) of columns
/// 8 * (i / 4) + t % 4 * 2 (+ 1).
__device__ inline void groupMultiply(float (&d)[64], std::uint64_t a, std::uint64_t b) {
    asm volatile(
        "{\n"
        ".reg .pred p;\n"
        "setp.ne.b32 p, 1, 0;\n"
        "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 "
        "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
        "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, "
        "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "
        "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63}, "
        "%64, %65, p, 1, 1, 0, 0;\n"
        "}\n"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]),
          "+f"(d[7]), "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]),
          "+f"(d[14]), "+f"(d[15]), "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]),
          "+f"(d[21]), "+f"(d[22]), "+f"(d[23]), "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]),
          "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31]), "+f"(d[32]), "+f"(d[33]), "+f"(d[34]),
          "+f"(d[35]), "+f"(d[36]), "+f"(d[37]), "+f"(d[38]), "+f"(d[39]), "+f"(d[40]), "+f"(d[41]),
          "+f"(d[42]), "+f"(d[43]), "+f"(d[44]), "+f"(d[45]), "+f"(d[46]), "+f"(d[47]), "+f"(d[48]),
          "+f"(d[49]), "+f"(d[50]), "+f"(d[51]), "+f"(d[52]), "+f"(d[53]), "+f"(d[54]), "+f"(d[55]),
          "+f"(d[56]), "+f"(d[57]), "+f"(d[58]), "+f"(d[59]), "+f"(d[60]), "+f"(d[61]), "+f"(d[62]),
          "+f"(d[63])
        : "l"(a), "l"(b));
}
/// Keeps the compiler from moving `d` while groupMultiply() writes it.
__device__ inline void pin(float (&d)[64]) {
#pragma unroll
    for (int i = 0; i < 64; ++i) asm volatile("" : "+f"(d[i])::"memory");
}
#endif

}  // namespace fs2::ptx
