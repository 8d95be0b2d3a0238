// Golden cases: recorded tensors of the published RAP-SAM, and the network run against them. A folder
// holds NAME.json and NAME.npz of each case (a picture, prompts, a clip), and optionally unit.json,
// unit.npz and vis.npz (single operators, post-processing, video). Weights and pictures are formulas of
// their names (golden_formula.h), so any other case of the same rules runs too. No torch in this header.
// One thread.
#pragma once
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

struct GoldenLine {
    std::string name;     ///< case and tensor, as o1/obj.s3.kern
    double worst = 0;     ///< largest difference, in the unit that `allowed` has
    double allowed = 0;   ///< see `measure`
    std::string measure;  ///< of absmax, pixels, flips, score … ; or why it could not be compared
    bool holds = false;
};

struct GoldenOptions {
    std::string device = "cpu";
    int threads = 0;               ///< 0 = all cores
    bool folded = false;           ///< BatchNorms baked in, as at inference; the tolerance stays
    std::vector<std::string> only; ///< cases to run; empty = all
    std::stop_token stop = {};
};

struct GoldenReport {
    std::vector<GoldenLine> lines;
    double seconds = 0;
    bool holds() const;
};

/// Errors: NotFound (no case), Unreadable, BadRequest, Unsupported (device), OutOfMemory, Cancelled.
Result<GoldenReport> runGolden(const std::string& folder, const GoldenOptions& options);
std::string goldenTable(const GoldenReport& report);
std::string goldenJson(const GoldenReport& report);

}  // namespace fs2
