// Quick validation during a run: IoU after 1 and 3 most-interior clicks on packed pictures at the
// pool's scale, batched on the device. It follows MODEL.md part D but for the pictures' size; the
// scores that are published come from `eval interactive`. One thread.
#pragma once
#include <memory>

#include "model/fastsam2/nets.h"
#include "training/batch.h"

namespace fs2 {

struct ValidationScore {
    int objects = 0;
    double iou1 = 0;  ///< mean over objects, 0 to 1
    double iou3 = 0;
};

/// Scores `net` (set to eval mode) on up to `objects` objects of the pool.
ValidationScore validate(FastSam2& net, const SamplePool& pool, torch::Device device, int objects, bool half);

}  // namespace fs2
