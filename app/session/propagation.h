// Propagation: one run of a model through a clip, on the inference thread: memory is brought in step with
// the document, the confirmed frames that it lacks are remembered, then each frame is a step; each frame's
// masks are delivered as they come. What a person made is conditioning where the run meets it, and is not
// asked of the model.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <stop_token>
#include <utility>
#include <vector>

#include "app/session/answers.h"
#include "app/session/clip_source.h"
#include "app/session/doubt_meter.h"
#include "model/segmenter.h"

namespace fs2 {

/// Frames from `first` to `last` in this order, both in it.
struct RunLeg {
    FrameIndex first;
    FrameIndex last;
    int step() const { return last < first ? -1 : 1; }
    RunDirection direction() const { return forward ? RunDirection::Forward : RunDirection::Backward; }
    bool forward = true;
};

struct RunRequest {
    JobId job;
    ItemId item;
    std::vector<RunLeg> legs;
    std::vector<ObjectId> objects;
    std::set<ObjectId> existing;                         ///< all of the clip: memory of others is dropped
    std::vector<KnownMask> known;                        ///< all masks of these objects; confirmed = pins
    std::set<std::pair<FrameIndex, ObjectId>> held;      ///< what a person made or accepted
    OpenSource open;
    Frame shown;                                         ///< may be null; see FrameFeed
    std::stop_token stop;
};

class Propagation {
  public:
    Propagation(Segmenter& segmenter, const RunRequest& request, const Deliver& deliver);
    /// Frames that could not be decoded are left out. Cancelled when stopped; what was delivered stands.
    Result<void> run();
    int lost() const { return lost_; }

  private:
    Result<void> runLeg(const RunLeg& leg);
    Result<void> remember(const Frame& picture, FrameIndex frame);
    Result<void> pass(const Frame& picture, FrameIndex frame);
    void forgetRemoved();
    bool knows(FrameIndex frame, ObjectId object) const;
    std::vector<KnownMask> known() const;

    Segmenter& segmenter_;
    const RunRequest& request_;
    const Deliver& deliver_;
    const std::string weights_;
    std::map<FrameIndex, std::vector<KnownMask>> pins_;
    std::map<std::pair<ObjectId, FrameIndex>, KnownMask> known_;  ///< also what the run has made
    DoubtMeter doubts_;
    int lost_ = 0;
    int lostInARow_ = 0;
};

}  // namespace fs2
