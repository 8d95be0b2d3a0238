// warpSamples(), pasteCutouts(), photometric(): the CPU twins, and the way to the GPU; and the
// host's choice of windows and places.
#include "training/cuda/gpu.h"
#include "training/cuda/photos_body.h"

namespace fs2::kernels {

SampleSpec chooseSample(std::uint64_t key, const PoolObject& object, int height, int width,
                        int size, std::span<const std::int32_t> neighbours) {
    Rng rng(mix64(key));
    SampleSpec spec;
    spec.image = object.image;
    spec.labels[0] = object.label;
    if (!neighbours.empty() && rng.chance(0.15F)) {
        const int count = int(neighbours.size());
        spec.labels[1] = neighbours[std::size_t(rng.below(count))];
        if (rng.chance(0.3F)) spec.labels[2] = neighbours[std::size_t(rng.below(count))];
    }
    const float w = float(width), h = float(height), out = float(size);
    const float bw = float(object.x1 - object.x0 + 1), bh = float(object.y1 - object.y0 + 1);
    const float natural = 512 / std::max(w, h);
    float scale = natural * exp2f(rng.uniform(-1, 1));
    if (rng.chance(0.3F)) {
        scale = rng.uniform(0.25F, 0.95F) * out / std::max({bw, bh, 8.0F});
        scale = clampf(scale, 0.4F * natural, 8 * natural);
    }
    scale = std::max(scale, 8 / sqrtf(float(std::max(object.area, 1))));  // no target under 8 x 8
    const float window = out / scale;
    float cx = 0.5F * float(object.x0 + object.x1) + rng.uniform(-0.4F, 0.4F) * bw +
               rng.uniform(-0.35F, 0.35F) * window;
    float cy = 0.5F * float(object.y0 + object.y1) + rng.uniform(-0.4F, 0.4F) * bh +
               rng.uniform(-0.35F, 0.35F) * window;
    const auto keep = [window](float c, float n) {
        const float a = std::min(window / 2, n - window / 2),
                    b = std::max(window / 2, n - window / 2);
        return clampf(c, a, b);
    };
    cx = keep(cx, w), cy = keep(cy, h);
    const float stretch = exp2f(rng.uniform(-0.15F, 0.15F)),
                turn = rng.chance(0.3F) ? 0.15F * rng.normal() : 0;
    spec.affine = windowAffine(cx - 0.5F, cy - 0.5F, scale * stretch, scale / stretch, turn,
                               rng.chance(0.5F), size);
    return spec;
}

PasteSpec choosePaste(std::uint64_t key, const PoolObject& object, int size) {
    Rng rng(mix64(key));
    PasteSpec spec;
    spec.image = object.image;
    spec.label = object.label;
    const float longest = float(std::max(object.x1 - object.x0, object.y1 - object.y0) + 1),
                out = float(size);
    const float scale = std::min(out * rng.logUniform(0.12F, 0.8F) / longest, 4.0F);
    const float turn = rng.chance(0.6F) ? 0.15F * rng.normal() : 0;
    spec.affine =
        windowAffine(0.5F * float(object.x0 + object.x1), 0.5F * float(object.y0 + object.y1),
                     scale, scale, turn, rng.chance(0.5F), size);
    const float dx = rng.uniform(-0.45F, 0.45F) * out, dy = rng.uniform(-0.45F, 0.45F) * out;
    float* m = spec.affine.m;  // moves the cut-out by (dx, dy)
    m[2] -= m[0] * dx + m[1] * dy, m[5] -= m[3] * dx + m[4] * dy;
    spec.gain = rng.uniform(0.8F, 1.25F);
    for (float& o : spec.offset) o = rng.uniform(-0.08F, 0.08F);
    if (rng.chance(0.3F)) {
        const float reach = scale * longest * rng.uniform(0.03F, 0.12F),
                    a = rng.uniform(0, 2 * kPi);
        spec.shadow = rng.uniform(0.2F, 0.6F);
        spec.shadowX = reach * cosf(a), spec.shadowY = reach * sinf(a);
    }
    return spec;
}

void warpSamples(Where where, const PhotoPool& pool, const SampleSpec* specs, int n, int size,
                 float* image, std::int16_t* labels, std::uint8_t* target, std::uint8_t* valid) {
    if (where.cuda) {
        gpu::warpSamples(where.stream, pool, specs, n, size, image, labels, target, valid);
    } else {
        runWarp(CpuExecutor{}, pool, specs, n, size, image, labels, target, valid);
    }
}

std::size_t pasteScratch(int n, int size) {
    return PasteScratch(nullptr, n, size).bytes;
}

void pasteCutouts(Where where, Seed seed, const PhotoPool& pool, const PasteSpec* specs, int n,
                  int layers, int size, void* scratch, float* image, std::int16_t* labels,
                  std::uint8_t* target, std::uint8_t* valid) {
    if (where.cuda) {
        gpu::pasteCutouts(where.stream, seed, pool, specs, n, layers, size, scratch, image, labels,
                          target, valid);
    } else {
        runPaste(CpuExecutor{}, seed, pool, specs, n, layers, size, scratch, image, labels, target,
                 valid);
    }
}

std::size_t photometricScratch(int n) {
    return std::size_t(n) * sizeof(std::uint64_t);
}

void photometric(Where where, Seed seed, int n, int size, float strength, const float* image,
                 const std::uint8_t* valid, void* scratch, void* output, DType type,
                 Layout layout) {
    if (where.cuda) {
        gpu::photometric(where.stream, seed, n, size, strength, image, valid, scratch, output, type,
                         layout);
    } else {
        runPhotometric(CpuExecutor{}, seed, n, size, strength, image, valid, scratch, output, type,
                       layout);
    }
}

}  // namespace fs2::kernels
