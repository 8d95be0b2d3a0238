// The device side of the training data: procedural scenes, warped photographs, pasted cut-outs,
// photometric augmentation, exact distance transforms and simulated clicks.
//
// Every function runs on the GPU (Where::cuda, built with FS2_CUDA) or as its CPU twin, from the
// same inline arithmetic. All pointers are memory of that device; nothing here owns or allocates
// memory, waits for the device or copies to the host; work is queued on Where::stream. Any thread
// may call. Errors: a wrong size (S not in 16..2048, n < 1, …) or a failed launch throws
// std::runtime_error, as does Where::cuda in a build without FS2_CUDA.
//
// Conventions. Images are planar float (n,3,S,S) in 0..1 until photometric() normalises them.
// Masks (target, valid) are uint8 0/1. Pixel coordinates name pixel centres as integers.
// Everything random is a pure function of (seed, counter, sample index, purpose): the same on both
// devices up to rounding of float arithmetic.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace fs2::kernels {

struct Where {
    bool cuda = false;
    void* stream = nullptr;  // cudaStream_t; null = the default stream. Not used by the CPU twins
};

// The random key of one call. `counter` (may be null) is one uint64 on the device, read inside the
// kernels: a captured CUDA graph draws new samples when the graph itself increments it. Use another
// `value` for every call of a step (scenes 1, photometric 2, …).
struct Seed {
    std::uint64_t value = 0;
    const std::uint64_t* counter = nullptr;
};

enum class DType : std::int32_t { Float32, BFloat16 };
enum class Layout : std::int32_t { Planar, ChannelsLast };  // (n,C,S,S) or (n,S,S,C) in memory

// Photographs on the device; each lies in the top left corner of its P x P canvas.
struct PhotoPool {
    const std::uint8_t* photos = nullptr;  // (N,3,P,P)
    const std::int16_t* labels = nullptr;  // (N,P,P); may be null where only textures are taken
    const std::int32_t* sizes = nullptr;   // (N,2) height, width <= P
    std::int32_t count = 0;                // N; 0 = no pool
    std::int32_t side = 0;                 // P
};

// ------------------------------------------------------------------------------------------ scenes
inline constexpr int kSceneLayers = 16;   // besides the background
inline constexpr int kSceneLabels = 256;  // labels are 0 (background) .. 255

struct SceneOptions {
    float photoTextures =
        0.25F;                   // share of textures that are crops of photographs (0 without pool)
    float childInTarget = 0.7F;  // the target takes the parts that lie inside it
    float backgroundTarget = 0.1F;  // relative weight of the background as target
    float mergedTarget = 0.1F;      // share of targets that are two neighbouring labels
    float smallestTarget = 0.002F;  // share of the picture that a target covers at least
};

std::size_t sceneScratch(int n, int size);  // bytes
// image (n,3,S,S), labels (n,S,S), target and valid (n,S,S); labels and valid may be null.
void renderScenes(Where where, Seed seed, int n, int size, const SceneOptions& options,
                  const PhotoPool& textures, void* scratch, float* image, std::int16_t* labels,
                  std::uint8_t* target, std::uint8_t* valid);

// -------------------------------------------------------------------------------------- real
// photos Output pixel centre (u, v), u and v in 0..S-1, to source pixel centre: x = m[0] u + m[1] v
// + m[2], y = m[3] u + m[4] v + m[5].
struct Affine {
    float m[6] = {1, 0, 0, 0, 1, 0};
};
// The window's middle shows source point (cx, cy); scaleX, scaleY = output pixels per source pixel
// along the output's axes; angle in radians; flip mirrors left and right.
inline Affine windowAffine(float cx, float cy, float scaleX, float scaleY, float angle, bool flip,
                           int size) {
    const float c = std::cos(angle), s = std::sin(angle), ax = (flip ? -1.0F : 1.0F) / scaleX;
    const float ay = 1.0F / scaleY, h = 0.5F * float(size - 1);
    Affine a;
    a.m[0] = c * ax, a.m[1] = -s * ax, a.m[3] = s * ay, a.m[4] = c * ay;
    a.m[2] = cx - a.m[0] * h - a.m[1] * h, a.m[5] = cy - a.m[3] * h - a.m[4] * h;
    return a;
}

struct SampleSpec {
    std::int32_t image = 0;
    std::int32_t labels[3] = {-1, -1, -1};  // the target is the union of these; -1 = unused
    Affine affine;
};

// labels (0 outside the photo) may be null.
void warpSamples(Where where, const PhotoPool& pool, const SampleSpec* specs, int n, int size,
                 float* image, std::int16_t* labels, std::uint8_t* target, std::uint8_t* valid);

// A real object of the pool, for the two choosers below (host only).
struct PoolObject {
    std::int32_t image = 0;
    std::int32_t label = 0;
    std::int32_t area = 0;                        // pixels in the pool
    std::int32_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;  // inclusive
};
// The prototype's choice of scale, place, stretch, rotation, flip, and in 15 % a union with one or
// two of `neighbours` (labels that touch the object). key: any random number.
SampleSpec chooseSample(std::uint64_t key, const PoolObject& object, int height, int width,
                        int size, std::span<const std::int32_t> neighbours = {});

struct PasteSpec {
    std::int32_t image = -1;  // -1 = nothing in this layer
    std::int32_t label = 0;
    Affine affine;
    float gain = 1;  // colour = gain * photo + offset
    float offset[3] = {0, 0, 0};
    float shadow = 0;                // 0..1, strength of the shadow that it casts
    float shadowX = 0, shadowY = 0;  // its offset in output pixels
};
// Good objects have area >= 150 and less than half of their photo; size, place, turn, flip, colour
// and shadow (in 30 %) are drawn here.
PasteSpec choosePaste(std::uint64_t key, const PoolObject& object, int size);

inline constexpr int kPasteLayers = 4;      // at most
inline constexpr int kPastedLabel = 16384;  // label of pasted layer k: kPastedLabel + k
std::size_t pasteScratch(int n, int size);
// specs (n, layers), back to front, onto image/labels/target/valid in place (labels may be null).
// With probability 0.7, or where no more than 150 pixels of the given target remain visible, the
// target becomes one of the pasted objects of more than 150 visible pixels; else it is what remains
// of the given one. Pasted pixels are valid.
void pasteCutouts(Where where, Seed seed, const PhotoPool& pool, const PasteSpec* specs, int n,
                  int layers, int size, void* scratch, float* image, std::int16_t* labels,
                  std::uint8_t* target, std::uint8_t* valid);

// --------------------------------------------------------------------------------------
// photometric
inline constexpr float kMean[3] = {0.46F, 0.45F, 0.42F};
inline constexpr float kStd[3] = {0.26F, 0.255F, 0.26F};

std::size_t photometricScratch(int n);
// image (n,3,S,S) in 0..1 -> output (n,3,S,S) or (n,S,S,3) of the given type: saturation, contrast,
// brightness, white balance, gamma, grey, blur, sharpening, defocus, motion, JPEG, noise; then
// (x - kMean) / kStd, and 0 where valid is 0. strength 0 = only the normalisation, 1 = all.
void photometric(Where where, Seed seed, int n, int size, float strength, const float* image,
                 const std::uint8_t* valid, void* scratch, void* output, DType type, Layout layout);

// ------------------------------------------------------------------------- distances, boxes,
// clicks (n,h,w) 0/1 -> (n,(h+1)/2,(w+1)/2), the maximum of each 2x2 block.
void downsampleMax(Where where, const std::uint8_t* mask, int n, int height, int width,
                   std::uint8_t* half);
// Exact squared Euclidean distance to the nearest pixel that is 0; the frame outside the picture
// counts as 0. Sides <= 2048.
std::size_t distanceScratch(int n, int height, int width);
void distanceSquared(Where where, const std::uint8_t* mask, int n, int height, int width,
                     void* scratch, std::int32_t* squared);

// boxes (n,5): x0, y0, x1, y1 inclusive (S, S, -1, -1 where the mask is empty), area in pixels.
void maskBoxes(Where where, const std::uint8_t* mask, int n, int size, std::int32_t* boxes);

inline constexpr int kMaxClicks = 24;
inline constexpr float kClickRadius = 5;  // of the disks, pixels at the network's scale
inline constexpr float kPriorLogit = 6;   // priors are clamped to -6..6

// The prompts of n samples.
struct ClickState {
    float* clicks = nullptr;  // (n,kMaxClicks,3): x, y, type: 1 positive, 0 negative, -1 none
    std::int32_t* counts = nullptr;  // (n)
    float* boxes = nullptr;  // (n,4): x0, y0, x1, y1 inclusive; x1 < x0 where there is no box
};

struct FirstClickOptions {
    float box = 0.25F;      // share of samples with a box, 60 % of them without a click
    float prior = 0.15F;    // share that starts from a damaged copy of the target as prior
    float interior = 0.6F;  // first click most interior (D > .7 max), else anywhere in the target
    float extra = 0.2F;     // chance of each of up to 3 more positive and 3 negative clicks
};

std::size_t clickScratch(int n, int size);  // for firstClicks and nextClicks
// Begins the prompts. logits (n,S,S) float: +-kPriorLogit where the sample starts from a prior,
// else all 0; hasPrior (n) uint8. A sample with a prior gets its corrective click at once. A sample
// whose target is empty gets no prompt.
void firstClicks(Where where, Seed seed, int n, int size, const FirstClickOptions& options,
                 const std::uint8_t* target, const std::uint8_t* valid, void* scratch,
                 const ClickState& state, float* logits, std::uint8_t* hasPrior);
// Adds to each sample the click that corrects the worst error of logits (n,S,S; > 0 = object), or
// two at once with probability `two`. None is added where nothing is wrong or the list is full.
void nextClicks(Where where, Seed seed, int n, int size, float two, const void* logits, DType type,
                const std::uint8_t* target, const std::uint8_t* valid, void* scratch,
                const ClickState& state);
// maps (n,4,S,S) or (n,S,S,4): {clamp(logit)/6, positive disks, negative disks, box filled}.
// logits may be null (prior 0), and the prior of a sample is dropped with probability `drop`.
void drawClicks(Where where, Seed seed, int n, int size, float drop, const ClickState& state,
                const void* logits, DType logitType, void* maps, DType type, Layout layout);

}  // namespace fs2::kernels
