// Which frame is on screen at which moment of playback. Frames may be left out on screen, never in a
// run of the model. Pure functions of the clock and the frames' times; any thread.
#pragma once
#include <span>
#include <vector>

#include "annotation/core/ids.h"
#include "annotation/media/media_source.h"

namespace fs2 {

/// Presentation times of all frames, in seconds, rising.
std::vector<double> frameTimes(const MediaSource& source);
/// The last frame that is shown at that time, clamped to the clip; `times` is not empty.
FrameIndex frameAt(std::span<const double> times, double time);

/// Playing began at `clock` seconds (of any clock that only rises) with the clip's time `time`.
struct PlayClock {
    double clock = 0;
    double time = 0;
    double speed = 1;  ///< seconds of the clip per second; below 0 = backward
};

struct PlayStep {
    FrameIndex show;      ///< to be shown now, or asked for where it is not decoded yet
    int skipped = 0;      ///< frames between the last one on screen and this one
    double wait = 0;      ///< seconds until the next frame is due
    bool ended = false;   ///< no frame follows that way
    PlayClock clock;      ///< for the next step: set back where decoding does not keep up
};

/// What to show at `now`, `shown` being on screen. Where more than kMostBehind seconds of the clip would
/// be left out, only so many are, and the clock is set back: the film then runs slowly, it does not freeze.
inline constexpr double kMostBehind = 0.25;
PlayStep playStep(std::span<const double> times, const PlayClock& clock, FrameIndex shown, double now);

}  // namespace fs2
