// The Segmenter of the network fastsam2_s on LibTorch; made by the factory of model/segmenter.h.
#pragma once
#include <memory>

#include "model/segmenter.h"

namespace fs2 {

enum class MissingMemory {
    StaysOut,
    Untrained,  ///< a memory that knows nothing takes the place: times are measured with it
};
/// Errors: NotFound, Unreadable, WrongModel, Unsupported (no such device), OutOfMemory.
Result<std::unique_ptr<Segmenter>> makeTorchSegmenter(const SegmenterOptions& options,
                                                      MissingMemory memory = MissingMemory::StaysOut);

}  // namespace fs2
