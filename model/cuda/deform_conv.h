// The loops of the modulated deformable convolution 3x3 (stride 1, padding 1) as plain functions:
// on the CPU (namespace fs2::deform) and on the GPU (fs2::deform::gpu, present with FS2_CUDA). No
// torch; any thread; the GPU functions only enqueue. Failures of CUDA throw std::runtime_error.
// "Columns" are the sampled and modulated values: rows of 9 * C, ordered (tap, channel), a row a
// pixel; pixels are counted over the whole batch, row-major.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fs2::deform {

constexpr int kTaps = 9;

enum class DType {
    Float32,
    Float64,
    BFloat16
};  ///< Float64 on the CPU only, BFloat16 on the GPU only

/// (B, channels, H, W) values at any strides, counted in elements.
struct StridedMap {
    const void* data = nullptr;
    DType type = DType::Float32;
    std::int64_t image = 0, channel = 0, row = 0, column = 0;
};

struct DeformInput {
    int batch = 0, channels = 0, height = 0, width = 0;  ///< batch * height * width < 2^29
    DType type = DType::Float32;
    const void* x = nullptr;  ///< (B, H, W, C), dense
    StridedMap offset;        ///< 18 channels: (dy, dx) of each tap, in pixels
    StridedMap mask;          ///< 9 channels
    constexpr int pixels() const { return batch * height * width; }
};

/// Gradients, float32 (float64 if the input is that), dense.
struct DeformGradients {
    void* x = nullptr;       ///< (B, H, W, C): added to, so zero it first
    void* offset = nullptr;  ///< (B, 18, H, W): overwritten
    void* mask = nullptr;    ///< (B, 9, H, W): overwritten
};

/// Columns of the pixels [first, first + count); all in the input's type, offset and mask too.
void deformColumns(const DeformInput& in, int first, int count, void* columns);
/// Gradients of offset and mask from those of the columns, for the pixels [first, first + count).
void deformPointGradients(const DeformInput& in, const void* gradColumns, int first, int count,
                          const DeformGradients& out);
/// Adds what those pixels give to the gradient of x, for the channels [channel, channel +
/// channels).
void deformInputGradient(const DeformInput& in, const void* gradColumns, int first, int count,
                         int channel, int channels, const DeformGradients& out);

#ifdef FS2_CUDA
namespace gpu {

/// The same; x and the columns float32 or bfloat16, offset and mask either.
void deformColumns(void* stream, const DeformInput& in, int first, int count, void* columns);
/// Both gradients, of all channels; those of the columns are of x's type.
void deformGradients(void* stream, const DeformInput& in, const void* gradColumns, int first,
                     int count, const DeformGradients& out);

/// How deformFused() runs on the current device; splits = 0: it does not (see there).
struct FusedPlan {
    int splits = 0;
    std::size_t scratchBytes = 0;
};
FusedPlan planDeformFused(const DeformInput& in, int outputs);
/// Samples and multiplies in one kernel, on the tensor cores. bfloat16; offset and mask of one
/// type; channels a multiple of 64, outputs of 8. weight (O, 3, 3, C) and out (B, H, W, O), dense
/// and aligned to 16 bytes; scratch as the plan says.
void deformFused(void* stream, const DeformInput& in, const void* weight, int outputs,
                 const FusedPlan& plan, void* scratch, void* out);

}  // namespace gpu
#endif

}  // namespace fs2::deform
