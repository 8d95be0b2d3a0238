// renderScenes() on the GPU.
#include "training/cuda/gpu.h"
#include "training/cuda/scenes_body.h"

namespace fs2::kernels::gpu {

void renderScenes(void* stream, Seed seed, int n, int size, const SceneOptions& options,
                  const PhotoPool& textures, void* scratch, float* image, std::int16_t* labels,
                  std::uint8_t* target, std::uint8_t* valid) {
    runScenes(GpuExecutor{static_cast<cudaStream_t>(stream)}, seed, n, size, options, textures,
              scratch, image, labels, target, valid);
}

}  // namespace fs2::kernels::gpu
