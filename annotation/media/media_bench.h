// How fast a film's frames come: playing, scrubbing, stepping. What `bench decode` measures. One thread.
#pragma once
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

struct DecodeBenchOptions {
    int linear = 100;  ///< frames played in a row
    int random = 40;   ///< frames scrubbed to
    std::uint32_t seed = 1;
    std::size_t cacheBytes = 256u << 20;
};

struct DecodeBenchPhase {
    std::string name;  ///< index, linear, glimpse, exact, neighbour, backward
    std::vector<double> ms;  ///< one measured time each, sorted
    /// The time that this share of the samples stays below or at; 0 where there is none.
    double quantile(double share) const;
};

struct DecodeBench {
    int width = 0;
    int height = 0;
    int frames = 0;
    double keyFrameEvery = 0;  ///< the longest way from a key frame to the next, in seconds
    double framesPerSecond = 0;  ///< playing forward, converted to pixels
    std::string decoder;         ///< "cpu" or "cuda"
    std::vector<DecodeBenchPhase> phases;
};

/// `glimpse` is what scrubbing shows at once, `exact` the frame asked for, from the moment of asking;
/// `neighbour` a step to a frame that was read ahead; `backward` a frame of reverse play.
Result<DecodeBench> benchDecode(const std::string& film, const DecodeBenchOptions& options = {},
                                std::stop_token stop = {});

/// A moving test film, H.264, 25 frames a second. Errors as writeOverlayFilm has them.
Result<void> writeBenchFilm(const std::string& film, int width, int height, int frames,
                            std::stop_token stop = {});

}  // namespace fs2
