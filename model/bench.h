// bench: times of the interactive path and of tracking, phase by phase, on one Segmenter; shared by
// `fastsam2 bench` and `fastsam2-lab bench`. The phases inside the model come from SegmenterOptions::onPhase. One
// thread. Milliseconds.
#pragma once
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/result.h"
#include "model/bench_clip.h"
#include "model/segmenter.h"

namespace fs2 {

/// Image: a picture is encoded, again and again. Click: encoded, then clicked three times. Panoptic: all of
/// it, at the network's size for such a picture; without weights by a network that knows nothing. Track:
/// objects followed through a generated clip (bench_clip.h) whose frames are held in memory, measured once
/// memory is full; where the weights have no memory, by a network that knows nothing.
enum class BenchTask { Image, Click, Panoptic, Track };

struct BenchOptions {
    SegmenterOptions model;
    BenchTask task = BenchTask::Click;
    int width = 1920;
    int height = 1080;
    int pictures = 20;  ///< measured; two more (Track: until memory is full) come first and are not
    int objects = 1;          ///< Track
    int longSide = 0;         ///< Track: SegmenterOptions::videoSize
    MemorySettings memory{};  ///< Track
};

/// Reads the picture anew (a Frame with a `source` of its own); its time is the phase `decode`. Empty:
/// the generated picture itself is used, and there is no such phase.
using BenchDecoder = std::function<Result<Frame>()>;

struct PhaseTimes {
    double median = 0;
    double p95 = 0;
    double p99 = 0;
};

struct BenchReport {
    /// decode, upload, encode, decoder, post, to_runs as far as they took place, and two sums: `prefetch`
    /// (opening a picture) and `click` (one click on an opened picture), or `panoptic` (all but decode), or
    /// `step` (a frame of a clip: upload, encode, memory, decoder, post, to_runs).
    std::map<std::string, PhaseTimes> phases;
    double fps = 0;  ///< pictures, clicks (click) or frames (track) a second of all measured work
    double peakRssMb = 0;
    double peakGpuMb = 0;  ///< reserved by torch's allocator; 0 on a CPU
    std::string device;
    std::string weights;  ///< empty where no model took part
};

Result<BenchReport> runBench(const BenchOptions& options, const BenchDecoder& decode,
                             std::stop_token stop);

double peakRssMb();  ///< of this process so far
/// Nearest-rank quantile, `share` from 0 to 1; 0 where there are no values.
double quantile(std::vector<double> values, double share);

/// The JSON document of CLI.md in one line, and a table for people.
std::string benchJson(const BenchReport& report);
std::string benchTable(const BenchReport& report);

}  // namespace fs2
