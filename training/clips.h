// ClipMaker: short video clips with one tracked object, made on the device from photos, cut-outs
// and procedural scenes: camera, objects, occluders and distractors that move and bend smoothly
// (clip_plan.h), composed layer by layer. Choices are made on the host and uploaded from pinned
// memory; nothing waits for the device. A clip is a function of (seed, draw, its place in the
// batch) and of the pool. One thread.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <torch/types.h>

#include "training/batch.h"
#include "training/clip_plan.h"

namespace fs2 {

/// B clips of T frames. The memory is time-major: x.select(1, t) and
/// x.transpose(0, 1).flatten(0, 1) are views without gaps.
struct ClipBatch {
    /// (B, T, 3, S, S) normalised, channels last, bf16 under AMP, else float.
    torch::Tensor images;
    /// (B, T, S, S) uint8: the tracked object's visible pixels. Not empty on frame 0; empty where
    /// the object has left or is hidden.
    torch::Tensor target;
    torch::Tensor valid;  ///< (B, T, S, S) uint8
    /// (B, T, S, S, 2) float: x, y of the same point of the scene on the frame before (pixel
    /// centres are whole numbers); 0 on frame 0.
    torch::Tensor previous;
    /// (B, T, S, S) uint8: 1 where that place is inside and shows the same layer; 0 on frame 0, and
    /// in real films, where that place is not known.
    torch::Tensor seen;
};

struct ClipOptions {
    double scenes = 0.35;  ///< share of procedural scenes; all where there are no photos
    double films = 0.02;  ///< share of windows of real films; none where there is no film
    int scenePool = 256;  ///< procedural scenes that are kept
    int sceneSide = 512;  ///< pixels
    ClipMotion motion;
};

/// Real films with masks, from shards: a film is a set of its own, its frames in the order of their
/// paths. Errors: those of shards.h.
Result<std::unique_ptr<SamplePool>> loadFilms(const std::vector<std::string>& folders,
                                              torch::Device device, int side);

class ClipMaker {
  public:
    /// Renders the procedural scenes. `photos` and `films` (loadFilms) must outlive the maker.
    ClipMaker(const SamplePool& photos, torch::Device device, const ClipOptions& options,
              std::uint64_t seed, bool half, const SamplePool* films = nullptr);
    ClipBatch make(std::uint64_t draw, int clips, int frames, int size);

  private:
    /// Pictures (T, C, 3, S, S) of 0 to 1 -> normalised, one photometric draw for each clip.
    torch::Tensor developed(const torch::Tensor& image, const torch::Tensor& valid,
                            std::uint64_t key);

    const SamplePool& photos_;
    const SamplePool* films_;
    torch::Device device_;
    ClipOptions options_;
    std::uint64_t seed_;
    bool half_;
    Scratch scratch_;
    std::unique_ptr<SamplePool> scenes_;
    torch::Tensor grain_;  // (3, G, G) normal numbers
};

}  // namespace fs2
