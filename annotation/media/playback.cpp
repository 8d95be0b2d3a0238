#include "annotation/media/playback.h"

#include <algorithm>
#include <cmath>

namespace fs2 {

std::vector<double> frameTimes(const MediaSource& source) {
    std::vector<double> times(std::size_t(source.frameCount()));
    for (int n = 0; n < source.frameCount(); ++n) times[std::size_t(n)] = source.seconds({n});
    return times;
}

FrameIndex frameAt(std::span<const double> times, double time) {
    const auto after = std::upper_bound(times.begin(), times.end(), time);
    return {std::max(0, int(after - times.begin()) - 1)};
}

PlayStep playStep(std::span<const double> times, const PlayClock& clock, FrameIndex shown, double now) {
    constexpr double kEarly = 1e-6;  // a wait that ends a rounding error too soon is no second wait
    const bool back = clock.speed < 0;
    const int last = int(times.size()) - 1, way = back ? -1 : 1;
    const auto timeOf = [&](int frame) { return times[std::size_t(std::clamp(frame, 0, last))]; };
    PlayStep step{.show = shown, .skipped = 0, .wait = 0, .ended = false, .clock = clock};
    double time = clock.time + (now - clock.clock) * clock.speed;
    const double farthest = timeOf(shown.value + way) + way * kMostBehind;
    if (back ? time < farthest : time > farthest) {
        time = farthest;
        step.clock.clock = now;
        step.clock.time = time;
    }
    if (back) {
        // As forward, mirrored: a frame is due when its own time is reached.
        const auto first = std::lower_bound(times.begin(), times.end(), time - kEarly);
        step.show.value = std::min(shown.value, int(first - times.begin()));
    } else {
        step.show.value = std::max(shown.value, frameAt(times, time + kEarly).value);
    }
    step.skipped = std::max(0, std::abs(step.show.value - shown.value) - 1);
    step.ended = step.show.value == (back ? 0 : last);
    if (!step.ended && clock.speed != 0) {
        step.wait = std::max(0.0, (timeOf(step.show.value + way) - time) / clock.speed);
    }
    return step;
}

}  // namespace fs2
