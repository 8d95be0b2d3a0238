// renderScenes(): the CPU twin, and the way to the GPU.
#include "training/cuda/gpu.h"
#include "training/cuda/scenes_body.h"

namespace fs2::kernels {

std::size_t sceneScratch(int n, int size) {
    return SceneScratch(nullptr, n, size).bytes;
}

void renderScenes(Where where, Seed seed, int n, int size, const SceneOptions& options,
                  const PhotoPool& textures, void* scratch, float* image, std::int16_t* labels,
                  std::uint8_t* target, std::uint8_t* valid) {
    if (where.cuda) {
        gpu::renderScenes(where.stream, seed, n, size, options, textures, scratch, image, labels,
                          target, valid);
    } else {
        runScenes(CpuExecutor{}, seed, n, size, options, textures, scratch, image, labels, target,
                  valid);
    }
}

}  // namespace fs2::kernels
