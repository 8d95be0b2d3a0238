// warpSamples(), pasteCutouts(), photometric() on the GPU.
#include "training/cuda/gpu.h"
#include "training/cuda/photos_body.h"

namespace fs2::kernels::gpu {

void warpSamples(void* stream, const PhotoPool& pool, const SampleSpec* specs, int n, int size,
                 float* image, std::int16_t* labels, std::uint8_t* target, std::uint8_t* valid) {
    runWarp(GpuExecutor{static_cast<cudaStream_t>(stream)}, pool, specs, n, size, image, labels,
            target, valid);
}

void pasteCutouts(void* stream, Seed seed, const PhotoPool& pool, const PasteSpec* specs, int n,
                  int layers, int size, void* scratch, float* image, std::int16_t* labels,
                  std::uint8_t* target, std::uint8_t* valid) {
    runPaste(GpuExecutor{static_cast<cudaStream_t>(stream)}, seed, pool, specs, n, layers, size,
             scratch, image, labels, target, valid);
}

void photometric(void* stream, Seed seed, int n, int size, float strength, const float* image,
                 const std::uint8_t* valid, void* scratch, void* output, DType type,
                 Layout layout) {
    runPhotometric(GpuExecutor{static_cast<cudaStream_t>(stream)}, seed, n, size, strength, image,
                   valid, scratch, output, type, layout);
}

}  // namespace fs2::kernels::gpu
