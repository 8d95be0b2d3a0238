// The functions of kernels.h on the GPU, defined in the .cu files; the .cpp files send calls with
// Where::cuda here. In a build without FS2_CUDA they throw. Internal to training/cuda.
#pragma once

#include <stdexcept>

#include "training/cuda/kernels.h"

namespace fs2::kernels::gpu {

#ifdef FS2_CUDA

void renderScenes(void* stream, Seed seed, int n, int size, const SceneOptions& options,
                  const PhotoPool& textures, void* scratch, float* image, std::int16_t* labels,
                  std::uint8_t* target, std::uint8_t* valid);
void warpSamples(void* stream, const PhotoPool& pool, const SampleSpec* specs, int n, int size,
                 float* image, std::int16_t* labels, std::uint8_t* target, std::uint8_t* valid);
void pasteCutouts(void* stream, Seed seed, const PhotoPool& pool, const PasteSpec* specs, int n,
                  int layers, int size, void* scratch, float* image, std::int16_t* labels,
                  std::uint8_t* target, std::uint8_t* valid);
void photometric(void* stream, Seed seed, int n, int size, float strength, const float* image,
                 const std::uint8_t* valid, void* scratch, void* output, DType type, Layout layout);
void downsampleMax(void* stream, const std::uint8_t* mask, int n, int height, int width,
                   std::uint8_t* half);
void distanceSquared(void* stream, const std::uint8_t* mask, int n, int height, int width,
                     void* scratch, std::int32_t* squared);
void maskBoxes(void* stream, const std::uint8_t* mask, int n, int size, std::int32_t* boxes);
void firstClicks(void* stream, Seed seed, int n, int size, const FirstClickOptions& options,
                 const std::uint8_t* target, const std::uint8_t* valid, void* scratch,
                 const ClickState& state, float* logits, std::uint8_t* hasPrior);
void nextClicks(void* stream, Seed seed, int n, int size, float two, const void* logits, DType type,
                const std::uint8_t* target, const std::uint8_t* valid, void* scratch,
                const ClickState& state);
void drawClicks(void* stream, Seed seed, int n, int size, float drop, const ClickState& state,
                const void* logits, DType logitType, void* maps, DType type, Layout layout);
#else
[[noreturn]] inline void absent() {
    throw std::runtime_error("training kernels: this build has no CUDA");
}
template <class... A>
[[noreturn]] void renderScenes(const A&...) {
    absent();
}
template <class... A>
[[noreturn]] void warpSamples(const A&...) {
    absent();
}
template <class... A>
[[noreturn]] void pasteCutouts(const A&...) {
    absent();
}
template <class... A>
[[noreturn]] void photometric(const A&...) {
    absent();
}
template <class... A>
[[noreturn]] void downsampleMax(const A&...) {
    absent();
}
template <class... A>
[[noreturn]] void distanceSquared(const A&...) {
    absent();
}
template <class... A>
[[noreturn]] void maskBoxes(const A&...) {
    absent();
}
template <class... A>
[[noreturn]] void firstClicks(const A&...) {
    absent();
}
template <class... A>
[[noreturn]] void nextClicks(const A&...) {
    absent();
}
template <class... A>
[[noreturn]] void drawClicks(const A&...) {
    absent();
}
#endif

}  // namespace fs2::kernels::gpu
