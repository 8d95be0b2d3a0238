// Distance transforms, boxes and clicks on the GPU.
#include "training/cuda/clicks_body.h"
#include "training/cuda/gpu.h"

namespace fs2::kernels::gpu {

void downsampleMax(void* stream, const std::uint8_t* mask, int n, int height, int width,
                   std::uint8_t* half) {
    runHalf(GpuExecutor{static_cast<cudaStream_t>(stream)}, mask, n, height, width, half);
}

void distanceSquared(void* stream, const std::uint8_t* mask, int n, int height, int width,
                     void* scratch, std::int32_t* squared) {
    runDistanceSquared(GpuExecutor{static_cast<cudaStream_t>(stream)}, mask, n, height, width,
                       scratch, squared);
}

void maskBoxes(void* stream, const std::uint8_t* mask, int n, int size, std::int32_t* boxes) {
    runBoxes(GpuExecutor{static_cast<cudaStream_t>(stream)}, mask, n, size, boxes);
}

void firstClicks(void* stream, Seed seed, int n, int size, const FirstClickOptions& options,
                 const std::uint8_t* target, const std::uint8_t* valid, void* scratch,
                 const ClickState& state, float* logits, std::uint8_t* hasPrior) {
    runFirstClicks(GpuExecutor{static_cast<cudaStream_t>(stream)}, seed, n, size, options, target,
                   valid, scratch, state, logits, hasPrior);
}

void nextClicks(void* stream, Seed seed, int n, int size, float two, const void* logits, DType type,
                const std::uint8_t* target, const std::uint8_t* valid, void* scratch,
                const ClickState& state) {
    runNextClicks(GpuExecutor{static_cast<cudaStream_t>(stream)}, seed, n, size, two, logits, type,
                  target, valid, nullptr, scratch, state);
}

void drawClicks(void* stream, Seed seed, int n, int size, float drop, const ClickState& state,
                const void* logits, DType logitType, void* maps, DType type, Layout layout) {
    runDrawClicks(GpuExecutor{static_cast<cudaStream_t>(stream)}, seed, n, size, drop, state,
                  logits, logitType, maps, type, layout);
}

}  // namespace fs2::kernels::gpu
