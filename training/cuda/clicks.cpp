// Distance transforms, boxes and clicks: the CPU twins, and the way to the GPU.
#include "training/cuda/clicks_body.h"
#include "training/cuda/gpu.h"

namespace fs2::kernels {

std::size_t distanceScratch(int n, int height, int width) {
    return std::size_t(n) * std::size_t(height) * std::size_t(width) * sizeof(std::uint16_t);
}

std::size_t clickScratch(int n, int size) {
    return ClickScratch(nullptr, n, size).bytes;
}

void downsampleMax(Where where, const std::uint8_t* mask, int n, int height, int width,
                   std::uint8_t* half) {
    if (where.cuda) {
        gpu::downsampleMax(where.stream, mask, n, height, width, half);
    } else {
        runHalf(CpuExecutor{}, mask, n, height, width, half);
    }
}

void distanceSquared(Where where, const std::uint8_t* mask, int n, int height, int width,
                     void* scratch, std::int32_t* squared) {
    if (where.cuda) {
        gpu::distanceSquared(where.stream, mask, n, height, width, scratch, squared);
    } else {
        runDistanceSquared(CpuExecutor{}, mask, n, height, width, scratch, squared);
    }
}

void maskBoxes(Where where, const std::uint8_t* mask, int n, int size, std::int32_t* boxes) {
    if (where.cuda) {
        gpu::maskBoxes(where.stream, mask, n, size, boxes);
    } else {
        runBoxes(CpuExecutor{}, mask, n, size, boxes);
    }
}

void firstClicks(Where where, Seed seed, int n, int size, const FirstClickOptions& options,
                 const std::uint8_t* target, const std::uint8_t* valid, void* scratch,
                 const ClickState& state, float* logits, std::uint8_t* hasPrior) {
    if (where.cuda) {
        gpu::firstClicks(where.stream, seed, n, size, options, target, valid, scratch, state,
                         logits, hasPrior);
    } else {
        runFirstClicks(CpuExecutor{}, seed, n, size, options, target, valid, scratch, state, logits,
                       hasPrior);
    }
}

void nextClicks(Where where, Seed seed, int n, int size, float two, const void* logits, DType type,
                const std::uint8_t* target, const std::uint8_t* valid, void* scratch,
                const ClickState& state) {
    if (where.cuda) {
        gpu::nextClicks(where.stream, seed, n, size, two, logits, type, target, valid, scratch,
                        state);
    } else {
        runNextClicks(CpuExecutor{}, seed, n, size, two, logits, type, target, valid, nullptr,
                      scratch, state);
    }
}

void drawClicks(Where where, Seed seed, int n, int size, float drop, const ClickState& state,
                const void* logits, DType logitType, void* maps, DType type, Layout layout) {
    if (where.cuda) {
        gpu::drawClicks(where.stream, seed, n, size, drop, state, logits, logitType, maps, type,
                        layout);
    } else {
        runDrawClicks(CpuExecutor{}, seed, n, size, drop, state, logits, logitType, maps, type,
                      layout);
    }
}

}  // namespace fs2::kernels
