#include "app/session/doubt_meter.h"

#include <algorithm>
#include <cmath>

namespace fs2 {
namespace {

bool sameSize(const Mask& a, const Mask& b) { return a.width() == b.width() && a.height() == b.height(); }

bool apart(const Rect& a, const Rect& b) {
    return a.x >= b.x + b.width || b.x >= a.x + a.width || a.y >= b.y + b.height || b.y >= a.y + a.height;
}

double overlap(const Mask& a, const Mask& b) {
    if (a.empty() || b.empty() || !sameSize(a, b) || apart(a.bounds(), b.bounds())) return 0;
    const auto common = double(intersectionArea(a, b));
    return common / (double(a.area()) + double(b.area()) - common);
}

/// 0 where the areas are equal, 0.5 where one is twice the other.
double jump(const Mask& a, const Mask& b) {
    const auto first = double(a.area());
    const auto second = double(b.area());
    return 1 - std::min(first, second) / std::max(first, second);
}

}  // namespace

DoubtMeter::Reading DoubtMeter::readOne(const TrackedMask& now) const {
    Reading reading;
    const auto raise = [&](double value, DoubtCause cause) {
        if (value > double(reading.value)) reading = {float(std::min(1., value)), cause};
    };
    if (now.mask.empty()) {
        raise(1 - std::abs(2 * double(now.presence) - 1), DoubtCause::UnsurePresence);
        return reading;
    }
    raise(1 - double(now.score), DoubtCause::LowScore);
    raise(double(now.disagreement), DoubtCause::Disagreement);
    const auto before = before_.find(now.object);
    if (before == before_.end() || before->second.empty()) return reading;
    raise(jump(before->second, now.mask), DoubtCause::AreaJump);
    const double own = overlap(before->second, now.mask);
    for (const auto& [other, mask] : before_) {
        if (other != now.object && overlap(mask, now.mask) > own) raise(1, DoubtCause::IdentitySwap);
    }
    return reading;
}

std::vector<DoubtMeter::Reading> DoubtMeter::read(const std::vector<TrackedMask>& masks) {
    std::vector<Reading> readings;
    for (const TrackedMask& mask : masks) readings.push_back(readOne(mask));
    for (const TrackedMask& mask : masks) before_[mask.object] = mask.mask;
    return readings;
}

}  // namespace fs2
