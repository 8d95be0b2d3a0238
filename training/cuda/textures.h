// Textures of the procedural scenes, evaluated analytically at scene pixels. Internal to
// training/cuda.
#pragma once

#include "training/cuda/device.h"

namespace fs2::kernels {

enum class TextureKind : std::int32_t {
    Plain,
    Fractal,
    Stripes,
    Checks,
    Gradient,
    Spots,
    Cells,
    Fine,
    Wood,
    Marble,
    Bricks,
    Photo
};

struct Texture {
    TextureKind kind = TextureKind::Plain;
    std::uint32_t seed = 0;
    float m[4] = {1, 0, 0, 1};  // scene pixels -> texture units (photo: photo pixels)
    float at[2] = {0, 0};
    int octaves = 4;
    float persistence = 0.5F;
    float warp = 0;       // how far noise bends the pattern
    float sharp = 1;      // contrast of the pattern around its middle
    float a = 0, b = 0;   // of the kind
    float grain = 0;      // independent noise of each pixel, standard deviation about
    float grainStep = 1;  // pixels per grain
    float cloud = 0, cloudScale = 0.01F;  // a second colour in slow clouds
    Rgb c0, c1, c2;
    int photo = 0;
    float gain = 1, pull = 0;  // photo: contrast, and how far towards c0
    Rgb mean;                  // about what it looks like from afar
};

FS2_HD inline Rgb photoColour(const PhotoPool& pool, int index, float x, float y) {
    const int w = pool.sizes[2 * index + 1], h = pool.sizes[2 * index];
    // mirrored at the edges
    const float fw = float(w - 1), fh = float(h - 1);
    x = fabsf(x - 2 * fw * floorf(x / (2 * fw) + 0.5F));
    y = fabsf(y - 2 * fh * floorf(y / (2 * fh) + 0.5F));
    const int ix = clampi(int(x), 0, w - 2), iy = clampi(int(y), 0, h - 2);
    const float fx = clampf(x - float(ix), 0, 1), fy = clampf(y - float(iy), 0, 1);
    const std::size_t side = std::size_t(pool.side);
    const std::uint8_t* p =
        pool.photos + (std::size_t(index) * 3 * side + std::size_t(iy)) * side + std::size_t(ix);
    float c[3];
    for (int k = 0; k < 3; ++k, p += side * side) {
        c[k] = mixf(mixf(float(p[0]), float(p[1]), fx),
                    mixf(float(p[side]), float(p[side + 1]), fx), fy) *
               (1.0F / 255);
    }
    return {c[0], c[1], c[2]};
}

// Worley noise: the nearest jittered lattice point.
struct Cell {
    float distance = 1e9F;  // in lattice units
    float edge = 1e9F;      // how much further the second nearest is
    std::uint32_t id = 0;   // random
    int x = 0, y = 0;       // its lattice square
};
FS2_HD inline Cell cellNoise(float x, float y, std::uint32_t seed, float jitter) {
    const int bx = floori(x), by = floori(y);
    float second = 1e9F;
    Cell c;
    for (int j = by - 1; j <= by + 1; ++j) {
        for (int i = bx - 1; i <= bx + 1; ++i) {
            const std::uint32_t h = lattice(i, j, seed);
            const float px =
                float(i) + 0.5F + jitter * (float(h & 0xffffU) * (1.0F / 65535) - 0.5F);
            const float py = float(j) + 0.5F + jitter * (float(h >> 16) * (1.0F / 65535) - 0.5F);
            const float d = length2(x - px, y - py);
            if (d < c.distance) {
                second = c.distance;
                c.distance = d, c.id = h, c.x = i, c.y = j;
            } else if (d < second) {
                second = d;
            }
        }
    }
    c.edge = second - c.distance;
    return c;
}

FS2_HD inline float texturePattern(const Texture& t, float x, float y) {
    float n = 0;
    if (t.kind != TextureKind::Plain && t.kind != TextureKind::Cells &&
        t.kind != TextureKind::Bricks) {
        n = fbm(x, y, t.seed, t.octaves, t.persistence);
    }
    switch (t.kind) {
        case TextureKind::Plain:
            return 0;
        case TextureKind::Fractal:
            return n * 1.6F;
        case TextureKind::Stripes:
            return sinf(x * t.a + n * t.warp * 3) * t.sharp;
        case TextureKind::Checks:
            return sinf(x * t.a + n * t.warp) * sinf(y * t.b + n * t.warp) * 3 * t.sharp;
        case TextureKind::Gradient:
            return x * t.a + n * t.warp * 0.6F;
        case TextureKind::Spots:
            return (n - t.a) * 4 * t.sharp;
        case TextureKind::Cells: {
            const float wx = t.warp > 0 ? t.warp * 0.4F * noise(x, y, t.seed ^ 0x77U) : 0;
            const Cell c = cellNoise(x + wx, y - wx, t.seed, t.b);
            if (t.a < 0.35F) return (0.3F - c.distance) * 6 * t.sharp;  // dots
            if (t.a < 0.7F) return 1 - smooth01(c.edge * 6) * 2;        // mesh, cracked ground
            return unit(c.id) * 2 - 1;                                  // mosaic
        }
        case TextureKind::Fine:
            return n * 2.2F;
        case TextureKind::Wood:
            return sinf(sqrtf(x * x * 0.06F + y * y) * t.a + n * t.warp * 5) * t.sharp;
        case TextureKind::Marble:
            return (1 - 4 * fabsf(n)) * t.sharp;
        case TextureKind::Bricks: {
            const float v = y * t.b, row = floorf(v);
            const float u = x * t.a + 0.5F * (row - 2 * floorf(row * 0.5F));
            const float fx = u - floorf(u), fy = v - row;
            const float gap =
                minf(minf(fx, 1 - fx) / maxf(t.a, 0.1F), minf(fy, 1 - fy) / maxf(t.b, 0.1F));
            if (gap < 0.06F * t.sharp) return -1;
            return 0.35F +
                   0.65F * (unit(lattice(int(floorf(u)), int(row), t.seed)) * 2 - 1) * t.warp;
        }
        case TextureKind::Photo:
            break;
    }
    return 0;
}

// Colour at scene pixel (x, y); instance shifts the pattern of the members of a group.
FS2_HD_CALL inline Rgb textureColour(const Texture& t, const PhotoPool& pool, float x, float y,
                                     std::uint32_t instance) {
    const float ox = float(instance & 0xffU) * 1.7F, oy = float((instance >> 8) & 0xffU) * 1.3F;
    float u = t.m[0] * x + t.m[1] * y + t.at[0], v = t.m[2] * x + t.m[3] * y + t.at[1];
    Rgb c;
    if (t.kind == TextureKind::Photo) {
        c = photoColour(pool, t.photo, u + ox, v + oy);
        c = mix(t.c0, mix(t.mean, c, t.gain), 1 - t.pull);
    } else {
        if (t.kind != TextureKind::Gradient) u += ox, v += oy;
        c = mix(t.c0, t.c1, clampf(0.5F + 0.5F * texturePattern(t, u, v), 0, 1));
    }
    if (t.cloud > 0) {
        const float n =
            fbm(x * t.cloudScale + ox, y * t.cloudScale + oy, t.seed ^ 0x1234567U, 3, 0.55F);
        c = mix(c, t.c2, t.cloud * smooth01(0.5F + 1.4F * n));
    }
    if (t.grain > 0) {
        const int gx = floori(x / t.grainStep), gy = floori(y / t.grainStep);
        const std::uint32_t h = lattice(gx, gy, t.seed ^ 0xabcdefU);
        const float g = (unit(h) + unit(mix32(h)) - 1) * 2.4F * t.grain;
        c = c + Rgb{g, g * (0.8F + 0.4F * t.b), g};
    }
    return c;
}

}  // namespace fs2::kernels
