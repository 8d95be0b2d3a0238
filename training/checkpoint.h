// Checkpoints, written to a temporary name and renamed: the weights to ship (moving average, fp16,
// BatchNorm fp32) and the file to resume from (everything, fp32). One thread. Errors name the file.
#pragma once
#include <cstdint>
#include <string>

#include "model/fastsam2/nets.h"
#include "training/optimizer.h"

namespace fs2 {

/// Where a run stands.
struct Progress {
    std::int64_t step = 0;    ///< optimizer steps done
    std::int64_t images = 0;  ///< seen
    double seconds = 0;       ///< of training, over all parts of a resumed run
    std::uint64_t seed = 1;
};

/// `shardsMib` > 0: the same bytes once more in FILE.00, FILE.01, … of at most that size.
Result<void> saveWeights(const std::string& path, FastSam2& average, const Progress& progress, int shardsMib);

Result<void> saveResume(const std::string& path, const FastSam2& net, const FastSam2& average,
                        const AdamW& optimizer, const Progress& progress);
Result<Progress> loadResume(const std::string& path, FastSam2& net, FastSam2& average, AdamW& optimizer);

}  // namespace fs2
