// The Segmenter of the published RAP-SAM networks (rapsam_r50 and those with other backbones); made by the
// factory of model/segmenter.h. No torch in this header.
//
// Clicks and boxes (MODEL.md E.7): the network makes one query of each, and its queries never see one
// another: it was trained on one prompt an object, so a second click cannot correct the mask of the first.
// What several prompts mean is therefore decided here, on their masks:
// - Each positive click says "this too is the object": the object is the union of the masks of the
//   positive clicks and the box. (Their intersection would lose the part that a click was added for.)
// - A negative click's query answers "what is here": its mask is taken away. Where that mask contains a
//   positive click the two are one thing to the network; taking it away would undo the positive click, so
//   it is left.
// The prior mask plays no part. Words alone ask for what the class table says is named so: the queries
// of that class, against the table's other classes; beside a click or a box words change nothing.
// Panoptic segmentation and words need a class table or a text tower (SegmenterOptions::text).
#pragma once
#include <memory>

#include "model/segmenter.h"

namespace fs2 {

/// `options.weightsPath` is a safetensors file. Errors: NotFound, Unreadable, WrongModel, Unsupported (no
/// such network or device), OutOfMemory.
Result<std::unique_ptr<Segmenter>> makeRapSamSegmenter(const SegmenterOptions& options);
/// The same network with weights and classes from a formula, which know nothing: to measure times.
Result<std::unique_ptr<Segmenter>> makeUntrainedRapSam(const SegmenterOptions& options);

}  // namespace fs2
