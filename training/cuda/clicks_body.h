// Distance transforms, boxes and simulated clicks for any executor. Internal to training/cuda.
#pragma once

#include "training/cuda/device.h"

namespace fs2::kernels {

constexpr int kPixelsPerClickBlock = 1024;
constexpr int kFar = 4095;  // columns: no zero above or below

FS2_HD inline int halfOf(int size) {
    return (size + 1) / 2;
}

// ------------------------------------------------------------------------------ distance transform
// A lane per column of a map: distance to the nearest zero above or below.
struct DistanceColumns {
    const std::uint8_t* mask;
    int maps, framed, height, width;  // of the first `framed` maps the frame outside counts as zero
    std::uint16_t* columns;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char*) const {
        for (int i = lanes.index; i < 64; i += lanes.count) {
            const int column = block * 64 + i, map = column / width;
            if (map >= maps) return;
            const std::size_t first = std::size_t(map) * std::size_t(height) * std::size_t(width) +
                                      std::size_t(column % width);
            const int outside = map < framed ? 0 : kFar;
            int d = outside;
            for (int y = 0; y < height; ++y) {
                const std::size_t at = first + std::size_t(y) * std::size_t(width);
                d = mask[at] ? mini(d + 1, kFar) : 0;
                columns[at] = std::uint16_t(d);
            }
            d = outside;
            for (int y = height - 1; y >= 0; --y) {
                const std::size_t at = first + std::size_t(y) * std::size_t(width);
                d = mask[at] ? mini(d + 1, kFar) : 0;
                columns[at] = std::uint16_t(mini(d, columns[at]));
            }
        }
    }
};
// A block per row: the nearest over all columns. maxima (maps, may be null) gets the largest.
struct DistanceRows {
    const std::uint16_t* columns;
    int framed, height, width;
    std::int32_t *squared, *maxima;
    static std::size_t shared(int width) { return sizeof(std::int32_t) * std::size_t(width + 1); }
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char* memory) const {
        auto* row = reinterpret_cast<std::int32_t*>(memory);
        std::int32_t* most = row + width;
        const int map = block / height;
        const std::size_t first = std::size_t(block) * std::size_t(width);
        for (int x = lanes.index; x < width; x += lanes.count)
            row[x] = int(columns[first + std::size_t(x)]) * int(columns[first + std::size_t(x)]);
        if (lanes.index == 0) *most = 0;
        lanes.sync();
        int local = 0;
        for (int x = lanes.index; x < width; x += lanes.count) {
            int best = row[x];
            if (map < framed) {
                const int edge = mini(x + 1, width - x);
                best = mini(best, edge * edge);
            }
            for (int k = 1; k * k < best; ++k) {
                if (x - k < 0 && x + k >= width) break;
                if (x - k >= 0) best = mini(best, row[x - k] + k * k);
                if (x + k < width) best = mini(best, row[x + k] + k * k);
            }
            squared[first + std::size_t(x)] = best;
            local = maxi(local, best);
        }
        if (maxima) {
            if (local > 0) atomicMaxTo(most, local);
            lanes.sync();
            if (lanes.index == 0 && *most > 0) atomicMaxTo(maxima + map, *most);
        }
        lanes.sync();
    }
};
template <class Executor>
void runDistance(const Executor& on, const std::uint8_t* mask, int maps, int framed, int height,
                 int width, std::uint16_t* columns, std::int32_t* squared, std::int32_t* maxima) {
    on.run(blocksFor(std::size_t(maps) * std::size_t(width), 64), 64, 0,
           DistanceColumns{mask, maps, framed, height, width, columns});
    on.run(maps * height, 128, DistanceRows::shared(width),
           DistanceRows{columns, framed, height, width, squared, maxima});
}

struct HalfMax {
    const std::uint8_t* mask;
    int height, width;
    std::size_t pixels;
    std::uint8_t* half;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char*) const {
        const int hh = halfOf(height), hw = halfOf(width);
        for (int i = lanes.index; i < kPixelsPerClickBlock; i += lanes.count) {
            const std::size_t at = std::size_t(block) * kPixelsPerClickBlock + std::size_t(i);
            if (at >= pixels) return;
            const int x = int(at % std::size_t(hw)),
                      y = int(at / std::size_t(hw) % std::size_t(hh));
            const std::uint8_t* m =
                mask + at / std::size_t(hw * hh) * std::size_t(height) * std::size_t(width);
            std::uint8_t v = 0;
            for (int k = 0; k < 4; ++k) {
                const int sx = 2 * x + (k & 1), sy = 2 * y + (k >> 1);
                if (sx < width && sy < height &&
                    m[std::size_t(sy) * std::size_t(width) + std::size_t(sx)] > v)
                    v = m[std::size_t(sy) * std::size_t(width) + std::size_t(sx)];
            }
            half[at] = v;
        }
    }
};
template <class Executor>
void runHalf(const Executor& on, const std::uint8_t* mask, int n, int height, int width,
             std::uint8_t* half) {
    require(n > 0 && height > 0 && width > 0, "downsampleMax needs a mask");
    const std::size_t pixels =
        std::size_t(n) * std::size_t(halfOf(height)) * std::size_t(halfOf(width));
    on.run(blocksFor(pixels, kPixelsPerClickBlock), 256, 0,
           HalfMax{mask, height, width, pixels, half});
}

// ------------------------------------------------------------------------------------------- boxes
struct BoxClear {
    int n, size;
    std::int32_t* boxes;
    FS2_HD void operator()(int, const Lanes& lanes, unsigned char*) const {
        for (int i = lanes.index; i < n; i += lanes.count) {
            std::int32_t* b = boxes + 5 * i;
            b[0] = b[1] = size, b[2] = b[3] = -1, b[4] = 0;
        }
    }
};
struct BoxPixels {
    const std::uint8_t* mask;
    int size, blocksPerSample;
    std::int32_t* boxes;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char* memory) const {
        auto* b = reinterpret_cast<std::int32_t*>(memory);
        if (lanes.index == 0) b[0] = b[1] = size, b[2] = b[3] = -1, b[4] = 0;
        lanes.sync();
        const int sample = block / blocksPerSample;
        int x0 = size, y0 = size, x1 = -1, y1 = -1, area = 0;
        for (int i = lanes.index; i < kPixelsPerClickBlock; i += lanes.count) {
            const int in = block % blocksPerSample * kPixelsPerClickBlock + i;
            if (in >= size * size ||
                !mask[std::size_t(sample) * std::size_t(size * size) + std::size_t(in)])
                continue;
            const int x = in % size, y = in / size;
            x0 = mini(x0, x), y0 = mini(y0, y), x1 = maxi(x1, x), y1 = maxi(y1, y), ++area;
        }
        if (area > 0) {
            atomicMinTo(b, x0), atomicMinTo(b + 1, y0), atomicMaxTo(b + 2, x1),
                atomicMaxTo(b + 3, y1), atomicAddTo(b + 4, area);
        }
        lanes.sync();
        if (lanes.index == 0 && b[4] > 0) {
            std::int32_t* o = boxes + 5 * sample;
            atomicMinTo(o, b[0]), atomicMinTo(o + 1, b[1]), atomicMaxTo(o + 2, b[2]),
                atomicMaxTo(o + 3, b[3]), atomicAddTo(o + 4, b[4]);
        }
    }
};
template <class Executor>
void runBoxes(const Executor& on, const std::uint8_t* mask, int n, int size, std::int32_t* boxes) {
    require(n > 0 && size > 0 && size <= 2048, "maskBoxes needs masks");
    const int perSample = blocksFor(std::size_t(size) * std::size_t(size), kPixelsPerClickBlock);
    on.run(1, 256, 0, BoxClear{n, size, boxes});
    on.run(n * perSample, 256, 5 * sizeof(std::int32_t), BoxPixels{mask, size, perSample, boxes});
}

// ------------------------------------------------------------------------------------------ clicks
struct ClickScratch {
    static constexpr int kSlots = 11;
    std::uint8_t* maps;      // (2n, S/2, S/2)
    std::uint16_t* columns;  // the same
    std::int32_t* squared;   // the same
    std::int32_t* maxima;    // (2n)
    std::uint64_t* keys;     // (n, kSlots): hash << 32 | pixel + 1, the largest wins
    std::int32_t* boxes;     // (n, 5)
    std::size_t bytes;
    ClickScratch(void* memory, int n, int size) {
        Carver c{static_cast<unsigned char*>(memory)};
        const std::size_t count = std::size_t(n),
                          cells = 2 * count * std::size_t(halfOf(size)) * std::size_t(halfOf(size));
        maps = c.take<std::uint8_t>(cells);
        columns = c.take<std::uint16_t>(cells);
        squared = c.take<std::int32_t>(cells);
        maxima = c.take<std::int32_t>(2 * count);
        keys = c.take<std::uint64_t>(count * kSlots);
        boxes = c.take<std::int32_t>(5 * count);
        bytes = c.used;
    }
};

FS2_HD inline std::uint64_t pickKey(std::uint32_t seed, int slot, int pixel) {
    const std::uint32_t h =
        mix32(std::uint32_t(pixel) * 0x9e3779b9U + seed + std::uint32_t(slot) * 0x85ebca6bU);
    return std::uint64_t(h) << 32 | std::uint32_t(pixel + 1);
}
FS2_HD inline void offer(std::uint64_t* slot, std::uint64_t key) {
    if (key > *slot) atomicMaxTo(slot, key);  // the plain read only saves atomics
}

struct ClickClear {
    int n;
    ClickScratch scratch;
    FS2_HD void operator()(int, const Lanes& lanes, unsigned char*) const {
        for (int i = lanes.index; i < n * ClickScratch::kSlots; i += lanes.count)
            scratch.keys[i] = 0;
        for (int i = lanes.index; i < 2 * n; i += lanes.count) scratch.maxima[i] = 0;
    }
};

FS2_HD inline void addClick(const ClickState& state, int sample, std::uint64_t key, int size,
                            bool positive) {
    const int at = state.counts[sample];
    if (key == 0 || at >= kMaxClicks) return;
    const int pixel = int(key & 0xffffffffU) - 1;
    float* c = state.clicks + (sample * kMaxClicks + at) * 3;
    c[0] = float(pixel % size), c[1] = float(rowOf(pixel, size)), c[2] = positive ? 1 : 0;
    state.counts[sample] = at + 1;
}

// ---- next
enum : int { kMissed = 1, kSpilled = 2 };
struct Errors {
    const void* logits;
    DType type;
    const std::uint8_t *target, *valid;
    FS2_HD int at(std::size_t i) const {
        if (!valid[i]) return 0;
        const bool on = load(logits, type, i) > 0;
        return target[i] ? (on ? 0 : kMissed) : (on ? kSpilled : 0);
    }
};
struct ErrorMaps {
    Errors errors;
    int n, size;
    ClickScratch scratch;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char*) const {
        const int h = halfOf(size);
        const std::size_t cells = std::size_t(h) * std::size_t(h), all = cells * std::size_t(n),
                          area = std::size_t(size) * std::size_t(size);
        for (int i = lanes.index; i < kPixelsPerClickBlock; i += lanes.count) {
            const std::size_t at = std::size_t(block) * kPixelsPerClickBlock + std::size_t(i);
            if (at >= all) return;
            const std::size_t sample = at / cells, in = at % cells;
            const int x = 2 * int(in % std::size_t(h)), y = 2 * int(in / std::size_t(h));
            int e = 0;
            for (int k = 0; k < 4; ++k) {
                const int sx = x + (k & 1), sy = y + (k >> 1);
                if (sx < size && sy < size)
                    e |= errors.at(sample * area + std::size_t(sy) * std::size_t(size) +
                                   std::size_t(sx));
            }
            scratch.maps[sample * cells + in] = e & kMissed ? 1 : 0;
            scratch.maps[all + sample * cells + in] = e & kSpilled ? 1 : 0;
        }
    }
};
struct ErrorPicks {
    Seed seed;
    Errors errors;
    int n, size, blocksPerSample;
    ClickScratch scratch;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char* memory) const {
        auto* keys = reinterpret_cast<std::uint64_t*>(memory);  // missed, missed, spilled, spilled
        for (int i = lanes.index; i < 4; i += lanes.count) keys[i] = 0;
        lanes.sync();
        const int sample = block / blocksPerSample, h = halfOf(size);
        const std::uint32_t key = std::uint32_t(keyOf(seed, sample, 1));
        for (int i = lanes.index; i < kPixelsPerClickBlock; i += lanes.count) {
            const int in = block % blocksPerSample * kPixelsPerClickBlock + i;
            if (in >= size * size) continue;
            const int e = errors.at(std::size_t(sample) * std::size_t(size) * std::size_t(size) +
                                    std::size_t(in));
            if (e == 0) continue;
            const int side = e == kMissed ? 0 : 1, map = side * n + sample;
            const std::size_t half =
                (std::size_t(map) * std::size_t(h) + std::size_t(in / size / 2)) * std::size_t(h) +
                std::size_t(in % size / 2);
            if (4 * scratch.squared[half] <= scratch.maxima[map]) continue;  // D > max D / 2
            offer(keys + 2 * side, pickKey(key, 2 * side, in));
            offer(keys + 2 * side + 1, pickKey(key, 2 * side + 1, in));
        }
        lanes.sync();
        for (int i = lanes.index; i < 4; i += lanes.count) {
            if (keys[i]) atomicMaxTo(scratch.keys + sample * ClickScratch::kSlots + i, keys[i]);
        }
    }
};
struct ErrorClicks {
    Seed seed;
    int n, size;
    float two;
    const std::uint8_t* only;  // may be null: samples that take part
    ClickScratch scratch;
    ClickState state;
    FS2_HD void operator()(int, const Lanes& lanes, unsigned char*) const {
        for (int i = lanes.index; i < n; i += lanes.count) {
            if (only && !only[i]) continue;
            Rng rng(keyOf(seed, i, 2));
            const std::uint64_t* keys = scratch.keys + i * ClickScratch::kSlots;
            const int missed = scratch.maxima[i], spilled = scratch.maxima[n + i];
            const int side = missed >= spilled ? 0 : 1, other = 1 - side;
            addClick(state, i, keys[2 * side], size, side == 0);
            if (!rng.chance(two)) continue;
            const bool both =
                mini(missed, spilled) >= 4 && rng.chance(0.6F);  // an error 8 pixels wide
            if (both) {
                addClick(state, i, keys[2 * other], size, other == 0);
            } else if (keys[2 * side + 1] != 0 &&
                       (keys[2 * side + 1] & 0xffffffffU) != (keys[2 * side] & 0xffffffffU)) {
                addClick(state, i, keys[2 * side + 1], size, side == 0);
            }
        }
    }
};
template <class Executor>
void runNextClicks(const Executor& on, Seed seed, int n, int size, float two, const void* logits,
                   DType type, const std::uint8_t* target, const std::uint8_t* valid,
                   const std::uint8_t* only, void* memory, const ClickState& state) {
    require(n > 0 && size >= 16 && size <= 2048, "nextClicks needs n > 0 and 16 <= size <= 2048");
    const ClickScratch scratch(memory, n, size);
    const Errors errors{logits, type, target, valid};
    const int h = halfOf(size),
              perSample = blocksFor(std::size_t(size) * std::size_t(size), kPixelsPerClickBlock);
    on.run(1, 256, 0, ClickClear{n, scratch});
    on.run(blocksFor(std::size_t(n) * std::size_t(h) * std::size_t(h), kPixelsPerClickBlock), 256,
           0, ErrorMaps{errors, n, size, scratch});
    runDistance(on, scratch.maps, 2 * n, 2 * n, h, h, scratch.columns, scratch.squared,
                scratch.maxima);
    on.run(n * perSample, 256, 4 * sizeof(std::uint64_t),
           ErrorPicks{seed, errors, n, size, perSample, scratch});
    on.run(1, 256, 0, ErrorClicks{seed, n, size, two, only, scratch, state});
}

// ---- first
struct FirstPlan {
    bool box, prior, click, interior;
    int positives, nearNegatives, farNegatives;  // 0..3
};
FS2_HD inline FirstPlan planFirst(const Seed& seed, int sample, const FirstClickOptions& o) {
    Rng rng(keyOf(seed, sample, 3));
    FirstPlan p{};
    const float u = rng.uniform();
    p.prior = u < o.prior;
    p.box = u >= o.prior && u < o.prior + o.box;
    p.click = !p.prior && !(p.box && rng.chance(0.6F));
    p.interior = rng.chance(o.interior);
    if (!p.click) return p;
    for (int i = 0; i < 3; ++i) {
        p.positives += rng.chance(o.extra) ? 1 : 0;
        if (rng.chance(o.extra)) ++(rng.chance(0.6F) ? p.nearNegatives : p.farNegatives);
    }
    return p;
}
enum : int { kInterior = 0, kAnywhere = 1, kMore = 2, kNear = 5, kElsewhere = 8 };  // slots of keys

struct FirstMaps {
    const std::uint8_t* target;
    int n, size;
    ClickScratch scratch;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char*) const {
        const int h = halfOf(size);
        const std::size_t cells = std::size_t(h) * std::size_t(h), all = cells * std::size_t(n),
                          area = std::size_t(size) * std::size_t(size);
        for (int i = lanes.index; i < kPixelsPerClickBlock; i += lanes.count) {
            const std::size_t at = std::size_t(block) * kPixelsPerClickBlock + std::size_t(i);
            if (at >= all) return;
            const std::size_t sample = at / cells, in = at % cells;
            const int x = 2 * int(in % std::size_t(h)), y = 2 * int(in / std::size_t(h));
            bool on = false;
            for (int k = 0; k < 4; ++k) {
                const int sx = x + (k & 1), sy = y + (k >> 1);
                if (sx < size && sy < size &&
                    target[sample * area + std::size_t(sy) * std::size_t(size) + std::size_t(sx)])
                    on = true;
            }
            scratch.maps[at] = on ? 1 : 0;
            scratch.maps[all + at] = on ? 0 : 1;
        }
    }
};
struct FirstPicks {
    Seed seed;
    FirstClickOptions options;
    const std::uint8_t *target, *valid;
    int n, size, blocksPerSample;
    ClickScratch scratch;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char* memory) const {
        auto* keys = reinterpret_cast<std::uint64_t*>(memory);
        for (int i = lanes.index; i < ClickScratch::kSlots; i += lanes.count) keys[i] = 0;
        lanes.sync();
        const int sample = block / blocksPerSample, h = halfOf(size);
        const FirstPlan plan = planFirst(seed, sample, options);
        const std::uint32_t key = std::uint32_t(keyOf(seed, sample, 4));
        const std::size_t cells = std::size_t(h) * std::size_t(h);
        for (int i = lanes.index; plan.click && i < kPixelsPerClickBlock; i += lanes.count) {
            const int in = block % blocksPerSample * kPixelsPerClickBlock + i;
            if (in >= size * size) continue;
            const std::size_t at =
                std::size_t(sample) * std::size_t(size) * std::size_t(size) + std::size_t(in);
            const std::size_t half =
                std::size_t(in / size / 2) * std::size_t(h) + std::size_t(in % size / 2);
            if (target[at]) {
                const std::int32_t d = scratch.squared[std::size_t(sample) * cells + half];
                if (float(d) > 0.49F * float(scratch.maxima[sample]))
                    offer(keys + kInterior, pickKey(key, kInterior, in));
                for (int k = 0; k <= plan.positives; ++k)
                    offer(keys + kAnywhere + k, pickKey(key, kAnywhere + k, in));
            } else if (valid[at]) {
                const std::int32_t d =
                    scratch.squared[(std::size_t(n) + std::size_t(sample)) * cells + half];
                if (d <= 14 * 14) {  // within 28 pixels
                    for (int k = 0; k < plan.nearNegatives; ++k)
                        offer(keys + kNear + k, pickKey(key, kNear + k, in));
                }
                for (int k = 0; k < plan.farNegatives; ++k)
                    offer(keys + kElsewhere + k, pickKey(key, kElsewhere + k, in));
            }
        }
        lanes.sync();
        for (int i = lanes.index; i < ClickScratch::kSlots; i += lanes.count) {
            if (keys[i]) atomicMaxTo(scratch.keys + sample * ClickScratch::kSlots + i, keys[i]);
        }
    }
};
struct FirstClicks {
    Seed seed;
    FirstClickOptions options;
    int n, size;
    ClickScratch scratch;
    ClickState state;
    std::uint8_t* hasPrior;
    FS2_HD void operator()(int, const Lanes& lanes, unsigned char*) const {
        for (int i = lanes.index; i < n; i += lanes.count) {
            const FirstPlan plan = planFirst(seed, i, options);
            const std::uint64_t* keys = scratch.keys + i * ClickScratch::kSlots;
            const std::int32_t* b = scratch.boxes + 5 * i;
            const bool empty = b[4] == 0;
            for (int k = 0; k < kMaxClicks; ++k) {
                float* c = state.clicks + (i * kMaxClicks + k) * 3;
                c[0] = c[1] = 0, c[2] = -1;
            }
            state.counts[i] = 0;
            hasPrior[i] = plan.prior && !empty ? 1 : 0;
            float* box = state.boxes + 4 * i;
            box[0] = box[1] = 0, box[2] = box[3] = -1;
            if (empty) continue;
            if (plan.box) {
                Rng rng(keyOf(seed, i, 5));
                const float loose = rng.uniform(0, 0.1F), w = float(b[2] - b[0] + 1) * loose,
                            h = float(b[3] - b[1] + 1) * loose, end = float(size - 1);
                box[0] = clampf(float(b[0]) + w * rng.uniform(-1, 1), 0, end),
                box[1] = clampf(float(b[1]) + h * rng.uniform(-1, 1), 0, end);
                box[2] = clampf(float(b[2]) + w * rng.uniform(-1, 1), box[0], end),
                box[3] = clampf(float(b[3]) + h * rng.uniform(-1, 1), box[1], end);
            }
            if (!plan.click) continue;
            addClick(state, i, keys[plan.interior ? kInterior : kAnywhere], size, true);
            for (int k = 0; k < plan.positives; ++k)
                addClick(state, i, keys[kMore + k], size, true);
            for (int k = 0; k < plan.nearNegatives; ++k)
                addClick(state, i, keys[kNear + k], size, false);
            for (int k = 0; k < plan.farNegatives; ++k)
                addClick(state, i, keys[kElsewhere + k], size, false);
        }
    }
};
// The target as someone else might have left it: grown, shrunk, ragged, moved, with holes, islands
// or a part cut off.
struct Damage {
    float dx = 0, dy = 0, grow = 0, ragged = 0, raggedScale = 1;
    float hole = 9, holeScale = 1, island = 9, islandReach = 0;
    float cutX = 0, cutY = 0, cutAt = 1e9F;
    std::uint32_t seed = 0;
};
FS2_HD inline Damage drawDamage(Rng& rng, const std::int32_t* box) {
    Damage d;
    const float a = sqrtf(float(box[4]));
    d.seed = rng.bits();
    if (rng.chance(0.3F)) d.dx = 0.05F * a * rng.normal(), d.dy = 0.05F * a * rng.normal();
    if (rng.chance(0.6F)) d.grow = clampf(0.12F * a * rng.uniform(-1, 1), -24, 24);
    d.ragged = rng.uniform(0, 0.25F) * a, d.raggedScale = 2 / maxf(a * rng.uniform(0.1F, 0.6F), 6);
    d.holeScale = 2 / maxf(a * rng.uniform(0.15F, 0.6F), 6);
    if (rng.chance(0.4F)) d.hole = rng.uniform(0.1F, 0.4F);
    if (rng.chance(0.4F))
        d.island = rng.uniform(0.1F, 0.35F), d.islandReach = a * rng.uniform(0.1F, 0.8F);
    if (rng.chance(0.35F)) {
        const float t = rng.uniform(0, 2 * kPi);
        d.cutX = cosf(t), d.cutY = sinf(t);
        d.cutAt = d.cutX * 0.5F * float(box[0] + box[2]) + d.cutY * 0.5F * float(box[1] + box[3]) +
                  a * rng.uniform(-0.1F, 0.4F);
    }
    return d;
}
struct PriorPixels {
    Seed seed;
    int n, size, blocksPerSample;
    ClickScratch scratch;
    const std::uint8_t* hasPrior;
    float* logits;
    FS2_HD float inside(int sample, float x,
                        float y) const {  // signed distance to the target's edge, pixels
        const int h = halfOf(size), ix = clampi(floori(x * 0.5F), 0, h - 1),
                  iy = clampi(floori(y * 0.5F), 0, h - 1);
        const std::size_t cells = std::size_t(h) * std::size_t(h),
                          at = std::size_t(sample) * cells + std::size_t(iy) * std::size_t(h) +
                               std::size_t(ix);
        const std::int32_t in = scratch.squared[at];
        return in > 0 ? 2 * sqrtf(float(in)) - 1
                      : 1 - 2 * sqrtf(float(scratch.squared[std::size_t(n) * cells + at]));
    }
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char* memory) const {
        Damage& d = *reinterpret_cast<Damage*>(memory);
        const int sample = block / blocksPerSample;
        const bool on = hasPrior[sample] != 0;
        if (on && lanes.index == 0) {
            Rng rng(keyOf(seed, sample, 6));
            d = drawDamage(rng, scratch.boxes + 5 * sample);
        }
        lanes.sync();
        for (int i = lanes.index; i < kPixelsPerClickBlock; i += lanes.count) {
            const int in = block % blocksPerSample * kPixelsPerClickBlock + i;
            if (in >= size * size) continue;
            float& out = logits[std::size_t(sample) * std::size_t(size) * std::size_t(size) +
                                std::size_t(in)];
            out = 0;
            if (!on) continue;
            const float x = float(in % size), y = float(rowOf(in, size)),
                        s = inside(sample, x - d.dx, y - d.dy);
            bool set =
                s + d.grow + d.ragged * noise(x * d.raggedScale, y * d.raggedScale, d.seed) > 0;
            const float blob = noise(x * d.holeScale, y * d.holeScale, d.seed + 1);
            if (set && blob > d.hole) set = false;
            if (!set && blob < -d.island && s > -d.islandReach) set = true;
            if (x * d.cutX + y * d.cutY > d.cutAt) set = false;
            out = set ? kPriorLogit : -kPriorLogit;
        }
    }
};
template <class Executor>
void runFirstClicks(const Executor& on, Seed seed, int n, int size,
                    const FirstClickOptions& options, const std::uint8_t* target,
                    const std::uint8_t* valid, void* memory, const ClickState& state, float* logits,
                    std::uint8_t* hasPrior) {
    require(n > 0 && size >= 16 && size <= 2048, "firstClicks needs n > 0 and 16 <= size <= 2048");
    const ClickScratch scratch(memory, n, size);
    const int h = halfOf(size),
              perSample = blocksFor(std::size_t(size) * std::size_t(size), kPixelsPerClickBlock);
    on.run(1, 256, 0, ClickClear{n, scratch});
    on.run(blocksFor(std::size_t(n) * std::size_t(h) * std::size_t(h), kPixelsPerClickBlock), 256,
           0, FirstMaps{target, n, size, scratch});
    runDistance(on, scratch.maps, 2 * n, n, h, h, scratch.columns, scratch.squared, scratch.maxima);
    runBoxes(on, target, n, size, scratch.boxes);
    on.run(n * perSample, 256, ClickScratch::kSlots * sizeof(std::uint64_t),
           FirstPicks{seed, options, target, valid, n, size, perSample, scratch});
    on.run(1, 256, 0, FirstClicks{seed, options, n, size, scratch, state, hasPrior});
    on.run(n * perSample, 256, sizeof(Damage),
           PriorPixels{seed, n, size, perSample, scratch, hasPrior, logits});
    if (options.prior > 0) {
        Seed correction = seed;
        correction.value = mix64(seed.value + 0x70726f72U);
        runNextClicks(on, correction, n, size, 0.3F, logits, DType::Float32, target, valid,
                      hasPrior, memory, state);
    }
}

// ---- maps
struct ClickMaps {
    struct Shared {
        float clicks[3 * kMaxClicks], box[4];
        int count;
        bool dropped;
    };
    Seed seed;
    int size, blocksPerSample;
    float drop;
    ClickState state;
    const void* logits;
    DType logitType;
    void* maps;
    DType type;
    Layout layout;
    FS2_HD void operator()(int block, const Lanes& lanes, unsigned char* memory) const {
        Shared& sh = *reinterpret_cast<Shared*>(memory);
        const int sample = block / blocksPerSample;
        for (int i = lanes.index; i < 3 * kMaxClicks; i += lanes.count)
            sh.clicks[i] = state.clicks[sample * 3 * kMaxClicks + i];
        for (int i = lanes.index; i < 4; i += lanes.count) sh.box[i] = state.boxes[4 * sample + i];
        if (lanes.index == 0) {
            sh.count = clampi(state.counts[sample], 0, kMaxClicks);
            Rng rng(keyOf(seed, sample, 7));
            sh.dropped = !logits || rng.chance(drop);
        }
        lanes.sync();
        const std::size_t area = std::size_t(size) * std::size_t(size);
        const bool boxed = sh.box[2] >= sh.box[0];
        for (int i = lanes.index; i < kPixelsPerClickBlock; i += lanes.count) {
            const int in = block % blocksPerSample * kPixelsPerClickBlock + i;
            if (in >= size * size) continue;
            const float x = float(in % size), y = float(rowOf(in, size));
            float v[4] = {0, 0, 0, 0};
            const std::size_t at = std::size_t(sample) * area + std::size_t(in);
            if (!sh.dropped)
                v[0] = clampf(load(logits, logitType, at), -kPriorLogit, kPriorLogit) / kPriorLogit;
            for (int k = 0; k < sh.count; ++k) {
                const float dx = x - sh.clicks[3 * k], dy = y - sh.clicks[3 * k + 1];
                if (dx * dx + dy * dy <= kClickRadius * kClickRadius)
                    v[sh.clicks[3 * k + 2] > 0.5F ? 1 : 2] = 1;
            }
            if (boxed && x >= sh.box[0] - 0.5F && x <= sh.box[2] + 0.5F && y >= sh.box[1] - 0.5F &&
                y <= sh.box[3] + 0.5F)
                v[3] = 1;
            for (int c = 0; c < 4; ++c) {
                store(maps, type,
                      layout == Layout::Planar
                          ? (std::size_t(sample) * 4 + std::size_t(c)) * area + std::size_t(in)
                          : at * 4 + std::size_t(c),
                      v[c]);
            }
        }
        lanes.sync();
    }
};
template <class Executor>
void runDrawClicks(const Executor& on, Seed seed, int n, int size, float drop,
                   const ClickState& state, const void* logits, DType logitType, void* maps,
                   DType type, Layout layout) {
    require(n > 0 && size >= 16 && size <= 2048, "drawClicks needs n > 0 and 16 <= size <= 2048");
    const int perSample = blocksFor(std::size_t(size) * std::size_t(size), kPixelsPerClickBlock);
    on.run(n * perSample, 256, sizeof(ClickMaps::Shared),
           ClickMaps{seed, size, perSample, drop, state, logits, logitType, maps, type, layout});
}

template <class Executor>
void runDistanceSquared(const Executor& on, const std::uint8_t* mask, int n, int height, int width,
                        void* memory, std::int32_t* squared) {
    require(n > 0 && height > 0 && width > 0 && height <= 2048 && width <= 2048,
            "distanceSquared needs masks of at most 2048 a side");
    runDistance(on, mask, n, n, height, width, static_cast<std::uint16_t*>(memory), squared,
                nullptr);
}

}  // namespace fs2::kernels
