// propagate: one run of masks through a clip, as the window does it: memory in step with what is known,
// confirmed masks kept as they are, every other frame one step. Shared by `track` and `serve`. Main thread.
#pragma once
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/cli/clip_media.h"
#include "model/segmenter.h"

namespace fs2::cli {

struct RunObject {
    ObjectId id;
    int from = 0;  ///< its first frame of the run, in the run's direction
};

struct RunPlan {
    int from = 0;
    int to = 0;  ///< included; below `from` the run goes backward
    std::vector<RunObject> objects;
    std::vector<KnownMask> known;  ///< all that the document has of these objects
};

/// What a run found on one frame: the objects whose turn has come, in the plan's order.
struct RunFrame {
    int frame = 0;
    std::vector<TrackedMask> masks;
    std::string lost;  ///< why the frame cannot be read; its masks are then missing
};

/// Calls `take` for each frame, in the run's order; a confirmed mask comes as it was given. A frame that
/// cannot be read is told and passed over. An error ends the run: what `take` got stands; Cancelled.
Result<void> propagate(Segmenter& segmenter, ClipMedia& media, const RunPlan& plan,
                       const std::function<void(const RunFrame&)>& take, std::stop_token stop);

}  // namespace fs2::cli
