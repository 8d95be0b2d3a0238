// The numbers of one procedural scene: its style, layers, textures, and how they are drawn from the
// random generator. Lengths are pixels of the picture unless called local (units of the shape's
// radius). Internal to training/cuda.
#pragma once

#include "training/cuda/shapes.h"
#include "training/cuda/textures.h"

namespace fs2::kernels {

enum class Group : std::int32_t { None, Grid, Voronoi };
enum class Combine : std::int32_t { None, Union, Difference, Smooth };

struct Layer {
    // place: local = m * (pixel - centre)
    float cx = 0, cy = 0, radius = 1, angle = 0, aspect = 1;
    bool mirrored = false;
    float m[4] = {};
    float pixel = 1;  // local units per pixel
    float reach = 0;  // nothing is drawn further than this from the centre, shadow included
    // form
    Shape a, b;
    Combine combine = Combine::None;
    float bm[6] = {};  // local of a -> local of b
    float warp = 0, warpScale = 1;
    std::uint32_t seed = 0;
    Group group = Group::None;
    int nx = 1, ny = 1;
    float fill = 0.8F, jitter = 0, missing = 0, stagger = 0, gap = 0;
    bool oneLabel = false;  // the whole group is one label (a line of text, a pattern)
    int parent = -1;        // layer whose inside clips this one
    int label = 0, labels = 1;
    // look
    Texture texture;
    float instanceTint = 0;
    float soft = 1, opacity = 1;
    float inflate = 0, inflateWidth = 10, shine = 0;  // fake relief
    float slopeX = 0, slopeY = 0;                     // gradient of light across the object
    float rim = 0, rimWidth = 4, outline = 0;
    float shadow = 0, shadowX = 0, shadowY = 0, shadowSoft = 4;
    bool pulled = false;
    float pull = 0;
};

struct Scene {
    int layers = 0;
    Texture ground;
    float lightX = 0, lightY = 0, lightZ = 1;
    float ambient = 0, ambientScale = 0.01F, vignette = 0, slopeX = 0, slopeY = 0;
    Rgb tint;  // coloured part of the ambient light
    std::uint32_t seed = 0;
    Layer layer[kSceneLayers];
};

FS2_HD inline Rgb hsv(float h, float s, float v) {
    h -= floorf(h);
    const float r = clampf(fabsf(h * 6 - 3) - 1, 0, 1), g = clampf(2 - fabsf(h * 6 - 2), 0, 1),
                b = clampf(2 - fabsf(h * 6 - 4), 0, 1);
    return {v * (1 - s + s * r), v * (1 - s + s * g), v * (1 - s + s * b)};
}

// What the layers of a scene have in common; every lane draws the same one.
enum class SceneKind : std::int32_t { Simple, Medium, Clutter, Land, Swarm, Facade, Portrait };
struct Style {
    SceneKind kind = SceneKind::Medium;
    int layers = 8, grounds = 0;
    float smallest = 0.1F, largest = 0.8F;  // radius / (size / 2)
    float upright = 0.5F, groups = 0.1F, children = 0.3F, repeats = 0.2F;
    float contrast = 1, soft = 1, shadows = 0.2F, relief = 0.5F, pulled = 0.4F, focus = 0;
    float lightAngle = 0, shadowLength = 6;
    Rgb palette[5];
};

FS2_HD inline Style drawStyle(Rng& rng, int size) {
    Style s;
    const float u = rng.uniform();
    s.kind = u < 0.17F   ? SceneKind::Simple
             : u < 0.42F ? SceneKind::Medium
             : u < 0.62F ? SceneKind::Clutter
             : u < 0.74F ? SceneKind::Land
             : u < 0.84F ? SceneKind::Swarm
             : u < 0.92F ? SceneKind::Facade
                         : SceneKind::Portrait;
    switch (s.kind) {
        case SceneKind::Simple:
            s.layers = rng.between(2, 5), s.smallest = 0.35F, s.largest = 1.3F;
            break;
        case SceneKind::Medium:
            s.layers = rng.between(5, 11), s.smallest = 0.16F, s.largest = 1.1F;
            break;
        case SceneKind::Clutter:
            s.layers = rng.between(12, 16), s.smallest = 0.13F, s.largest = 0.9F, s.repeats = 0.35F;
            break;
        case SceneKind::Land:
            s.grounds = rng.between(1, 4), s.layers = s.grounds + rng.between(3, 11),
            s.smallest = 0.11F, s.largest = 0.8F, s.upright = 0.85F;
            break;
        case SceneKind::Swarm:
            s.layers = rng.between(4, 9), s.smallest = 0.3F, s.largest = 1.3F, s.groups = 0.75F,
            s.children = 0.1F;
            break;
        case SceneKind::Facade:
            s.layers = rng.between(6, 13), s.smallest = 0.16F, s.largest = 1.1F, s.upright = 1,
            s.groups = 0.4F;
            break;
        case SceneKind::Portrait:
            s.layers = rng.between(4, 9), s.smallest = 0.5F, s.largest = 1.2F, s.children = 0.75F,
            s.upright = 0.8F, s.focus = rng.uniform(0, 5);
            break;
    }
    s.contrast = rng.logUniform(0.5F, 1.4F);
    s.soft = rng.chance(0.6F) ? 1.2F : rng.uniform(1, 4);
    s.shadows = rng.chance(0.4F) ? 0 : rng.uniform(0.1F, 0.9F);
    s.relief = rng.uniform();
    s.pulled = rng.chance(0.5F) ? 0.4F : rng.uniform(0.1F, 0.7F);
    s.lightAngle = rng.uniform(0, 2 * kPi);
    s.shadowLength = rng.logUniform(0.006F, 0.06F) * float(size);
    const float hue = rng.uniform(), spread = rng.logUniform(0.04F, 1),
                saturation = 0.05F + 0.85F * rng.uniform() * rng.uniform();
    const float dark = rng.uniform(0.03F, 0.4F), bright = rng.uniform(0.55F, 1);
    for (Rgb& c : s.palette) {
        const float sat = rng.chance(0.12F) ? rng.uniform() : saturation * rng.uniform(0.2F, 1.2F);
        const float turn = spread * rng.normal() * 0.4F, value = rng.uniform(dark, bright);
        c = hsv(hue + turn, clampf(sat, 0, 1), value);
    }
    return s;
}

FS2_HD inline Rgb jittered(Rng& rng, Rgb c, float amount) {
    const float g = rng.normal() * amount;
    return clamped({c.r + g + rng.normal() * amount * 0.6F, c.g + g + rng.normal() * amount * 0.6F,
                    c.b + g + rng.normal() * amount * 0.6F});
}

// extent: radius of what it is put on. photos 0 = none.
FS2_HD_CALL inline Texture drawTexture(Rng& rng, const Style& style, float extent, float photoShare,
                                       const PhotoPool& pool) {
    Texture t;
    t.seed = rng.bits();
    t.c0 = jittered(rng, style.palette[rng.below(5)], 0.07F);
    const float colour = style.contrast * rng.logUniform(0.02F, 0.3F),
                light = style.contrast * rng.logUniform(0.03F, 0.45F);
    const float g = rng.normal() * light;
    t.c1 = clamped({t.c0.r + g + rng.normal() * colour, t.c0.g + g + rng.normal() * colour,
                    t.c0.b + g + rng.normal() * colour});
    if (rng.chance(0.25F)) t.c1 = jittered(rng, style.palette[rng.below(5)], 0.05F);
    t.c2 = jittered(rng, rng.chance(0.5F) ? t.c1 : style.palette[rng.below(5)], 0.1F);
    t.mean = mix(t.c0, t.c1, 0.5F);
    float angle = rng.uniform(0, 2 * kPi);
    if (rng.chance(0.4F)) {  // nearly along the picture's axes
        const float tilt = 0.05F * rng.normal();
        angle = 0.5F * kPi * float(rng.below(4)) + tilt;
    }
    const float c = cosf(angle), s = sinf(angle);
    if (rng.chance(photoShare)) {
        t.kind = TextureKind::Photo;
        t.photo = rng.below(pool.count);
        const float h = float(pool.sizes[2 * t.photo]), w = float(pool.sizes[2 * t.photo + 1]);
        const float step = rng.logUniform(0.35F, 2.2F) * (rng.chance(0.5F) ? 1 : minf(w, h) / 512);
        t.m[0] = c * step, t.m[1] = -s * step, t.m[2] = s * step, t.m[3] = c * step;
        t.at[0] = rng.uniform(0, w), t.at[1] = rng.uniform(0, h);
        Rgb sum;
        for (int i = 0; i < 16; ++i) {
            const float x = rng.normal() * extent * 0.5F * step,
                        y = rng.normal() * extent * 0.5F * step;
            sum = sum + photoColour(pool, t.photo, t.at[0] + x, t.at[1] + y);
        }
        t.mean = sum * (1.0F / 16);
        t.gain = rng.chance(0.5F) ? 1 : rng.uniform(0.5F, 1.3F);
        t.pull = rng.chance(0.5F) ? 0 : rng.uniform(0, 0.6F);
        t.mean = mix(t.mean, t.c0, t.pull);
        if (t.pull == 0.0F) t.c0 = t.mean;
        return t;
    }
    const float weights[11] = {0.14F, 0.23F, 0.08F, 0.03F, 0.18F, 0.08F,
                               0.06F, 0.05F, 0.05F, 0.06F, 0.04F};
    float u = rng.uniform();
    int kind = 0;
    while (kind < 10 && (u -= weights[kind]) > 0) ++kind;
    t.kind = TextureKind(kind);
    float wave = maxf(extent * rng.logUniform(0.06F, 1.3F), 3);  // wavelength, pixels
    if (t.kind == TextureKind::Fine) wave = rng.logUniform(1.5F, 5);
    if (t.kind == TextureKind::Gradient) wave = extent * rng.uniform(0.5F, 1.6F);
    t.octaves = clampi(int(log2f(wave / 1.4F)) + 1, 1, 6);
    t.persistence = rng.uniform(0.35F, 0.75F);
    t.warp = rng.chance(0.3F) ? 0 : rng.uniform(0, 1.5F);
    t.sharp = rng.logUniform(0.6F, 5);
    const float stretch = rng.chance(0.35F) ? rng.logUniform(1, 8) : 1, fx = 2 / (wave * stretch),
                fy = 2 / wave;
    t.m[0] = c * fx, t.m[1] = -s * fx, t.m[2] = s * fy, t.m[3] = c * fy;
    t.at[0] = rng.uniform(-50, 50), t.at[1] = rng.uniform(-50, 50);
    t.a = rng.uniform(), t.b = rng.uniform();
    switch (t.kind) {
        case TextureKind::Stripes:
            t.a = stretch * rng.uniform(1.5F, 4);
            break;
        case TextureKind::Checks:
            t.a = 2.5F * stretch, t.b = 2.5F * rng.logUniform(0.6F, 1.6F);
            break;
        case TextureKind::Gradient:
            t.at[0] = rng.normal() * 0.3F, t.a = 1;
            break;
        case TextureKind::Spots:
            t.a = rng.uniform(-0.1F, 0.45F);
            break;
        case TextureKind::Wood:
            t.a = rng.uniform(3, 14);
            t.at[0] *= 0.1F, t.at[1] *= 0.1F;
            break;
        case TextureKind::Bricks:
            t.a = rng.uniform(0.3F, 1) * stretch, t.b = rng.uniform(0.6F, 1.4F);
            t.warp *= 0.6F;
            break;
        default:
            break;
    }
    if (rng.chance(0.5F))
        t.cloud = rng.uniform(0, 0.7F),
        t.cloudScale = 1 / maxf(extent * rng.uniform(0.3F, 1.5F), 4);
    if (rng.chance(0.5F))
        t.grain = rng.uniform(0, 0.06F), t.grainStep = rng.chance(0.6F) ? 1 : rng.uniform(1, 3.5F);
    return t;
}

FS2_HD inline ShapeKind drawKind(Rng& rng, SceneKind scene) {
    //                    Star   Blob  Poly  Super  Box   Stroke Creat. Branch Terr. Julia Glyph
    //                    Flower Profile
    const float any[13] = {.17F, .11F, .13F, .10F, .06F, .09F, .13F,
                           .05F, 0,    .02F, .02F, .04F, .08F};
    const float facade[13] = {.02F, .02F, .17F, .17F, .38F, .05F, .02F,
                              .02F, 0,    0,    .08F, .02F, .05F};
    const float swarm[13] = {.34F, .12F, .08F, .24F, .04F, .03F, .05F,
                             .01F, 0,    .01F, .02F, .03F, .03F};
    const float portrait[13] = {.14F, .04F, .04F, .10F, .04F, .04F, .34F,
                                .02F, 0,    0,    0,    .02F, .22F};
    const float* w = scene == SceneKind::Facade     ? facade
                     : scene == SceneKind::Swarm    ? swarm
                     : scene == SceneKind::Portrait ? portrait
                                                    : any;
    float u = rng.uniform();
    int k = 0;
    while (k < 12 && (u -= w[k]) > 0) ++k;
    return k == int(ShapeKind::Terrain) ? ShapeKind::Star : ShapeKind(k);
}

// Recomputes what follows from centre, radius, angle, aspect and shape.
FS2_HD inline void place(Layer& l) {
    const float c = cosf(l.angle), s = sinf(l.angle),
                ax = (l.mirrored ? -1.0F : 1.0F) / (l.radius * l.aspect), ay = l.aspect / l.radius;
    l.m[0] = c * ax, l.m[1] = s * ax, l.m[2] = -s * ay, l.m[3] = c * ay;
    l.pixel = 1 / l.radius;
    float bound = l.group == Group::None   ? l.a.bound
                  : l.group == Group::Grid ? 1.5F
                                           : minf(l.a.bound, 2);
    if (l.combine != Combine::None && l.combine != Combine::Difference) bound = maxf(bound, 2.1F);
    l.reach = l.radius * maxf(l.aspect, 1 / l.aspect) * (bound + l.warp) + 2 * l.soft + 2;
    if (l.shadow > 0) l.reach += length2(l.shadowX, l.shadowY) + l.shadowSoft;
}

FS2_HD inline void drawGroup(Rng& rng, const Style& style, Layer& l) {
    const bool text = rng.chance(style.kind == SceneKind::Facade ? 0.3F : 0.12F);
    l.nx = text ? rng.between(4, 12) : rng.between(2, 7),
    l.ny = text ? rng.between(1, 5) : rng.between(1, 7);
    if (text) {
        l.group = Group::Grid;
        l.a = drawShape(rng, ShapeKind::Glyph);
        l.fill = rng.uniform(0.75F, 1), l.jitter = rng.uniform(0, 0.06F);
        l.aspect = sqrtf(float(l.nx) * 0.8F / float(l.ny));
        l.oneLabel = rng.chance(0.6F), l.missing = 0.15F;
    } else if (rng.chance(0.25F)) {
        l.group = Group::Voronoi;
        l.nx = l.ny = rng.between(2, 6);
        l.gap = rng.chance(0.4F) ? 0 : rng.uniform(0, 0.12F);
        l.jitter = rng.uniform(0.4F, 1), l.missing = rng.chance(0.4F) ? rng.uniform(0, 0.5F) : 0;
    } else {
        l.group = Group::Grid;
        l.fill = rng.uniform(0.45F, 0.98F);
        l.jitter = rng.chance(0.3F) ? 0 : rng.uniform(0, 1);
        l.missing = rng.chance(0.4F) ? 0 : rng.uniform(0, 0.5F);
        l.stagger = rng.chance(0.3F) ? 0.5F : 0;
        l.aspect = sqrtf(float(l.nx) / float(l.ny)) * rng.uniform(0.85F, 1.15F);
        if (style.kind == SceneKind::Facade) l.jitter *= 0.05F, l.missing *= 0.3F;
        l.oneLabel = rng.chance(0.1F);
    }
    l.radius = maxf(l.radius, 0.012F * l.radius + 9 * sqrtf(float(l.nx * l.ny)));
    l.instanceTint = rng.chance(0.5F) ? 0 : rng.uniform(0, 0.15F);
}

// The part of layer k that does not depend on the others.
// k < style.layers.
FS2_HD inline void drawLayer(Rng& rng, const Style& style, int k, int size, float photoShare,
                             const PhotoPool& pool, Layer& l) {
    const float half = 0.5F * float(size);
    l.seed = rng.bits();
    l.cx = half * (1 + 0.92F * rng.uniform(-1, 1)), l.cy = half * (1 + 0.92F * rng.uniform(-1, 1));
    // big things lie further back
    const float depth = style.layers > 1 ? float(k) / float(style.layers - 1) : 0;
    const float top = style.largest * mixf(1, 0.6F, depth),
                bottom = minf(style.smallest * mixf(2.2F, 1, depth), top);
    l.radius = half * rng.logUniform(bottom, top);
    l.angle = rng.chance(style.upright) ? rng.normal() * 0.08F : rng.uniform(0, 2 * kPi);
    l.aspect = rng.chance(0.5F) ? 1 : expf(rng.uniform(-0.45F, 0.45F));
    l.mirrored = rng.chance(0.5F);
    const bool ground = k < style.grounds;
    if (ground) {
        l.a = drawShape(rng, ShapeKind::Terrain);
        l.radius = half, l.aspect = 1;
        const float upper = rng.uniform(0.1F, 0.6F), lower = rng.uniform(0.4F, 0.95F);
        l.cx = half, l.cy = float(size) * mixf(upper, lower, float(k) / float(style.grounds));
        l.angle = rng.chance(0.85F) ? rng.normal() * 0.1F : rng.uniform(0, 2 * kPi);
    } else if (style.kind == SceneKind::Portrait && k == 0) {
        l.a = drawShape(rng, drawKind(rng, style.kind));
        l.cx = half * (1 + 0.3F * rng.normal()), l.cy = half * (1 + 0.3F * rng.normal());
        l.radius = half * rng.uniform(0.6F, 1.1F);
    } else {
        l.a = drawShape(rng, drawKind(rng, style.kind));
        if (l.a.kind == ShapeKind::Box && rng.chance(0.5F)) l.angle = rng.normal() * 0.05F;
        if (l.a.kind == ShapeKind::Stroke) l.radius *= 1.6F;
        if (rng.chance(style.groups)) {
            drawGroup(rng, style, l);
        } else if (rng.chance(0.3F)) {
            l.b = drawShape(rng, drawKind(rng, style.kind));
            const float v = rng.uniform(), th = rng.uniform(0, 2 * kPi),
                        scale = rng.uniform(1.1F, 2.4F), d = rng.uniform(0.2F, 0.9F);
            const float at = rng.uniform(0, 2 * kPi), c = cosf(th) * scale, s = sinf(th) * scale;
            l.combine = v < 0.35F  ? Combine::Union
                        : v < 0.7F ? Combine::Difference
                                   : Combine::Smooth;
            l.bm[0] = c, l.bm[1] = s, l.bm[2] = -s, l.bm[3] = c;
            l.bm[4] = -(c * cosf(at) + s * sinf(at)) * d,
            l.bm[5] = -(-s * cosf(at) + c * sinf(at)) * d;
        }
    }
    if (!ground && rng.chance(style.kind == SceneKind::Facade ? 0.05F : 0.3F)) {
        l.warp = rng.logUniform(0.02F, 0.25F), l.warpScale = rng.uniform(1, 6);
    }
    float extent = ground ? half : l.radius;
    if (l.group == Group::Grid) extent = maxf(l.radius / float(maxi(l.nx, l.ny)), 4);
    l.texture = drawTexture(rng, style, extent, photoShare, pool);
    l.pulled = rng.chance(style.pulled), l.pull = rng.uniform(0.4F, 0.95F);
    l.soft = style.soft + (style.focus > 0 && k > 0 && rng.chance(0.15F) ? 2 * style.focus : 0);
    l.opacity = rng.chance(0.05F) ? rng.uniform(0.5F, 0.9F) : 1;
    if (!ground) {
        if (rng.chance(style.relief)) {
            l.inflate = rng.uniform(0.2F, 1),
            l.inflateWidth = maxf(extent * rng.logUniform(0.08F, 0.9F), 2);
            l.shine = rng.chance(0.3F) ? rng.uniform(0, 0.6F) : 0;
        }
        if (rng.chance(0.6F)) {
            const float a = rng.chance(0.7F) ? style.lightAngle : rng.uniform(0, 2 * kPi),
                        g = rng.uniform(0, 0.5F);
            l.slopeX = g * cosf(a) / extent, l.slopeY = g * sinf(a) / extent;
        }
        if (rng.chance(0.2F))
            l.rim = rng.uniform(-0.5F, 0.4F),
            l.rimWidth = maxf(extent * rng.uniform(0.02F, 0.2F), 1.5F);
        if (rng.chance(0.05F)) l.outline = rng.uniform(0.8F, 3);
        if (rng.chance(style.shadows)) {
            const float d =
                style.shadowLength * (l.group == Group::None ? rng.uniform(0.6F, 1.4F) : 0.4F);
            l.shadow = rng.uniform(0.15F, 0.7F);
            l.shadowX = -d * cosf(style.lightAngle), l.shadowY = -d * sinf(style.lightAngle);
            l.shadowSoft = rng.uniform(0.4F, 1.8F) * d + 2;
        }
    } else {
        l.slopeY = rng.normal() * 0.25F / half;
    }
}

FS2_HD inline void drawBackdrop(Rng& rng, const Style& style, int size, float photoShare,
                                const PhotoPool& pool, Scene& s) {
    const float extent = float(size) * rng.uniform(0.15F, 0.6F);
    s.layers = style.layers;
    s.ground = drawTexture(rng, style, extent, photoShare, pool);
    s.seed = rng.bits();
    const float tilt = rng.uniform(0.3F, 1.1F);
    s.lightX = cosf(style.lightAngle) * sinf(tilt), s.lightY = sinf(style.lightAngle) * sinf(tilt),
    s.lightZ = cosf(tilt);
    s.ambient = rng.chance(0.7F) ? rng.uniform(0, 0.5F) : 0;
    s.ambientScale = rng.uniform(1, 4) / float(size);
    s.vignette = rng.chance(0.3F) ? rng.uniform(0, 0.5F) : 0;
    const float a = rng.uniform(0, 2 * kPi), g = rng.chance(0.5F) ? rng.uniform(0, 0.5F) : 0;
    s.slopeX = g * cosf(a) / float(size), s.slopeY = g * sinf(a) / float(size);
    s.tint = {rng.normal() * 0.12F, rng.normal() * 0.06F, rng.normal() * 0.12F};
}

// Signed distance of layer l at a pixel, in local units, with the member of the group that is
// there.
struct Hit {
    float f = 1e9F;
    std::uint32_t instance = 0;  // random number of the member, 0 for single objects
    int member = 0;
};
FS2_HD_CALL inline Hit layerDistance(const Layer& l, float px, float py) {
    const float dx = px - l.cx, dy = py - l.cy;
    float x = l.m[0] * dx + l.m[1] * dy, y = l.m[2] * dx + l.m[3] * dy;
    if (l.warp > 0) {
        const float wx = noise(x * l.warpScale, y * l.warpScale, l.seed),
                    wy = noise(x * l.warpScale + 31, y * l.warpScale, l.seed ^ 0x5555U);
        x += l.warp * 2 * wx, y += l.warp * 2 * wy;
    }
    Hit hit;
    if (l.group == Group::Grid) {
        const float hx = 1 / float(l.nx), hy = 1 / float(l.ny);
        const int j = clampi(floori((y + 1) * 0.5F * float(l.ny)), 0, l.ny - 1);
        const float shift = j % 2 ? l.stagger * hx : 0;
        const int i = clampi(floori((x - shift + 1) * 0.5F * float(l.nx)), 0, l.nx - 1);
        const std::uint32_t h = lattice(i, j, l.seed);
        hit.member = j * l.nx + i;
        hit.instance = h | 1U;
        if (unit(mix32(h + 17)) < l.missing) return hit;
        // the cell in units that look square on the picture
        const float sx = l.aspect, sy = 1 / l.aspect, cell = minf(hx * sx, hy * sy);
        const float scale =
            cell * l.fill / maxf(l.a.bound, 1) * (1 - 0.35F * l.jitter * unit(mix32(h + 5)));
        const float room = maxf(1 - l.fill, 0.05F) * l.jitter;
        float qx = (x - shift - (2 * float(i) + 1) * hx + 1) * sx -
                   room * cell * (float(h & 0xffU) / 127.5F - 1);
        float qy = (y - (2 * float(j) + 1) * hy + 1) * sy -
                   room * cell * (float((h >> 8) & 0xffU) / 127.5F - 1);
        const float turn = l.jitter * 1.5F * (float((h >> 16) & 0xffU) / 127.5F - 1),
                    c = cosf(turn), s = sinf(turn);
        const float tx = (qx * c + qy * s) / scale;
        qy = (qy * c - qx * s) / scale;
        hit.f = shapeDistance(l.a, tx, qy, h) * scale;
        return hit;
    }
    hit.f = shapeDistance(l.a, x, y, 0);
    if (l.group == Group::Voronoi) {
        const float n = 0.5F * float(l.nx);
        const Cell c = cellNoise(x * n, y * n, l.seed, l.jitter);
        const int w = l.nx + 2, o = l.nx / 2 + 1;
        hit.member = clampi(c.y + o, 0, w - 1) * w + clampi(c.x + o, 0, w - 1);
        hit.instance = c.id | 1U;
        hit.f =
            unit(mix32(c.id + 17)) < l.missing ? 1e9F : maxf(hit.f, (l.gap - c.edge) * 0.5F / n);
        return hit;
    }
    if (l.combine != Combine::None) {
        const float g = shapeDistance(l.b, l.bm[0] * x + l.bm[1] * y + l.bm[4],
                                      l.bm[2] * x + l.bm[3] * y + l.bm[5], 0) /
                        length2(l.bm[0], l.bm[1]);
        hit.f = l.combine == Combine::Union        ? minf(hit.f, g)
                : l.combine == Combine::Difference ? maxf(hit.f, -g)
                                                   : smoothMin(hit.f, g, 0.25F);
    }
    return hit;
}

// What depends on the layers below: parts inside their whole, repeated objects, colours drawn
// towards what lies underneath, label numbers.
FS2_HD inline void resolveLayers(Rng& rng, const Style& style, int size, Scene& s) {
    int next = 1;
    for (int k = 0; k < s.layers; ++k) {
        Layer& l = s.layer[k];
        const bool ground = k < style.grounds;
        int whole = -1;
        if (!ground && k > style.grounds) {
            const int before =
                s.layer[k - 1].parent >= 0 && rng.chance(0.75F) ? s.layer[k - 1].parent : k - 1;
            if (s.layer[before].group == Group::None && before >= style.grounds &&
                rng.chance(style.children))
                whole = before;
        }
        if (whole >= 0) {
            const Layer& p = s.layer[whole];
            l.parent = whole;
            // aim for a point inside the whole
            for (int tries = 0; tries < 6; ++tries) {
                l.cx = p.cx + rng.uniform(-0.8F, 0.8F) * p.radius,
                l.cy = p.cy + rng.uniform(-0.8F, 0.8F) * p.radius;
                if (layerDistance(p, l.cx, l.cy).f < 0) break;
            }
            const float r = maxf(p.radius * rng.logUniform(0.15F, 0.8F), 5);
            l.texture.cloudScale *= l.radius / r, l.inflateWidth *= r / l.radius;
            l.radius = l.group == Group::None ? r : maxf(r, 0.5F * p.radius);
            l.shadow = 0;
        } else if (!ground && k > style.grounds && rng.chance(style.repeats)) {
            const Layer& o = s.layer[k - 1];
            if (o.parent < 0 && o.group == Group::None) {
                const float cx = l.cx, cy = l.cy, angle = l.angle;
                const bool near = rng.chance(0.6F), sameColour = rng.chance(0.75F);
                const Texture own = l.texture;
                l = o;
                if (!sameColour) l.texture = own;
                l.texture.at[0] += 7.3F;
                l.cx = near ? o.cx + rng.uniform(-2, 2) * o.radius : cx,
                l.cy = near ? o.cy + rng.uniform(-2, 2) * o.radius : cy;
                if (rng.chance(0.5F)) l.angle = angle;
                l.mirrored = rng.chance(0.5F);
                l.radius = o.radius * rng.uniform(0.75F, 1.25F);
            }
        }
        if (whole < 0 && !ground) {  // the centre stays in the picture
            l.cx = clampf(l.cx, 0, float(size)), l.cy = clampf(l.cy, 0, float(size));
        }
        if (l.pulled && l.texture.kind != TextureKind::Photo) {
            Rgb under = s.ground.mean;
            for (int i = k - 1; i >= 0; --i) {
                if (layerDistance(s.layer[i], l.cx, l.cy).f < 0) {
                    under = s.layer[i].texture.mean;
                    break;
                }
            }
            Texture& t = l.texture;
            const Rgb by = (under + t.mean * -1.0F) * l.pull;
            t.c0 = clamped(t.c0 + by), t.c1 = clamped(t.c1 + by), t.c2 = clamped(t.c2 + by),
            t.mean = clamped(t.mean + by);
        }
        place(l);
        const int members = l.group == Group::Grid      ? l.nx * l.ny
                            : l.group == Group::Voronoi ? (l.nx + 2) * (l.nx + 2)
                                                        : 1;
        l.labels = l.oneLabel || next + members + (s.layers - k) > kSceneLabels ? 1 : members;
        l.label = next;
        next += l.labels;
    }
}

}  // namespace fs2::kernels
