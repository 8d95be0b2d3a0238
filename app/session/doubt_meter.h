// DoubtMeter: how doubtful each mask of a run is, from what the model says and from the frame before. Owned by a
// run; inference thread.
#pragma once
#include <map>
#include <vector>

#include "annotation/core/prediction.h"
#include "annotation/core/records.h"

namespace fs2 {

class DoubtMeter {
  public:
    struct Reading {
        float value = 0;  ///< 0 to 1
        DoubtCause cause = DoubtCause::None;
    };
    /// Of the masks of one frame, in their order; remembers them as the frame before.
    std::vector<Reading> read(const std::vector<TrackedMask>& masks);
    /// A mask that a person made is the frame before of what follows.
    void see(ObjectId object, const Mask& mask) { before_[object] = mask; }

  private:
    Reading readOne(const TrackedMask& mask) const;
    std::map<ObjectId, Mask> before_;
};

}  // namespace fs2
