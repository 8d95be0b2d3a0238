#include "ui/timeline/time_axis.h"

#include <algorithm>
#include <cmath>

namespace fs2 {

void TimeAxis::setFrames(int frames) {
    frames_ = std::max(frames, 0);
    fit();
}

void TimeAxis::setWidth(double pixels) {
    width_ = std::max(pixels, 1.);
    if (fitted_) return fit();
    clamp();
}

void TimeAxis::fit() {
    fitted_ = true;
    first_ = 0;
    scale_ = std::min(width_ / std::max(frames_, 1), kWidestFrame);
}

int TimeAxis::frameAt(double x) const {
    return std::clamp(int(std::floor(frameAtExact(x))), 0, std::max(frames_ - 1, 0));
}

void TimeAxis::zoomAt(double x, double factor) {
    const double frame = frameAtExact(x);
    const double smallest = std::min(width_ / std::max(frames_, 1), kWidestFrame);
    scale_ = std::clamp(scale_ * factor, smallest, kWidestFrame);
    fitted_ = scale_ <= smallest;
    first_ = frame - x / scale_;
    clamp();
}

void TimeAxis::scrollTo(double firstFrame) {
    first_ = firstFrame;
    clamp();
}

bool TimeAxis::reveal(int frame, double margin) {
    const double rim = visibleFrames() * margin;
    const double before = first_;
    if (frame < first_)
        first_ = frame - rim;
    else if (frame + 1 > first_ + visibleFrames())
        first_ = frame + 1 - visibleFrames() + rim;
    clamp();
    return first_ != before;
}

int TimeAxis::labelStep(double pixels) const {
    const double wanted = pixels / std::max(scale_, 1e-9);
    for (int base = 1; base < 100'000'000; base *= 10) {
        for (const int times : {1, 2, 5})
            if (base * times >= wanted) return base * times;
    }
    return 100'000'000;
}

void TimeAxis::clamp() {
    first_ = std::clamp(first_, 0., std::max(0., frames_ - visibleFrames()));
}

}  // namespace fs2
