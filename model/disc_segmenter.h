// DiscSegmenter: the double that needs no weights. A positive click adds a disc, a negative one takes a
// disc away, a box is filled. For tests and for builds without torch. One thread.
#pragma once
#include "model/segmenter.h"

namespace fs2 {

class DiscSegmenter : public Segmenter {
  public:
    SegmenterInfo info() const override;
    Result<void> prefetch(const Frame& frame, std::stop_token stop) override;
    /// Discs have a tenth of the shorter side as radius (at least 2 pixels). A single positive click has
    /// two more readings: half and double the radius. The prior is not used.
    Result<Prediction> predict(const Frame& frame, const Prompt& prompt, const Mask& prior) override;
};

}  // namespace fs2
