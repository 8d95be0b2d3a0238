// bench: times of the interactive path, phase by phase, on one Segmenter; shared by `fastsam2 bench`
// and `fastsam2-lab bench`. The phases inside the model come from SegmenterOptions::onPhase. One
// thread. Milliseconds.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/result.h"
#include "model/segmenter.h"

namespace fs2 {

/// Image: decode and encode a picture, again and again. Click: encode it, then three clicks on it.
enum class BenchTask { Image, Click };

struct BenchOptions {
    BenchTask task = BenchTask::Click;
    int pictures = 20;  ///< measured; three more come first and are not
};

struct PhaseTimes {
    double median = 0;
    double p95 = 0;
    double p99 = 0;
};

struct BenchReport {
    /// decode, upload, encode, decoder, post, to_runs as far as they took place, and the sums
    /// `prefetch` (what opening a picture costs) and `click` (a click on an encoded picture).
    std::map<std::string, PhaseTimes> phases;
    double fps = 0;  ///< pictures (image) or clicks (click) a second, decoding included
    double peakRssMb = 0;
    double peakGpuMb = 0;  ///< reserved by the allocator; 0 on a CPU
    std::string device;
    std::string weightsId;
    int width = 0;
    int height = 0;
};

/// `decode` reads the picture anew at each call (a Frame with a `source` of its own).
Result<BenchReport> runBench(const SegmenterOptions& model, const BenchOptions& options,
                             const std::function<Result<Frame>()>& decode, std::stop_token stop);

/// A picture to measure on: gradients, texture and discs, the same for the same size on every machine.
std::shared_ptr<FrameData> benchPicture(int width, int height);

std::string benchJson(const BenchReport& report);
std::string benchTable(const BenchReport& report);

/// Nearest-rank quantile (0 to 1) of the values; 0 where there are none.
double quantile(std::vector<double> values, double share);

}  // namespace fs2
