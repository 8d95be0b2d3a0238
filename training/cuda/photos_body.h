// warpSamples(), pasteCutouts() and photometric() for any executor. Internal to training/cuda.
#pragma once

#include "training/cuda/device.h"

namespace fs2::kernels {

// Source point of output pixel (u, v).
struct Point {
    float x, y;
};
FS2_HD inline Point apply(const Affine& a, float u, float v) {
    return {a.m[0] * u + a.m[1] * v + a.m[2], a.m[3] * u + a.m[4] * v + a.m[5]};
}
// Taps along the output's axis whose step in the source is (x, y), so that none skips a pixel.
FS2_HD inline int tapsFor(float x, float y) {
    return clampi(int(ceilf(length2(x, y) - 0.05F)), 1, 4);
}

// Bilinear, the photo's edge repeated outside.
FS2_HD inline Rgb bilinear(const PhotoPool& pool, int image, float x, float y) {
    const int h = pool.sizes[2 * image], w = pool.sizes[2 * image + 1];
    x = clampf(x, 0, float(w - 1)), y = clampf(y, 0, float(h - 1));
    const int ix = int(x), iy = int(y), jx = mini(ix + 1, w - 1), jy = mini(iy + 1, h - 1);
    const float fx = x - float(ix), fy = y - float(iy);
    const std::size_t side = std::size_t(pool.side), area = side * side;
    const std::uint8_t* p = pool.photos + std::size_t(image) * 3 * area;
    const std::size_t r0 = std::size_t(iy) * side, r1 = std::size_t(jy) * side, a = std::size_t(ix),
                      b = std::size_t(jx);
    float c[3];
    for (int k = 0; k < 3; ++k, p += area) {
        c[k] = mixf(mixf(float(p[r0 + a]), float(p[r0 + b]), fx),
                    mixf(float(p[r1 + a]), float(p[r1 + b]), fx), fy) *
               (1.0F / 255);
    }
    return {c[0], c[1], c[2]};
}
// The mean over the output pixel's footprint.
FS2_HD inline Rgb footprint(const PhotoPool& pool, int image, const Affine& a, float u, float v) {
    const int nu = tapsFor(a.m[0], a.m[3]), nv = tapsFor(a.m[1], a.m[4]);
    Rgb sum;
    for (int j = 0; j < nv; ++j) {
        for (int i = 0; i < nu; ++i) {
            const Point p = apply(a, u + (float(i) + 0.5F) / float(nu) - 0.5F,
                                  v + (float(j) + 0.5F) / float(nv) - 0.5F);
            sum = sum + bilinear(pool, image, p.x, p.y);
        }
    }
    return sum * (1.0F / float(nu * nv));
}
// The label of the nearest pixel; inside says whether the photo has one there.
FS2_HD inline int nearestLabel(const PhotoPool& pool, int image, Point p, bool& inside) {
    const int x = floori(p.x + 0.5F), y = floori(p.y + 0.5F);
    inside = x >= 0 && y >= 0 && y < pool.sizes[2 * image] && x < pool.sizes[2 * image + 1];
    if (!inside) return 0;
    const std::size_t side = std::size_t(pool.side);
    return pool.labels[(std::size_t(image) * side + std::size_t(y)) * side + std::size_t(x)];
}

constexpr int kPixelsPerBlock = 1024;

struct WarpPixels {
    PhotoPool pool;
    const SampleSpec* specs;
    int size;
    std::size_t pixels;
    float* image;
    std::int16_t* labels;
    std::uint8_t *target, *valid;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char*) const {
        const std::size_t area = std::size_t(size) * std::size_t(size);
        for (int i = lanes.index; i < kPixelsPerBlock; i += lanes.count) {
            const std::size_t at = std::size_t(block) * kPixelsPerBlock + std::size_t(i);
            if (at >= pixels) return;
            const std::size_t sample = at / area, in = at % area;
            const SampleSpec& s = specs[sample];
            const float u = float(in % std::size_t(size)), v = float(int(in / std::size_t(size)));
            const Rgb c = footprint(pool, s.image, s.affine, u, v);
            float* out = image + 3 * sample * area + in;
            out[0] = c.r, out[area] = c.g, out[2 * area] = c.b;
            bool inside = false;
            const int l = nearestLabel(pool, s.image, apply(s.affine, u, v), inside);
            if (labels) labels[at] = std::int16_t(l);
            valid[at] = inside ? 1 : 0;
            target[at] =
                inside && l >= 0 && (l == s.labels[0] || l == s.labels[1] || l == s.labels[2]) ? 1
                                                                                               : 0;
        }
    }
};

template <class Executor>
void runWarp(const Executor& on, const PhotoPool& pool, const SampleSpec* specs, int n, int size,
             float* image, std::int16_t* labels, std::uint8_t* target, std::uint8_t* valid) {
    require(n > 0 && size >= 16 && size <= 2048 && pool.count > 0 && pool.labels,
            "warpSamples needs samples, a size and a pool with labels");
    const std::size_t pixels = std::size_t(n) * std::size_t(size) * std::size_t(size);
    on.run(blocksFor(pixels, kPixelsPerBlock), 256, 0,
           WarpPixels{pool, specs, size, pixels, image, labels, target, valid});
}

// ------------------------------------------------------------------------------------------- paste
struct PasteScratch {
    static constexpr int kCounts = kPasteLayers + 1;
    std::int32_t* counts;  // (n, kCounts) visible pixels of each layer, and of the base's target
    std::int32_t* choice;  // (n) -1 = the base's target, else the layer
    std::uint8_t* layer;   // (n,S,S) 0 = base, 1 + k
    std::size_t bytes;
    PasteScratch(void* memory, int n, int size) {
        Carver c{static_cast<unsigned char*>(memory)};
        counts = c.take<std::int32_t>(std::size_t(n) * kCounts);
        choice = c.take<std::int32_t>(std::size_t(n));
        layer = c.take<std::uint8_t>(std::size_t(n) * std::size_t(size) * std::size_t(size));
        bytes = c.used;
    }
};

// How much of the output pixel the cut-out covers: its label under a bilinear footprint, the outer
// rim (0.15) cut off so that little of its old surroundings comes along.
FS2_HD inline float cutoutCover(const PhotoPool& pool, const PasteSpec& s, float u, float v) {
    const Affine& a = s.affine;
    const int h = pool.sizes[2 * s.image], w = pool.sizes[2 * s.image + 1];
    {
        const Point p = apply(a, u, v);
        const float margin = 2 + fabsf(a.m[0]) + fabsf(a.m[1]) + fabsf(a.m[3]) + fabsf(a.m[4]);
        if (p.x < -margin || p.y < -margin || p.x > float(w) + margin || p.y > float(h) + margin)
            return 0;
    }
    const std::size_t side = std::size_t(pool.side);
    const std::int16_t* labels = pool.labels + std::size_t(s.image) * side * side;
    const int nu = tapsFor(a.m[0], a.m[3]), nv = tapsFor(a.m[1], a.m[4]);
    float sum = 0;
    for (int j = 0; j < nv; ++j) {
        for (int i = 0; i < nu; ++i) {
            const Point p = apply(a, u + (float(i) + 0.5F) / float(nu) - 0.5F,
                                  v + (float(j) + 0.5F) / float(nv) - 0.5F);
            const int ix = floori(p.x), iy = floori(p.y);
            const float fx = p.x - float(ix), fy = p.y - float(iy);
            for (int k = 0; k < 4; ++k) {
                const int x = ix + (k & 1), y = iy + (k >> 1);
                if (x < 0 || y < 0 || x >= w || y >= h) continue;
                if (labels[std::size_t(y) * side + std::size_t(x)] != s.label) continue;
                sum += (k & 1 ? fx : 1 - fx) * (k >> 1 ? fy : 1 - fy);
            }
        }
    }
    return maxf(sum / float(nu * nv) - 0.15F, 0) * (1 / 0.85F);
}

struct PasteClear {
    PasteScratch scratch;
    int n;
    FS2_HD void operator()(int, const Lanes& lanes, unsigned char*) const {
        for (int i = lanes.index; i < n * PasteScratch::kCounts; i += lanes.count)
            scratch.counts[i] = 0;
    }
};

struct PastePixels {
    PhotoPool pool;
    const PasteSpec* specs;
    int layers, size, blocksPerSample;
    PasteScratch scratch;
    const std::uint8_t* target;
    float* image;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char* memory) const {
        auto* counts = reinterpret_cast<std::int32_t*>(memory);
        for (int i = lanes.index; i < PasteScratch::kCounts; i += lanes.count) counts[i] = 0;
        lanes.sync();
        const int sample = block / blocksPerSample, area = size * size;
        const PasteSpec* s = specs + sample * layers;
        for (int i = lanes.index; i < kPixelsPerBlock; i += lanes.count) {
            const int in = block % blocksPerSample * kPixelsPerBlock + i;
            if (in >= area) continue;
            const float u = float(in % size), v = float(rowOf(in, size));
            float* out = image + std::size_t(sample) * 3 * std::size_t(area) + in;
            Rgb c{out[0], out[area], out[2 * area]};
            int top = 0;
            for (int k = 0; k < layers; ++k) {
                if (s[k].image < 0) continue;
                if (s[k].shadow > 0) {
                    float dark = 0;  // a soft shadow from five places
                    for (int q = 0; q < 5; ++q) {
                        const float spread = 0.35F * (fabsf(s[k].shadowX) + fabsf(s[k].shadowY));
                        const float ox = q == 1   ? spread
                                         : q == 2 ? -spread
                                                  : 0,
                                    oy = q == 3   ? spread
                                         : q == 4 ? -spread
                                                  : 0;
                        dark +=
                            cutoutCover(pool, s[k], u - s[k].shadowX + ox, v - s[k].shadowY + oy);
                    }
                    c = c * (1 - s[k].shadow * 0.2F * dark);
                }
                const float cover = cutoutCover(pool, s[k], u, v);
                if (cover <= 0) continue;
                const Rgb p = footprint(pool, s[k].image, s[k].affine, u, v) * s[k].gain;
                c = mix(c, clamped(p + Rgb{s[k].offset[0], s[k].offset[1], s[k].offset[2]}), cover);
                if (cover > 0.5F) top = k + 1;
            }
            out[0] = c.r, out[area] = c.g, out[2 * area] = c.b;
            const std::size_t at = std::size_t(sample) * std::size_t(area) + std::size_t(in);
            scratch.layer[at] = std::uint8_t(top);
            if (top > 0) {
                atomicAddTo(&counts[top - 1], 1);
            } else if (target[at]) {
                atomicAddTo(&counts[kPasteLayers], 1);
            }
        }
        lanes.sync();
        for (int i = lanes.index; i < PasteScratch::kCounts; i += lanes.count) {
            if (counts[i])
                atomicAddTo(&scratch.counts[sample * PasteScratch::kCounts + i], counts[i]);
        }
    }
};

struct PasteChoose {
    Seed seed;
    int n, layers;
    PasteScratch scratch;
    FS2_HD void operator()(int, const Lanes& lanes, unsigned char*) const {
        for (int i = lanes.index; i < n; i += lanes.count) {
            Rng rng(keyOf(seed, i, 0));
            const std::int32_t* counts = scratch.counts + i * PasteScratch::kCounts;
            int best = -1;
            float most = 0;
            for (int k = 0; k < layers; ++k) {
                const float v = rng.uniform();
                if (counts[k] > 150 && v > most) most = v, best = k;
            }
            scratch.choice[i] = rng.chance(0.7F) || counts[kPasteLayers] <= 150 ? best : -1;
        }
    }
};

struct PasteMask {
    int size;
    std::size_t pixels;
    PasteScratch scratch;
    std::int16_t* labels;
    std::uint8_t *target, *valid;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char*) const {
        const std::size_t area = std::size_t(size) * std::size_t(size);
        for (int i = lanes.index; i < kPixelsPerBlock; i += lanes.count) {
            const std::size_t at = std::size_t(block) * kPixelsPerBlock + std::size_t(i);
            if (at >= pixels) return;
            const int choice = scratch.choice[at / area], top = scratch.layer[at];
            if (choice >= 0) {
                target[at] = top == choice + 1 ? 1 : 0;
            } else if (top > 0) {
                target[at] = 0;
            }
            if (top > 0) {
                valid[at] = 1;
                if (labels) labels[at] = std::int16_t(kPastedLabel + top - 1);
            }
        }
    }
};

template <class Executor>
void runPaste(const Executor& on, Seed seed, const PhotoPool& pool, const PasteSpec* specs, int n,
              int layers, int size, void* memory, float* image, std::int16_t* labels,
              std::uint8_t* target, std::uint8_t* valid) {
    require(
        n > 0 && size >= 16 && size <= 2048 && layers >= 1 && layers <= kPasteLayers && pool.labels,
        "pasteCutouts needs samples, 1 to 4 layers and a pool with labels");
    const PasteScratch scratch(memory, n, size);
    const int perSample = blocksFor(std::size_t(size) * std::size_t(size), kPixelsPerBlock);
    const std::size_t pixels = std::size_t(n) * std::size_t(size) * std::size_t(size);
    on.run(1, 256, 0, PasteClear{scratch, n});
    on.run(n * perSample, 256, sizeof(std::int32_t) * PasteScratch::kCounts,
           PastePixels{pool, specs, layers, size, perSample, scratch, target, image});
    on.run(1, 256, 0, PasteChoose{seed, n, layers, scratch});
    on.run(blocksFor(pixels, kPixelsPerBlock), 256, 0,
           PasteMask{size, pixels, scratch, labels, target, valid});
}

// ------------------------------------------------------------------------------------- photometric
struct PhotoClear {
    std::uint64_t* sums;
    int n;
    FS2_HD void operator()(int, const Lanes& lanes, unsigned char*) const {
        for (int i = lanes.index; i < n; i += lanes.count) sums[i] = 0;
    }
};
// Sum of all channels in fixed point (1/4096), so that the order does not matter.
struct PhotoSum {
    static constexpr int kValues = 4096;
    std::uint64_t* sums;
    const float* image;
    int values, blocksPerSample;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char* memory) const {
        auto* total = reinterpret_cast<std::uint64_t*>(memory);
        if (lanes.index == 0) *total = 0;
        lanes.sync();
        const int sample = block / blocksPerSample, first = block % blocksPerSample * kValues;
        const float* in = image + std::size_t(sample) * std::size_t(values);
        std::uint64_t sum = 0;
        for (int i = first + lanes.index; i < mini(first + kValues, values); i += lanes.count) {
            sum += std::uint64_t(lrintf(clampf(in[i], 0, 1) * 4096));
        }
        atomicAddTo(total, sum);
        lanes.sync();
        if (lanes.index == 0) atomicAddTo(sums + sample, *total);
    }
};

struct PhotoPlan {
    float saturation, contrast, gain, offset, gamma, mean;
    bool toGrey;
    float matrix[9];
    int taps;
    float blurWeight, blurRest;  // result = (1 - blurWeight) x + blurWeight * blurred
    signed char dx[48], dy[48];
    float weight[48];
    float jpeg, noise, noiseGrey;
    std::uint32_t noiseSeed;
};

FS2_HD inline void drawBlur(Rng& rng, float strength, PhotoPlan& p) {
    p.taps = 0;
    p.blurWeight = 0;
    const float u = rng.uniform() / maxf(strength, 1e-6F);
    float sum = 0;
    if (u < 0.25F) {  // soft or sharpened
        const float k[5] = {1, 4, 6, 4, 1};
        for (int j = 0; j < 5; ++j) {
            for (int i = 0; i < 5; ++i) {
                p.dx[p.taps] = static_cast<signed char>(i - 2),
                p.dy[p.taps] = static_cast<signed char>(j - 2);
                p.weight[p.taps++] = k[i] * k[j] * (1.0F / 256);
            }
        }
        p.blurWeight = rng.uniform(-0.7F, 1);
        return;
    }
    if (u < 0.32F) {  // moved
        const float a = rng.uniform(0, kPi), l = rng.uniform(1, 4);
        for (int j = -4; j <= 4; ++j) {
            for (int i = -4; i <= 4; ++i) {
                const float along = float(i) * cosf(a) + float(j) * sinf(a),
                            across = -float(i) * sinf(a) + float(j) * cosf(a);
                const float w =
                    clampf(1 - fabsf(across), 0, 1) * clampf(l + 0.5F - fabsf(along), 0, 1);
                if (w <= 0.02F || p.taps >= 48) continue;
                p.dx[p.taps] = static_cast<signed char>(i),
                p.dy[p.taps] = static_cast<signed char>(j);
                p.weight[p.taps++] = w;
                sum += w;
            }
        }
    } else if (u < 0.39F) {  // out of focus
        const float r = rng.uniform(0.8F, 3);
        for (int j = -3; j <= 3; ++j) {
            for (int i = -3; i <= 3; ++i) {
                const float w = clampf(r + 0.5F - length2(float(i), float(j)), 0, 1);
                if (w <= 0.02F || p.taps >= 48) continue;
                p.dx[p.taps] = static_cast<signed char>(i),
                p.dy[p.taps] = static_cast<signed char>(j);
                p.weight[p.taps++] = w;
                sum += w;
            }
        }
    } else {
        return;
    }
    for (int k = 0; k < p.taps; ++k) p.weight[k] /= sum;
    p.blurWeight = 1;
}

FS2_HD inline void drawPhoto(Rng& rng, float strength, float mean, PhotoPlan& p) {
    const float j = rng.chance(0.8F) ? strength : 0;
    p.mean = mean;
    p.saturation = 1 + j * rng.uniform(-0.5F, 0.5F);
    p.contrast = 1 + j * rng.uniform(-0.4F, 0.4F);
    p.gain = 1 + j * rng.uniform(-0.25F, 0.25F);
    p.offset = j * rng.uniform(-0.1F, 0.1F);
    p.gamma = expf(j * rng.uniform(-0.35F, 0.35F));
    p.toGrey = rng.chance(0.1F * strength);
    const float m = rng.chance(0.3F) ? 0.12F * strength : 0;
    for (int i = 0; i < 9; ++i)
        p.matrix[i] = (i % 4 == 0 ? 1.0F : 0.0F) + m * clampf(rng.normal(), -2.5F, 2.5F);
    drawBlur(rng, strength, p);
    p.jpeg = rng.chance(0.25F * strength) ? rng.uniform(0.01F, 0.12F) : 0;
    p.noise = rng.chance(0.3F * strength) ? rng.uniform(0, 0.05F) : 0;
    p.noiseGrey = rng.uniform();
    p.noiseSeed = rng.bits();
}

FS2_HD inline Rgb toned(const PhotoPlan& p, Rgb c) {
    const float g = grey(c);
    c = mix({g, g, g}, c, p.saturation);
    c = mix({p.mean, p.mean, p.mean}, c, p.contrast) * p.gain + Rgb{p.offset, p.offset, p.offset};
    const float* m = p.matrix;
    c = {m[0] * c.r + m[1] * c.g + m[2] * c.b, m[3] * c.r + m[4] * c.g + m[5] * c.b,
         m[6] * c.r + m[7] * c.g + m[8] * c.b};
    if (p.gamma != 1) {
        c = {powf(clampf(c.r, 1e-3F, 1), p.gamma), powf(clampf(c.g, 1e-3F, 1), p.gamma),
             powf(clampf(c.b, 1e-3F, 1), p.gamma)};
    }
    if (p.toGrey) {
        const float v = grey(c);
        c = {v, v, v};
    }
    return c;
}

// Entry (k, i) of the orthonormal 8-point DCT.
FS2_HD inline float dct(int k, int i) {
    return cosf(kPi * float((2 * i + 1) * k) / 16) * (k ? 0.5F : 0.35355339F);
}

struct PhotoTiles {
    static constexpr int kTile = 32, kHalo = 4, kSide = kTile + 2 * kHalo;
    struct Shared {
        PhotoPlan plan;
        float in[3][kSide * kSide];
        float out[3][kTile * kTile];
        float half[3][kTile * kTile];
        float table[64];
    };
    Seed seed;
    int size;
    float strength;
    const float* image;
    const std::uint8_t* valid;
    const std::uint64_t* sums;
    void* output;
    DType type;
    Layout layout;
    float mean[3] = {kMean[0], kMean[1], kMean[2]};
    float deviation[3] = {kStd[0], kStd[1], kStd[2]};

    // One pass of the DCT over all rows (or columns) of all 8x8 blocks: out = M in or M^T in.
    FS2_HD static void transform(const Shared& sh, const Lanes& lanes, const float* in, float* out,
                                 bool rows, bool inverse) {
        for (int i = lanes.index; i < 3 * kTile * kTile; i += lanes.count) {
            const int plane = i / (kTile * kTile) * (kTile * kTile), x = i % kTile,
                      y = i / kTile % kTile;
            const int k = rows ? x % 8 : y % 8,
                      first = rows ? plane + y * kTile + x - k : plane + (y - k) * kTile + x;
            const int step = rows ? 1 : kTile;
            float sum = 0;
            for (int j = 0; j < 8; ++j)
                sum += in[first + j * step] * sh.table[inverse ? j * 8 + k : k * 8 + j];
            out[i] = sum;
        }
        lanes.sync();
    }

    FS2_HD void compress(Shared& sh, const Lanes& lanes) const {
        float* a = sh.out[0];
        float* b = sh.half[0];
        constexpr int plane = kTile * kTile;
        for (int i = lanes.index; i < 64; i += lanes.count) sh.table[i] = dct(i / 8, i % 8);
        for (int i = lanes.index; i < plane; i += lanes.count) {  // to luma and two chromas
            const float y = 0.299F * a[i] + 0.587F * a[i + plane] + 0.114F * a[i + 2 * plane];
            const float cb = (a[i + 2 * plane] - y) * 0.564F, cr = (a[i] - y) * 0.713F;
            a[i] = y, a[i + plane] = cb, a[i + 2 * plane] = cr;
        }
        lanes.sync();
        transform(sh, lanes, a, b, true, false);
        transform(sh, lanes, b, a, false, false);
        for (int i = lanes.index; i < 3 * plane; i += lanes.count) {
            const int x = i % 8, y = i / kTile % 8;
            const float step =
                sh.plan.jpeg * (1 + float(x + y)) * 0.5F * (i >= plane ? 1.6F : 1.0F);
            a[i] = rintf(a[i] / step) * step;
        }
        lanes.sync();
        transform(sh, lanes, a, b, true, true);
        transform(sh, lanes, b, a, false, true);
        for (int i = lanes.index; i < plane; i += lanes.count) {
            const float y = a[i], cb = a[i + plane], cr = a[i + 2 * plane];
            a[i] = y + 1.403F * cr, a[i + plane] = y - 0.714F * cr - 0.344F * cb,
            a[i + 2 * plane] = y + 1.773F * cb;
        }
        lanes.sync();
    }

    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char* memory) const {
        Shared& sh = *reinterpret_cast<Shared*>(memory);
        const int across = (size + kTile - 1) / kTile, sample = block / (across * across),
                  tile = block % (across * across);
        const int x0 = tile % across * kTile, y0 = tile / across * kTile;
        const std::size_t area = std::size_t(size) * std::size_t(size);
        if (lanes.index == 0) {
            Rng rng(keyOf(seed, sample, 0));
            drawPhoto(rng, strength, float(double(sums[sample]) / (4096.0 * 3 * double(area))),
                      sh.plan);
        }
        lanes.sync();
        const PhotoPlan& p = sh.plan;
        const float* in = image + std::size_t(sample) * 3 * area;
        for (int i = lanes.index; i < kSide * kSide; i += lanes.count) {
            const int x = clampi(x0 - kHalo + i % kSide, 0, size - 1),
                      y = clampi(y0 - kHalo + i / kSide, 0, size - 1);
            const std::size_t at = std::size_t(y) * std::size_t(size) + std::size_t(x);
            Rgb c{in[at], in[at + area], in[at + 2 * area]};
            if (strength > 0) c = toned(p, c);
            sh.in[0][i] = c.r, sh.in[1][i] = c.g, sh.in[2][i] = c.b;
        }
        lanes.sync();
        for (int i = lanes.index; i < 3 * kTile * kTile; i += lanes.count) {
            const int channel = i / (kTile * kTile), x = i % kTile, y = i / kTile % kTile,
                      at = (y + kHalo) * kSide + x + kHalo;
            float v = sh.in[channel][at];
            if (p.taps > 0) {
                float sum = 0;
                for (int k = 0; k < p.taps; ++k)
                    sum += p.weight[k] * sh.in[channel][at + int(p.dy[k]) * kSide + int(p.dx[k])];
                v = mixf(v, sum, p.blurWeight);
            }
            sh.out[channel][i % (kTile * kTile)] = v;
        }
        lanes.sync();
        if (p.jpeg > 0) compress(sh, lanes);
        for (int i = lanes.index; i < kTile * kTile; i += lanes.count) {
            const int x = x0 + i % kTile, y = y0 + i / kTile;
            if (x >= size || y >= size) continue;
            const std::size_t at = std::size_t(y) * std::size_t(size) + std::size_t(x);
            const bool in1 = valid[std::size_t(sample) * area + at] != 0;
            std::uint32_t h = lattice(x, y, p.noiseSeed);
            const float common = unit(h) + unit(mix32(h + 1)) - 1;
            for (int c = 0; c < 3; ++c) {
                float v = sh.out[c][i];
                if (p.noise > 0) {  // triangular, standard deviation p.noise
                    h = mix32(h + 0x9e37U);
                    v += p.noise * 2.449F * mixf(unit(h) + unit(mix32(h)) - 1, common, p.noiseGrey);
                }
                v = in1 ? (clampf(v, 0, 1) - mean[c]) / deviation[c] : 0;
                const std::size_t to = layout == Layout::Planar
                                           ? (std::size_t(sample) * 3 + std::size_t(c)) * area + at
                                           : (std::size_t(sample) * area + at) * 3 + std::size_t(c);
                store(output, type, to, v);
            }
        }
        lanes.sync();
    }
};

template <class Executor>
void runPhotometric(const Executor& on, Seed seed, int n, int size, float strength,
                    const float* image, const std::uint8_t* valid, void* memory, void* output,
                    DType type, Layout layout) {
    require(n > 0 && size >= 16 && size <= 2048 && strength >= 0 && strength <= 1,
            "photometric needs n > 0, 16 <= size <= 2048 and 0 <= strength <= 1");
    auto* sums = static_cast<std::uint64_t*>(memory);
    const int values = 3 * size * size,
              perSample = blocksFor(std::size_t(values), PhotoSum::kValues);
    const int across = (size + PhotoTiles::kTile - 1) / PhotoTiles::kTile;
    on.run(1, 256, 0, PhotoClear{sums, n});
    on.run(n * perSample, 256, 8, PhotoSum{sums, image, values, perSample});
    on.run(n * across * across, 256, sizeof(PhotoTiles::Shared),
           PhotoTiles{seed, size, strength, image, valid, sums, output, type, layout});
}

}  // namespace fs2::kernels
