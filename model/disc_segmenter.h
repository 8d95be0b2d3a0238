// DiscSegmenter: the double that needs no weights. A positive click adds a disc, a negative one
// takes a disc away, a box is filled; through a clip a mask sways by whole pixels. For tests and
// for builds without torch. One thread.
#pragma once
#include "model/memory/memory_ledger.h"
#include "model/segmenter.h"

namespace fs2 {

class DiscSegmenter : public Segmenter {
  public:
    SegmenterInfo info() const override;
    Result<void> prefetch(const Frame& frame, std::stop_token stop) override;
    /// Discs have a tenth of the shorter side as radius (at least 2 pixels). A single positive
    /// click has two more readings: half and double the radius. The prior is not used.
    Result<Prediction> predict(const Frame& frame, const Prompt& prompt,
                               const Mask& prior) override;

    StreamingMemory* memory() override { return &memory_; }
    Result<void> remember(const Frame& frame, const std::vector<KnownMask>& masks) override;
    /// The remembered mask nearest in time (of two as near the earlier one), moved right by
    /// frame % kSway - remembered frame % kSway pixels. Score .9, presence 1, quality .9.
    Result<std::vector<TrackedMask>> step(const Frame& frame, const std::vector<ObjectId>& objects,
                                          std::stop_token stop) override;
    static constexpr int kSway = 8;

  private:
    MemoryLedger memory_{"none"};
};

}  // namespace fs2
