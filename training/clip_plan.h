// ClipPlan: what moves in a synthetic clip, and how: a photo under a moving camera and up to four
// cut-outs on paths of their own, each bent by a smooth field that changes with time; which of them
// is tracked; when it leaves. Or a window of a real film. Made on the host from random keys alone.
// Pure functions; any thread. Units: pixels, frames, radians.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "training/pool.h"

namespace fs2 {

struct ClipMotion {
    double gone = 0.3;    ///< share of clips whose target leaves, or is hidden, and comes back
    double sparse = 0.4;  ///< share with large steps between frames (4 to 10 % of the picture)
    double still = 0.3;   ///< share whose target is an object of the photo itself
    double distractor = 0.5;  ///< share with a second object of the target's look
};

inline constexpr int kClipLayers = 5;  ///< the photo and four cut-outs, back to front
inline constexpr int kBendTerms = 3;   ///< fields that are added with changing weights
inline constexpr int kBendSide = 4;    ///< their nodes along a side

/// A layer at one moment.
struct LayerMoment {
    int image = 0;           ///< of the pool
    kernels::Affine affine;  ///< output pixel -> pixel of that photo, before bending
    std::array<float, kBendTerms> bend{};
    float gain = 1;
};

struct ClipLayer {
    /// Of the cut-out, which is their union; the first is -1 where the layer is empty. The photo
    /// (layer 0) is drawn whole, and these are the object in it that may be tracked.
    std::array<std::int32_t, 3> labels{-1, -1, -1};
    /// Where the bending field lies on the photo.
    float centreX = 0, centreY = 0, halfX = 1, halfY = 1;
    /// (term, x or y, row, column), pixels of the photo.
    std::array<float, kBendTerms * 2 * kBendSide * kBendSide> field{};
    std::array<float, 3> offset{};     ///< of the colours
    float shadow = 0;                  ///< 0 to 1
    std::vector<LayerMoment> moments;  ///< of the frames -1 to T-1
    bool empty() const { return labels[0] < 0; }
};

struct ClipPlan {
    std::array<ClipLayer, kClipLayers> layers;
    int target = 0;     ///< the tracked layer; 0 = the object of the photo
    bool film = false;  ///< real frames: where a point was before is not known
    float shutter = 0;  ///< share of the frame's time in which it is exposed
    float noise = 0;    ///< standard deviation; white is 1
    std::array<float, 3> drift{};  ///< change of each channel's gain over the clip
};

/// `pool` is not empty.
ClipPlan planClip(const SamplePool& pool, std::uint64_t key, int frames, int size,
                  const ClipMotion& motion);

/// A window of a film: a set of `frames` whose samples are in the order of time and whose objects
/// keep their labels. Runs forwards or backwards, every frame or every second or third one, and
/// turns round at its ends.
ClipPlan planFilm(const SamplePool& frames, std::uint64_t key, int count, int size);

}  // namespace fs2
