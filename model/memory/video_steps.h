// VideoSteps: one network's run through a clip: what a frame is given to remember, and the step to
// the next frame (MODEL.md part A): read, decode, masks, and last of all commit. LibTorch. Owned by
// a Segmenter; its functions run under inference mode on the Segmenter's thread and throw
// (torch_runtime.h).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "annotation/core/prediction.h"
#include "model/fastsam2/feature_cache.h"
#include "model/memory/memory_bank.h"

namespace fs2 {

class VideoSteps {
  public:
    /// The network has a memory, and is where its tensors are to be kept.
    VideoSteps(FastSam2 net, const std::string& weightsId);
    MemoryBank& bank() { return bank_; }

    /// Pins masks of a frame; all of its size.
    void remember(FrameIndex frame, const EncodedPicture& picture,
                  const std::vector<KnownMask>& masks);

    struct Hooks {
        std::function<void()> between;  ///< between the stages; may throw to stop the work
        std::function<void(const char* phase)> lap;  ///< a phase is over
    };
    /// The masks of known objects on the next frame.
    std::vector<TrackedMask> step(FrameIndex frame, const EncodedPicture& picture,
                                  const std::vector<ObjectId>& objects, const Hooks& hooks);

  private:
    struct Outcome;
    torch::Tensor previousLogits(FrameIndex frame, const WorkingSize& size,
                                 const std::vector<ObjectId>& objects) const;
    void follow(FrameIndex frame, const EncodedPicture& picture, const ReadGroup& group,
                const std::vector<ObjectId>& objects, torch::Tensor& key,
                std::vector<Outcome>& outcomes);

    FastSam2 net_;
    MemoryBank bank_;
};

}  // namespace fs2
