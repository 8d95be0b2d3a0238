// renderScenes() for any executor: parameters (a block per scene), pixels (a block per tile, front
// to back until nothing shows through), choice of the target, target. Internal to training/cuda.
#pragma once

#include "training/cuda/scene_params.h"

namespace fs2::kernels {

struct SceneScratch {
    Scene* scenes;
    std::int32_t* counts;   // (n, kSceneLabels) pixels of each label
    std::uint32_t* chosen;  // (n, kSceneLabels / 32) bits: labels of the target
    std::uint8_t* labels;   // (n,S,S)
    std::size_t bytes;
    SceneScratch(void* memory, int n, int size) {
        Carver c{static_cast<unsigned char*>(memory)};
        const auto count = std::size_t(n);
        scenes = c.take<Scene>(count);
        counts = c.take<std::int32_t>(count * kSceneLabels);
        chosen = c.take<std::uint32_t>(count * (kSceneLabels / 32));
        labels = c.take<std::uint8_t>(count * std::size_t(size) * std::size_t(size));
        bytes = c.used;
    }
};

struct SceneDraw {
    Seed seed;
    int size;
    float photoShare;
    PhotoPool pool;
    SceneScratch scratch;
    FS2_HD void operator()(int sample, const Lanes& lanes, unsigned char*) const {
        Scene& s = scratch.scenes[sample];
        Rng styleRng(keyOf(seed, sample, 0));
        const Style style = drawStyle(styleRng, size);
        for (int i = lanes.index; i < kSceneLabels; i += lanes.count)
            scratch.counts[sample * kSceneLabels + i] = 0;
        for (int k = lanes.index; k <= kSceneLayers; k += lanes.count) {
            Rng rng(keyOf(seed, sample, 1 + k));
            if (k == kSceneLayers) {
                drawBackdrop(rng, style, size, photoShare, pool, s);
            } else if (k < style.layers) {
                s.layer[k] = Layer();
                drawLayer(rng, style, k, size, photoShare, pool, s.layer[k]);
            }
        }
        lanes.sync();
        if (lanes.index == 0) {
            Rng rng(keyOf(seed, sample, 100));
            resolveLayers(rng, style, size, s);
        }
    }
};

// Light on the surface of l where its signed distance is f pixels and the distance grows along
// (gx, gy) by slope.
FS2_HD inline Rgb shaded(const Scene& s, const Layer& l, Rgb c, float f, float gx, float gy,
                         float slope, float dx, float dy) {
    const float depth = maxf(-f, 0) / maxf(slope, 0.5F);
    float light = 1 + l.slopeX * dx + l.slopeY * dy;
    float shine = 0;
    if (l.inflate > 0) {
        const float t = 1 - clampf(depth / l.inflateWidth, 0, 1),
                    inv = 0.92F * t / maxf(slope, 1e-3F);
        const float nx = gx * inv, ny = gy * inv, nz = sqrtf(maxf(1 - nx * nx - ny * ny, 0.02F));
        const float diffuse = nx * s.lightX + ny * s.lightY + nz * s.lightZ;
        light *= mixf(1, 0.3F + 0.95F * maxf(diffuse, 0), l.inflate);
        if (l.shine > 0) {
            const float hz = 1 + s.lightZ,
                        h = (nx * s.lightX + ny * s.lightY + nz * hz) /
                            sqrtf(s.lightX * s.lightX + s.lightY * s.lightY + hz * hz);
            shine = l.shine * powf(clampf(h, 0, 1), 24);
        }
    }
    if (l.rim != 0) light *= 1 + l.rim * (1 - clampf(depth / l.rimWidth, 0, 1));
    c = c * clampf(light, 0.1F, 2);
    if (l.outline > 0) c = mix(Rgb{0.05F, 0.05F, 0.06F}, c, clampf(depth - l.outline, 0, 1));
    return c + Rgb{shine, shine, shine};
}

struct ScenePixels {
    static constexpr int kTile = 16;
    struct Shared {
        int count;
        int index[kSceneLayers];  // front to back
        int slot[kSceneLayers];
        std::int32_t counts[kSceneLabels];
        Layer layer[kSceneLayers];
    };
    int size;
    PhotoPool pool;
    SceneScratch scratch;
    float* image;
    std::int16_t* labels;
    std::uint8_t* valid;

    FS2_HD void pixel(const Scene& s, Shared& sh, int sample, int px, int py) const {
        const float x = float(px), y = float(py);
        float through = 1, light = 1;
        Rgb sum;
        int label = -1;
        for (int k = 0; k < sh.count && through > 0.004F; ++k) {
            const Layer& l = sh.layer[k];
            const float dx = x - l.cx, dy = y - l.cy, toPixels = 1 / l.pixel;
            if (dx * dx + dy * dy > l.reach * l.reach) continue;
            const Hit hit = layerDistance(l, x, y);
            float f = hit.f * toPixels;
            if (f < 5 + 3 * l.soft) {
                float gx = 0, gy = 0, slope = 1;
                if (l.inflate > 0 || f > -5 - 3 * l.soft) {
                    gx = (layerDistance(l, x + 0.7F, y).f - hit.f) * toPixels / 0.7F;
                    gy = (layerDistance(l, x, y + 0.7F).f - hit.f) * toPixels / 0.7F;
                    slope = clampf(length2(gx, gy), 0.25F, 8);
                }
                float cover = clampf(0.5F - f / (slope * l.soft), 0, 1);
                for (int p = l.parent; p >= 0 && cover > 0; p = sh.layer[sh.slot[p]].parent) {
                    if (sh.slot[p] < 0) {
                        cover = 0;
                        break;
                    }
                    const Layer& whole = sh.layer[sh.slot[p]];
                    cover = minf(cover,
                                 clampf(0.5F - layerDistance(whole, x, y).f / whole.pixel, 0, 1));
                }
                if (cover > 0) {
                    if (label < 0 && cover > 0.5F)
                        label = l.label + (l.labels > 1 ? hit.member : 0);
                    Rgb c = textureColour(l.texture, pool, x, y, hit.instance);
                    if (l.instanceTint > 0 && hit.instance != 0) {
                        const float t = l.instanceTint * (unit(mix32(hit.instance)) * 2 - 1);
                        c = c + Rgb{t, t * 0.9F, t * 0.8F};
                    }
                    c = clamped(shaded(s, l, c, f, gx, gy, slope, dx, dy));
                    sum = sum + c * (through * light * cover * l.opacity);
                    through *= 1 - cover * l.opacity;
                }
            }
            if (l.shadow > 0 && through > 0.004F) {
                f = layerDistance(l, x - l.shadowX, y - l.shadowY).f * toPixels;
                light *= 1 - l.shadow * smooth01(0.5F - f / l.shadowSoft);
            }
        }
        if (through > 0.004F) {
            sum = sum + clamped(textureColour(s.ground, pool, x, y, 0)) * (through * light);
        }
        const float half = 0.5F * float(size), u = x / half - 1, v = y / half - 1;
        const float field = fbm(x * s.ambientScale, y * s.ambientScale, s.seed, 2, 0.5F);
        const float ambient =
            maxf((1 + s.ambient * 1.5F * field + s.slopeX * (x - half) + s.slopeY * (y - half)) *
                     (1 - s.vignette * 0.4F * (u * u + v * v)),
                 0.15F);
        sum = clamped({sum.r * ambient * (1 + s.tint.r * field),
                       sum.g * ambient * (1 + s.tint.g * field),
                       sum.b * ambient * (1 + s.tint.b * field)});
        const std::size_t area = std::size_t(size) * std::size_t(size),
                          at = std::size_t(py) * std::size_t(size) + std::size_t(px),
                          first = std::size_t(sample) * area;
        image[3 * first + at] = sum.r, image[3 * first + area + at] = sum.g,
                          image[3 * first + 2 * area + at] = sum.b;
        label = maxi(label, 0);
        scratch.labels[first + at] = std::uint8_t(label);
        if (labels) labels[first + at] = std::int16_t(label);
        if (valid) valid[first + at] = 1;
        atomicAddTo(&sh.counts[label], 1);
    }

    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char* memory) const {
        Shared& sh = *reinterpret_cast<Shared*>(memory);
        const int across = (size + kTile - 1) / kTile, sample = block / (across * across),
                  tile = block % (across * across);
        const int x0 = tile % across * kTile, y0 = tile / across * kTile;
        const Scene& s = scratch.scenes[sample];
        if (lanes.index == 0) {
            sh.count = 0;
            for (int k = kSceneLayers - 1; k >= 0; --k) {
                sh.slot[k] = -1;
                if (k >= s.layers) continue;
                const Layer& l = s.layer[k];
                const float dx = maxf(maxf(float(x0) - l.cx, l.cx - float(x0 + kTile)), 0),
                            dy = maxf(maxf(float(y0) - l.cy, l.cy - float(y0 + kTile)), 0);
                if (dx * dx + dy * dy > l.reach * l.reach) continue;
                sh.index[sh.count] = k;
                sh.slot[k] = sh.count++;
            }
        }
        for (int i = lanes.index; i < kSceneLabels; i += lanes.count) sh.counts[i] = 0;
        lanes.sync();
        constexpr int words = int(sizeof(Layer) / 4);
        for (int i = lanes.index; i < sh.count * words; i += lanes.count) {
            const int k = i / words, w = i % words;
            reinterpret_cast<std::uint32_t*>(&sh.layer[k])[w] =
                reinterpret_cast<const std::uint32_t*>(&s.layer[sh.index[k]])[w];
        }
        lanes.sync();
        for (int i = lanes.index; i < kTile * kTile; i += lanes.count) {
            const int x = x0 + i % kTile, y = y0 + i / kTile;
            if (x < size && y < size) pixel(s, sh, sample, x, y);
        }
        lanes.sync();
        for (int i = lanes.index; i < kSceneLabels; i += lanes.count) {
            if (sh.counts[i]) atomicAddTo(&scratch.counts[sample * kSceneLabels + i], sh.counts[i]);
        }
    }
};
static_assert(sizeof(Layer) % 4 == 0);

struct SceneTarget {
    Seed seed;
    int size;
    SceneOptions options;
    SceneScratch scratch;

    FS2_HD static bool has(const std::uint32_t* bits, int label) {
        return (bits[label / 32] >> (label % 32)) & 1U;
    }
    FS2_HD static void add(std::uint32_t* bits, int first, int count) {
        for (int i = first; i < first + count; ++i) bits[i / 32] |= 1U << (i % 32);
    }
    // The best member of a layer to be a target; -1 where all are too small.
    FS2_HD int member(Rng& rng, const Layer& l, const std::int32_t* counts, float least,
                      float& score) const {
        int best = -1;
        score = 0;
        for (int i = 0; i < l.labels; ++i) {
            const float n = float(counts[l.label + i]);
            if (n < least) continue;
            const float v = rng.uniform() * (n < 5 * least ? 0.5F : 1.5F);
            if (v > score) score = v, best = i;
        }
        if (l.labels > 1 && best >= 0) score *= 0.75F;  // one group is not many wholes
        return best;
    }
    FS2_HD void addLayer(Rng& rng, const Scene& s, int k, int which, std::uint32_t* bits) const {
        const Layer& l = s.layer[k];
        const bool all = l.labels > 1 && rng.chance(0.15F);
        if (all || l.labels == 1) {
            add(bits, l.label, l.labels);
        } else {
            add(bits, l.label + which, 1);
        }
        if (!rng.chance(options.childInTarget)) return;
        std::uint32_t inside = 1U << k;
        for (int i = k + 1; i < s.layers; ++i) {
            const Layer& c = s.layer[i];
            if (c.parent < 0 || !((inside >> c.parent) & 1U)) continue;
            inside |= 1U << i;
            add(bits, c.label, c.labels);
        }
    }

    FS2_HD void operator()(int sample, const Lanes& lanes, unsigned char*) const {
        if (lanes.index != 0) return;
        const Scene& s = scratch.scenes[sample];
        const std::int32_t* counts = scratch.counts + sample * kSceneLabels;
        std::uint32_t* bits = scratch.chosen + sample * (kSceneLabels / 32);
        for (int i = 0; i < kSceneLabels / 32; ++i) bits[i] = 0;
        Rng rng(keyOf(seed, sample, 200));
        const float least = options.smallestTarget * float(size) * float(size);
        float best = 0;
        int layer = -1, which = 0;
        for (int k = 0; k < s.layers; ++k) {
            float score = 0;
            const int m = member(rng, s.layer[k], counts, least, score);
            if (m >= 0 && score > best) best = score, layer = k, which = m;
        }
        const float ground =
            float(counts[0]) >= 5 * least ? rng.uniform() * 3 * options.backgroundTarget : 0;
        if (layer < 0 || ground > best) {
            int most = 0;  // never empty: the background, or the largest label
            if (counts[0] == 0) {
                for (int i = 1; i < kSceneLabels; ++i) most = counts[i] > counts[most] ? i : most;
            }
            add(bits, most, 1);
            return;
        }
        addLayer(rng, s, layer, which, bits);
        if (!rng.chance(options.mergedTarget)) return;
        // and one that touches it, as far as circles tell
        const Layer& l = s.layer[layer];
        for (int tries = 0; tries < 8; ++tries) {
            const int k = rng.below(s.layers);
            const Layer& o = s.layer[k];
            float score = 0;
            if (k == layer || length2(o.cx - l.cx, o.cy - l.cy) > 0.8F * (o.radius + l.radius))
                continue;
            const int m = member(rng, o, counts, least, score);
            if (m < 0) continue;
            addLayer(rng, s, k, m, bits);
            return;
        }
    }
};

struct SceneMask {
    static constexpr int kPixels = 1024;
    int size;
    std::size_t pixels;
    SceneScratch scratch;
    std::uint8_t* target;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char*) const {
        const std::size_t area = std::size_t(size) * std::size_t(size);
        for (int i = lanes.index; i < kPixels; i += lanes.count) {
            const std::size_t at = std::size_t(block) * kPixels + std::size_t(i);
            if (at >= pixels) return;
            const std::uint32_t* bits = scratch.chosen + at / area * (kSceneLabels / 32);
            target[at] = SceneTarget::has(bits, scratch.labels[at]) ? 1 : 0;
        }
    }
};

template <class Executor>
void runScenes(const Executor& on, Seed seed, int n, int size, const SceneOptions& options,
               const PhotoPool& textures, void* memory, float* image, std::int16_t* labels,
               std::uint8_t* target, std::uint8_t* valid) {
    require(n > 0 && size >= 16 && size <= 2048, "renderScenes needs n > 0 and 16 <= size <= 2048");
    const SceneScratch scratch(memory, n, size);
    const float photoShare = textures.count > 0 ? options.photoTextures : 0;
    const int across = (size + ScenePixels::kTile - 1) / ScenePixels::kTile;
    const std::size_t pixels = std::size_t(n) * std::size_t(size) * std::size_t(size);
    on.run(n, 32, 0, SceneDraw{seed, size, photoShare, textures, scratch});
    on.run(n * across * across, 128, sizeof(ScenePixels::Shared),
           ScenePixels{size, textures, scratch, image, labels, valid});
    on.run(n, 32, 0, SceneTarget{seed, size, options, scratch});
    on.run(blocksFor(pixels, SceneMask::kPixels), 256, 0, SceneMask{size, pixels, scratch, target});
}

}  // namespace fs2::kernels
