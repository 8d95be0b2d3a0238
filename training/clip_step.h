// ClipStep: one micro-batch of the task vos: clips, the first frame's mask given, every further frame
// predicted through the memory of those before, and the losses of all of them. LibTorch. One thread.
#pragma once
#include <array>

#include "model/fastsam2/nets.h"
#include "training/clips.h"

namespace fs2 {

enum ClipTerm { kClipTotal, kClipMask, kClipDice, kClipBoundary, kClipPaths, kClipPresence, kClipDpsr,
                kClipTemporal, kClipAlign, kClipIou, kClipTerms };
constexpr std::array<const char*, kClipTerms> kClipNames{
    "total", "mask", "dice", "boundary", "paths", "presence", "dpsr", "temporal", "memory_align", "iou_measured"};

struct ClipLoss {
    torch::Tensor total;  ///< scalar, with gradient
    torch::Tensor terms;  ///< (kClipTerms), detached; the last one is the IoU reached, not a loss
};

class ClipStep {
  public:
    ClipStep(const SamplePool& pool, torch::Device device, const ClipOptions& options, std::uint64_t seed, bool half);
    /// `frozen`: the encoder gets no gradient.
    ClipLoss loss(FastSam2& net, std::uint64_t draw, int clips, int frames, int size, bool frozen);

  private:
    std::uint64_t seed_;
    bool half_;
    ClipMaker maker_;
};

}  // namespace fs2
