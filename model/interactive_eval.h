// interactive_eval: the interactive protocol (annotation/metrics/clicks.h) of a Segmenter over the rows
// of an objects.tsv; shared by `fastsam2 eval interactive` and `fastsam2-lab eval interactive`, which
// differ only in how they read pictures. Work runs on `jobs` threads, each with its own Segmenter; the
// report does not depend on their number.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/id_image.h"
#include "annotation/core/result.h"
#include "annotation/metrics/clicks.h"
#include "annotation/metrics/objects_tsv.h"
#include "model/segmenter.h"

namespace fs2 {

/// How the calling program reads pictures; paths are whole. Called on several threads at once.
struct EvalReaders {
    std::function<Result<Frame>(const std::string& path)> photo;
    std::function<Result<IdImage>(const std::string& path)> ids;
};

enum class EvalSplit { Val, Train, All };

struct EvalOptions {
    std::string root;               ///< folder that the table's paths begin in
    ClickProtocol protocol;
    int perSet = 0;                 ///< objects of each set, spread over its pictures; 0 = all
    int longSide = 0;               ///< larger pictures are reduced to it first; 0 = own size
    EvalSplit split = EvalSplit::Val;
    std::vector<std::string> sets;  ///< empty = all
    int jobs = 1;
};

/// The rows that the options choose, in the table's order: the same ones on every machine.
std::vector<ObjectRow> chooseObjects(const std::vector<ObjectRow>& table, const EvalOptions& options);

/// Makes one Segmenter for a thread, on that thread.
using SegmenterMaker = std::function<Result<std::unique_ptr<Segmenter>>()>;
/// Objects scored so far; called on the caller's thread. May be empty.
using EvalProgress = std::function<void(int done, int total)>;

/// The first error ends the run; it names the file. Cancelled where `stop` was asked for. NotFound for
/// an empty list of rows.
Result<ClickReport> evaluateInteractive(const std::vector<ObjectRow>& rows, const EvalOptions& options,
                                        const EvalReaders& readers, const SegmenterMaker& make,
                                        const EvalProgress& progress, std::stop_token stop);

/// The picture with its long side at most `side` (each pixel the mean of what it covers), or itself.
Frame reduced(const Frame& frame, int side);

/// The JSON document of CLI.md in one line, and a table for people.
std::string evalJson(const ClickReport& report);
std::string evalTable(const ClickReport& report);

}  // namespace fs2
