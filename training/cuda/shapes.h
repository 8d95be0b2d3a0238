// Shapes of the procedural scenes: a shape is a kind with numbers, drawn from a random generator
// and evaluated as a signed distance (negative inside, only roughly Euclidean) around the unit
// disc. Internal to training/cuda.
#pragma once

#include "training/cuda/device.h"

namespace fs2::kernels {

enum class ShapeKind : std::int32_t {
    Star,          // Fourier series of the radius
    Blob,          // implicit, fractal noise
    Polygon,       // convex, concave, stars, L and T shapes
    Superellipse,  // with rings
    Box,           // rounded, with frames
    Stroke,        // a bent line of varying width
    Creature,      // smooth union of tapered capsules: body, head, limbs, tail
    Branch,        // recursive capsules: trees, corals, veins
    Terrain,       // everything below a rough line
    Julia,         // filled Julia set
    Glyph,         // a few strokes on a lattice; another one for each cell seed
    Flower,        // lobes, gears
    Profile        // mirror-symmetric silhouette: bottles, leaves, chessmen
};

struct Shape {
    ShapeKind kind = ShapeKind::Star;
    float bound = 1.1F;  // nothing lies outside this radius
    std::uint32_t seed = 0;
    float p[44] = {};
};

FS2_HD inline float segmentDistance(float x, float y, float ax, float ay, float bx, float by,
                                    float& t) {
    const float ex = bx - ax, ey = by - ay;
    t = clampf(((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey + 1e-9F), 0, 1);
    return length2(x - ax - t * ex, y - ay - t * ey);
}

FS2_HD inline float starRadius(const float* p, float c, float s) {
    float ck = 1, sk = 0, r = 1;
    for (int k = 0; k < 8; ++k) {
        const float t = ck * c - sk * s;
        sk = ck * s + sk * c;
        ck = t;
        r += p[2 * k] * ck + p[2 * k + 1] * sk;
    }
    return maxf(r, 0.12F);
}

FS2_HD inline float smoothMin(float a, float b, float k) {
    const float h = maxf(k - fabsf(a - b), 0) / k;
    return minf(a, b) - h * h * k * 0.25F;
}

// cell: seed of the instance in a group (glyphs differ by it).
FS2_HD_CALL inline float shapeDistance(const Shape& shape, float x, float y, std::uint32_t cell) {
    const float* p = shape.p;
    switch (shape.kind) {
        case ShapeKind::Star: {
            const float r = length2(x, y), inv = 1 / maxf(r, 1e-6F);
            return r - starRadius(p, x * inv, y * inv) * p[16];
        }
        case ShapeKind::Blob:
            return (length2(x, y) - p[0] -
                    p[1] * fbm(x * p[2], y * p[2], shape.seed, int(p[4]), p[3])) *
                   0.7F;
        case ShapeKind::Polygon: {
            const int n = int(p[24]);
            float d = 1e9F;
            bool inside = false;
            for (int i = 0, j = n - 1; i < n; j = i++) {
                const float ax = p[2 * i], ay = p[2 * i + 1], bx = p[2 * j], by = p[2 * j + 1];
                float t = 0;
                d = minf(d, segmentDistance(x, y, ax, ay, bx, by, t));
                if ((ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax)
                    inside = !inside;
            }
            return (inside ? -d : d) - p[25];
        }
        case ShapeKind::Superellipse: {
            const float sx = maxf(fabsf(x) / p[0], 1e-6F), sy = maxf(fabsf(y) / p[1], 1e-6F);
            const float f =
                (powf(powf(sx, p[2]) + powf(sy, p[2]), 1 / p[2]) - 1) * minf(p[0], p[1]);
            return p[3] > 0 ? fabsf(f + p[3]) - p[3] : f;
        }
        case ShapeKind::Box: {
            const float qx = fabsf(x) - p[0] + p[2], qy = fabsf(y) - p[1] + p[2];
            const float f = length2(maxf(qx, 0), maxf(qy, 0)) + minf(maxf(qx, qy), 0) - p[2];
            return p[3] > 0 ? fabsf(f + p[3]) - p[3] : f;
        }
        case ShapeKind::Stroke: {
            float d = 1e9F;
            for (int i = 0; i < 10; ++i) {
                float t = 0;
                const float e =
                    segmentDistance(x, y, p[2 * i], p[2 * i + 1], p[2 * i + 2], p[2 * i + 3], t);
                const float at = (float(i) + t) * 0.1F;
                d = minf(d, e - mixf(p[22], p[23], at) * (1 + p[24] * sinf(at * p[25])));
            }
            return d;
        }
        case ShapeKind::Creature: {
            const int n = int(p[42]);
            const float ax = p[43] > 0 ? fabsf(x) : x;
            float d = 1e9F;
            for (int i = 0; i < n; ++i) {
                const float* c = p + 6 * i;
                float t = 0;
                const float e = segmentDistance(ax, y, c[0], c[1], c[2], c[3], t);
                d = smoothMin(d, e - mixf(c[4], c[5], t), 0.08F);
            }
            return d;
        }
        case ShapeKind::Branch: {
            float d = 1e9F, scale = 1, qx = x + p[6] * sinf(y * p[7]), qy = y + 0.9F, width = p[1];
            const int n = int(p[4]);
            for (int i = 0; i < n; ++i) {
                float t = 0;
                const float e = segmentDistance(qx, qy, 0, 0, 0, p[0], t);
                d = minf(d, (e - width * (1 - 0.4F * t)) * scale);
                qy -= p[0] * p[5];
                qx = fabsf(qx);
                const float tx = (qx * p[2] - qy * p[3]) / p[8];
                qy = (qx * p[3] + qy * p[2]) / p[8];
                qx = tx;
                scale *= p[8];
                width *= p[9];
            }
            if (p[10] > 0) d = minf(d, (length2(qx, qy - p[10]) - p[10]) * scale);
            return d;
        }
        case ShapeKind::Terrain:
            return p[3] - y -
                   p[0] * fbm(x * p[1], float(shape.seed % 97U), shape.seed, int(p[4]), p[2]) *
                       1.5F;
        case ShapeKind::Julia: {
            float zx = x * 1.45F, zy = y * 1.45F, dz = 1;
            for (int i = 0; i < 18; ++i) {
                const float m = zx * zx + zy * zy;
                if (m > 64) return maxf(0.5F * sqrtf(m) * logf(m) / dz / 1.45F, 0) - p[2];
                dz = 2 * sqrtf(m) * dz + 1e-9F;
                const float t = zx * zx - zy * zy + p[0];
                zy = 2 * zx * zy + p[1];
                zx = t;
            }
            return -p[2] - 0.05F;
        }
        case ShapeKind::Glyph: {
            float d = 1e9F;
            std::uint32_t h = mix32(shape.seed + cell * 0x9e3779b9U);
            const int strokes = 2 + int(h % 4U);
            for (int i = 0; i < strokes; ++i) {
                h = mix32(h + 0x632beU);
                const float ax = float(h % 3U) * 0.5F - 0.5F,
                            ay = float((h >> 8) % 4U) * 0.47F - 0.7F;
                const float bx = float((h >> 16) % 3U) * 0.5F - 0.5F,
                            by = float((h >> 20) % 4U) * 0.47F - 0.7F;
                if ((h >> 28) < 4U) {
                    const float radius = 0.2F + 0.3F * unit(h << 4);
                    d = minf(d, fabsf(length2(x - ax * 0.5F, y - ay * 0.5F) - radius) - p[0]);
                } else {
                    float t = 0;
                    d = minf(d, segmentDistance(x, y, ax, ay, bx, by, t) - p[0]);
                }
            }
            return d;
        }
        case ShapeKind::Flower: {
            const float lobe = 0.5F + 0.5F * cosf(atan2f(y, x) * p[0]);
            const float f = length2(x, y) - p[3] * (1 - p[1] * powf(lobe, p[2]));
            return p[4] > 0 ? maxf(f, p[4] - length2(x, y)) : f;
        }
        case ShapeKind::Profile: {
            const float v = clampf((y + 1) * 4, 0, 7.999F);
            const int i = int(v);
            const float t = smooth01(v - float(i));
            const float half = mixf(p[i], p[i + 1], t);
            return maxf((fabsf(x + p[9] * y * y) - half) * 0.8F, fabsf(y) - 1);
        }
    }
    return 1;
}

FS2_HD inline void addCapsule(Shape& s, int& n, float ax, float ay, float bx, float by, float ra,
                              float rb) {
    if (n >= 7) return;
    float* c = s.p + 6 * n++;
    c[0] = ax, c[1] = ay, c[2] = bx, c[3] = by, c[4] = ra, c[5] = rb;
}

FS2_HD inline void drawCreature(Rng& rng, Shape& s) {
    int n = 0;
    const bool mirrored = rng.chance(0.4F);
    if (mirrored) {  // seen from above or in front: bugs, chairs, people, vehicles
        const float w = rng.uniform(0.1F, 0.4F), h = rng.uniform(0.3F, 0.75F);
        const float reach = h * rng.uniform(0.3F, 1), end = w * rng.uniform(0.5F, 1.2F);
        addCapsule(s, n, 0, -h, 0, reach, w, end);
        const float head = rng.uniform(0.08F, 0.26F);
        addCapsule(s, n, 0, -h - head, 0, -h - head, head, head);
        const int limbs = rng.between(1, 4);
        for (int i = 0; i < limbs; ++i) {
            const float y = rng.uniform(-h, h), x1 = rng.uniform(w, 0.85F),
                        y1 = clampf(y + rng.uniform(-0.6F, 0.6F), -0.95F, 0.95F);
            const float r = rng.logUniform(0.02F, 0.13F);
            addCapsule(s, n, 0, y, x1, y1, r, r * rng.uniform(0.4F, 1));
            if (n < 7 && rng.chance(0.5F)) {
                const float x2 = x1 + rng.uniform(-0.2F, 0.15F), y2 = y1 + rng.uniform(-0.5F, 0.5F);
                addCapsule(s, n, x1, y1, x2, clampf(y2, -1, 1), r * 0.8F, r * 0.4F);
            }
        }
    } else {  // from the side
        const float w = rng.uniform(0.12F, 0.34F), l = rng.uniform(0.3F, 0.6F),
                    tilt = rng.uniform(-0.2F, 0.2F);
        addCapsule(s, n, -l, tilt, l, -tilt, w, w * rng.uniform(0.5F, 1));
        const float nx = l + rng.uniform(0.05F, 0.25F), ny = -tilt - rng.uniform(-0.1F, 0.5F),
                    head = rng.uniform(0.08F, 0.22F);
        addCapsule(s, n, l, -tilt, nx, ny, w * rng.uniform(0.3F, 0.8F), head);
        const int legs = rng.between(1, 4);
        const float foot = rng.uniform(0.5F, 0.9F), r = rng.logUniform(0.025F, 0.12F);
        for (int i = 0; i < legs; ++i) {
            const float x = mixf(-l, l, (float(i) + 0.5F * rng.uniform()) / float(legs));
            addCapsule(s, n, x, 0.1F, x + rng.uniform(-0.2F, 0.2F), foot, r * 1.3F, r * 0.8F);
        }
        if (rng.chance(0.7F)) {
            const float tailX = -l - rng.uniform(0.1F, 0.35F), tailY = tilt + rng.uniform(-0.6F, 0.4F);
            addCapsule(s, n, -l, tilt, tailX, tailY, r, r * 0.3F);
        }
    }
    s.p[42] = float(n);
    s.p[43] = mirrored ? 1 : 0;
    s.bound = 1.35F;
}

FS2_HD inline void drawPolygon(Rng& rng, Shape& s) {
    const float style = rng.uniform();
    int n = rng.between(3, 12);
    float* p = s.p;
    if (style < 0.35F) {  // concave
        for (int i = 0; i < n; ++i) {
            const float a = 2 * kPi * (float(i) + 0.8F * rng.uniform()) / float(n),
                        r = rng.uniform(0.25F, 1);
            p[2 * i] = r * cosf(a), p[2 * i + 1] = r * sinf(a);
        }
    } else if (style < 0.6F) {  // convex: points on an ellipse
        n = rng.between(3, 8);
        const float b = rng.uniform(0.4F, 1);
        for (int i = 0; i < n; ++i) {
            const float a = 2 * kPi * (float(i) + 0.7F * rng.uniform()) / float(n);
            p[2 * i] = cosf(a), p[2 * i + 1] = b * sinf(a);
        }
    } else if (style < 0.75F) {  // star or regular
        n = 2 * rng.between(2, 6);
        const float inner = rng.uniform(0.3F, 1);
        for (int i = 0; i < n; ++i) {
            const float a = 2 * kPi * float(i) / float(n), r = i % 2 ? inner : 1;
            p[2 * i] = r * cosf(a), p[2 * i + 1] = r * sinf(a);
        }
    } else if (style < 0.88F) {  // trapezium, house, arrow: mirror symmetric
        n = rng.between(2, 6);
        for (int i = 0; i < n; ++i) {
            const float y = -0.9F + 1.8F * float(i) / float(n - 1), x = rng.uniform(0.12F, 0.9F);
            p[2 * i] = x, p[2 * i + 1] = y;
            p[2 * (2 * n - 1 - i)] = -x, p[2 * (2 * n - 1 - i) + 1] = y;
        }
        n *= 2;
    } else {  // L, T and steps
        const float a = rng.uniform(-0.6F, 0.5F), b = rng.uniform(-0.5F, 0.6F),
                    h = rng.uniform(0.5F, 0.95F);
        const float pts[12] = {-0.9F, -h, a, -h, a, b, 0.9F, b, 0.9F, h, -0.9F, h};
        n = 6;
        for (int i = 0; i < 12; ++i) p[i] = pts[i];
    }
    p[24] = float(n);
    p[25] = rng.chance(0.35F) ? rng.uniform(0, 0.12F) : 0;
    s.bound = 1.32F;
}

FS2_HD inline void drawStroke(Rng& rng, Shape& s) {
    float* p = s.p;
    const float w = rng.logUniform(0.012F, 0.15F);
    if (rng.chance(0.5F)) {  // Bezier
        float c[8];
        for (float& v : c) v = rng.uniform(-0.95F, 0.95F);
        for (int i = 0; i <= 10; ++i) {
            const float t = float(i) * 0.1F, u = 1 - t;
            for (int k = 0; k < 2; ++k) {
                p[2 * i + k] = u * u * u * c[k] + 3 * t * u * u * c[2 + k] +
                               3 * t * t * u * c[4 + k] + t * t * t * c[6 + k];
            }
        }
    } else {  // a wandering or nearly straight line, a spiral or a loop
        float a = rng.uniform(0, 2 * kPi), x = -0.75F * cosf(a), y = -0.75F * sinf(a);
        const float curl = rng.normal() * 0.35F, wander = rng.uniform(0, 0.5F),
                    step = rng.uniform(0.12F, 0.16F);
        for (int i = 0; i <= 10; ++i) {
            p[2 * i] = clampf(x, -1, 1), p[2 * i + 1] = clampf(y, -1, 1);
            a += curl + wander * rng.normal();
            x += step * cosf(a), y += step * sinf(a);
        }
    }
    p[22] = w, p[23] = w * (rng.chance(0.5F) ? 1 : rng.uniform(0.1F, 1));
    p[24] = rng.chance(0.25F) ? rng.uniform(0.1F, 0.5F) : 0;
    p[25] = rng.uniform(6, 60);
    s.bound = 1.42F + 1.5F * w;
}

FS2_HD_CALL inline Shape drawShape(Rng& rng, ShapeKind kind) {
    Shape s;
    s.kind = kind;
    s.seed = rng.bits();
    float* p = s.p;
    switch (kind) {
        case ShapeKind::Star: {
            const float rough = rng.logUniform(0.05F, 0.6F), power = rng.uniform(0.9F, 1.8F);
            for (int k = 0; k < 8; ++k) {
                const float a = rng.normal() * rough * expf(-power * logf(float(k + 1))),
                            f = rng.uniform(0, 2 * kPi);
                p[2 * k] = a * cosf(f), p[2 * k + 1] = a * sinf(f);
            }
            float most = 0.5F;
            for (int i = 0; i < 48; ++i) {
                const float a = float(i) * (2 * kPi / 48);
                most = maxf(most, starRadius(p, cosf(a), sinf(a)));
            }
            p[16] = 1 / most;
            break;
        }
        case ShapeKind::Blob:
            p[1] = rng.uniform(0.3F, 1.1F);
            p[0] = rng.uniform(0.35F, 0.75F);
            p[2] = rng.uniform(1.2F, 4), p[3] = rng.uniform(0.4F, 0.65F),
            p[4] = float(rng.between(2, 5));
            s.bound = minf(p[0] + p[1] * 0.75F, 1.5F);
            break;
        case ShapeKind::Polygon:
            drawPolygon(rng, s);
            break;
        case ShapeKind::Superellipse: {
            const bool round = rng.chance(0.5F);
            p[0] = rng.uniform(0.35F, 1), p[1] = rng.chance(0.3F) ? p[0] : rng.uniform(0.35F, 1);
            p[2] = round ? 2 : exp2f(rng.uniform(-0.3F, 3));
            p[3] = rng.chance(0.2F) ? rng.uniform(0.03F, 0.25F) * minf(p[0], p[1]) : 0;
            s.bound = length2(p[0], p[1]) + 0.05F;
            break;
        }
        case ShapeKind::Box:
            p[0] = rng.uniform(0.3F, 1), p[1] = rng.uniform(0.3F, 1);
            p[2] = rng.chance(0.5F) ? rng.uniform(0, 0.5F) * minf(p[0], p[1]) : 0;
            p[3] = rng.chance(0.2F) ? rng.uniform(0.02F, 0.15F) * minf(p[0], p[1]) : 0;
            s.bound = length2(p[0], p[1]) + 0.05F;
            break;
        case ShapeKind::Stroke:
            drawStroke(rng, s);
            break;
        case ShapeKind::Creature:
            drawCreature(rng, s);
            break;
        case ShapeKind::Branch: {
            const float angle = rng.uniform(0.25F, 1.1F);
            p[0] = rng.uniform(0.45F, 0.75F), p[1] = rng.logUniform(0.015F, 0.09F);
            p[2] = cosf(angle), p[3] = sinf(angle), p[4] = float(rng.between(3, 7));
            p[5] = rng.uniform(0.55F, 1), p[6] = rng.uniform(0, 0.15F), p[7] = rng.uniform(1, 6);
            p[8] = rng.uniform(0.5F, 0.72F), p[9] = rng.uniform(0.9F, 1.25F);
            p[10] = rng.chance(0.5F) ? rng.uniform(0.1F, 0.5F) : 0;
            s.bound = 1.5F;
            break;
        }
        case ShapeKind::Terrain:
            p[0] = rng.logUniform(0.01F, 0.5F), p[1] = rng.uniform(0.6F, 4),
            p[2] = rng.uniform(0.3F, 0.6F);
            p[3] = 0, p[4] = float(rng.between(1, 6));
            s.bound = 1e4F;
            break;
        case ShapeKind::Julia: {
            const float a = rng.uniform(0, 2 * kPi), m = rng.uniform(0.97F, 1.04F);
            p[0] = m * (0.5F * cosf(a) - 0.25F * cosf(2 * a)),
            p[1] = m * (0.5F * sinf(a) - 0.25F * sinf(2 * a));
            p[2] = rng.uniform(0.004F, 0.03F);
            s.bound = 1.25F;
            break;
        }
        case ShapeKind::Glyph:
            p[0] = rng.logUniform(0.06F, 0.2F);
            break;
        case ShapeKind::Flower:
            p[0] = float(rng.between(3, 16)), p[1] = rng.uniform(0.08F, 0.6F),
            p[2] = rng.logUniform(0.3F, 3), p[3] = 1;
            p[4] = rng.chance(0.2F) ? rng.uniform(0.1F, 0.35F) : 0;
            break;
        case ShapeKind::Profile: {
            const bool leaf = rng.chance(0.35F);
            const float w = rng.uniform(0.2F, 0.6F), peak = rng.uniform(0.25F, 0.75F);
            for (int i = 0; i < 9; ++i) {
                const float t = float(i) / 8;
                const float hump = t < peak ? t / peak : (1 - t) / (1 - peak);
                p[i] = leaf ? w * sqrtf(maxf(hump, 0)) : rng.logUniform(0.08F, 0.7F);
            }
            p[9] = leaf ? rng.uniform(-0.3F, 0.3F) : 0;
            s.bound = 1.42F;
            break;
        }
    }
    return s;
}

}  // namespace fs2::kernels
