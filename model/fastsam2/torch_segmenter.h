// The Segmenter of the network fastsam2_s on LibTorch; made by the factory of model/segmenter.h.
#pragma once
#include <memory>

#include "model/segmenter.h"

namespace fs2 {

/// Errors: NotFound, Unreadable, WrongModel, Unsupported (no such device), OutOfMemory.
Result<std::unique_ptr<Segmenter>> makeTorchSegmenter(const SegmenterOptions& options);

}  // namespace fs2
