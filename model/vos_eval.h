// vos_eval: J and F (annotation/metrics/contour.h) over clips whose first masks are given; shared by
// `fastsam2 eval vos` and `fastsam2-lab eval vos`, which differ only in how they read pictures. The masks
// of the first frame are remembered, then every further frame is one step(), in order, at the film's full
// rate; scored in full pixels. One thread.
#pragma once
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "annotation/metrics/contour.h"
#include "annotation/metrics/vos_sequences.h"
#include "model/interactive_eval.h"
#include "model/segmenter.h"

namespace fs2 {

struct VosReport {
    VosScores scores;
    double fps = 0;  ///< frames a second from reading a picture to its masks; scoring is not in it
};

/// The masks of a sequence's frame `place`, one for each of `given` and in that order. Asked for 0, 1, 2 …;
/// at 0 the answer is not scored. `given` are the objects on frame 0.
using VosTrack = std::function<Result<std::vector<Mask>>(
    const VosSequence& sequence, std::size_t place, const std::vector<KnownMask>& given)>;

/// A model with memory; `readers` and `segmenter` outlive the answer. Frame 0 clears its memory and settings
/// become `settings`.
VosTrack trackedBy(Segmenter& segmenter, const MemorySettings& settings, const EvalReaders& readers,
                   std::stop_token stop);
/// Masks that another program made: FOLDER/SEQ/NAME.png with the ids of the first mask.
VosTrack trackedInFolder(const std::string& folder, const EvalReaders& readers);

/// Objects are the ids of a sequence's first mask. 255 is void there (not scored), but where it is the only
/// id the object. The first error ends the run and names the file; Cancelled where `stop` was asked for.
Result<VosReport> evaluateVos(const std::vector<VosSequence>& sequences, const EvalReaders& readers,
                              const VosTrack& track, const EvalProgress& progress, std::stop_token stop);

/// makeSegmenter(); Unsupported for a model without memory.
Result<std::unique_ptr<Segmenter>> makeVideoSegmenter(const SegmenterOptions& options);

struct VosOptions {
    std::string root;
    std::vector<std::string> sequences;  ///< empty = all
    MemorySettings memory;
    int longSide = 0;     ///< SegmenterOptions::videoSize
    std::string answers;  ///< folder of masks to score instead of a model's; empty = none
};
/// All of `eval vos`.
Result<VosReport> runVos(const VosOptions& options, const SegmenterOptions& model, const EvalReaders& readers,
                         const EvalProgress& progress, std::stop_token stop);

/// "long=10,short=5,policy=adaptive,every=5": what is named is changed. BadRequest says what is wrong.
Result<MemorySettings> parseMemorySettings(const std::string& text);

/// The JSON document of CLI.md in one line, and a table for people.
std::string vosJson(const VosReport& report);
std::string vosTable(const VosReport& report);

}  // namespace fs2
