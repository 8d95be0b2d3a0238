// interactive_eval: the interactive protocol (MODEL.md part D) of a Segmenter over the objects of an
// objects.tsv; shared by `fastsam2 eval interactive` and `fastsam2-lab eval interactive`, which differ
// only in how they read pictures. Work runs on `jobs` threads, each with its own Segmenter; the report
// does not depend on their number. Shares go from 0 to 1.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/objects_table.h"
#include "annotation/core/result.h"
#include "model/segmenter.h"

namespace fs2 {

/// A picture of ids, one channel of 8 or 16 bits, row-major.
struct IdImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> ids;
};

/// How the calling program reads pictures (the arguments are whole paths). Called on several threads.
struct EvalReaders {
    std::function<Result<Frame>(const std::string& path)> photo;
    std::function<Result<IdImage>(const std::string& path)> ids;
};

enum class EvalSplit { Val, Train, All };

struct EvalOptions {
    std::string root;               ///< folder that the table's paths begin in
    bool firstBox = false;          ///< the first prompt is the object's box, and counts as prompt 1
    int maxClicks = 20;
    int perSet = 0;                 ///< objects of each set, spread over its pictures; 0 = all
    int longSide = 0;               ///< pictures larger than this are reduced first; 0 = own size
    EvalSplit split = EvalSplit::Val;
    std::vector<std::string> sets;  ///< empty = all
    int jobs = 1;
};

constexpr std::array<int, 5> kIouAt{1, 2, 3, 5, 10};  ///< prompts after which the IoU is told
constexpr int kNeverReached = 20;                     ///< what counts where an IoU is never reached

struct EvalScore {
    int objects = 0;
    int pictures = 0;  ///< of the set in the chosen split, before the choice of `perSet`
    bool averaged = true;
    double noc85 = 0;
    double noc90 = 0;
    std::map<int, double> iou;  ///< by the number of prompts; only those <= maxClicks
};

struct EvalReport {
    std::map<std::string, EvalScore> sets;
    EvalScore mean;  ///< over the sets with at least three pictures (over all where none has three)
    std::string weightsId;
    std::string device;
    double seconds = 0;
};

/// The rows that the options choose: the same ones on every machine, in the table's order.
std::vector<ObjectRow> chooseObjects(const std::vector<ObjectRow>& table, const EvalOptions& options);

/// Makes one Segmenter for each thread, on that thread.
using SegmenterMaker = std::function<Result<std::unique_ptr<Segmenter>>()>;
using EvalProgress = std::function<void(int done, int total)>;

/// `progress` is called on the caller's thread. Cancelled where `stop` was asked for; the first error
/// of a picture ends the run. Errors name the file.
Result<EvalReport> evaluateInteractive(const std::vector<ObjectRow>& rows, const EvalOptions& options,
                                       const EvalReaders& readers, const SegmenterMaker& make,
                                       const EvalProgress& progress, std::stop_token stop);

/// The JSON document of CLI.md (one line), and the table for people.
std::string evalJson(const EvalReport& report);
std::string evalTable(const EvalReport& report);

}  // namespace fs2
