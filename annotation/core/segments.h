// Segments: a mask's ones cut at the columns' ends: what the mask algorithms of this folder walk on.
// Pure; any thread.
#pragma once
#include <cstdint>
#include <vector>

#include "annotation/core/mask.h"

namespace fs2 {

/// Rows y0 .. y1-1 of column x.
struct Segment {
    int x = 0;
    int y0 = 0;
    int y1 = 0;
};

/// Calls `take(Segment)` in column order, rows rising.
template <class Take>
void forEachSegment(const Mask& mask, Take take) {
    const std::int64_t height = mask.height();
    std::int64_t at = 0;
    bool inside = false;
    for (const std::uint32_t run : mask.runs()) {
        const std::int64_t end = at + run;
        while (inside && at < end) {
            const std::int64_t x = at / height;
            const std::int64_t y = at - x * height;
            const std::int64_t stop = y + (end - at) < height ? y + (end - at) : height;
            take(Segment{int(x), int(y), int(stop)});
            at += stop - y;
        }
        at = end;
        inside = !inside;
    }
}

std::vector<Segment> segmentsOf(const Mask& mask);

/// Builds the runs of a mask from segments in column order, which may overlap or touch.
class RunBuilder {
  public:
    RunBuilder(int width, int height) : width_(width), height_(height) {}
    void add(const Segment& segment) {
        const std::int64_t column = std::int64_t(segment.x) * height_;
        add(column + segment.y0, column + segment.y1);
    }
    /// Pixels begin .. end-1 in column order; `begin` never falls from call to call.
    void add(std::int64_t begin, std::int64_t end) {
        if (begin >= end) return;
        if (begin <= end_ && end_ > 0) {
            if (end > end_) {
                runs_.back() += std::uint32_t(end - end_);
                end_ = end;
            }
            return;
        }
        runs_.push_back(std::uint32_t(begin - end_));
        runs_.push_back(std::uint32_t(end - begin));
        end_ = end;
    }
    Mask finish();

  private:
    int width_;
    int height_;
    std::int64_t end_ = 0;
    std::vector<std::uint32_t> runs_;
};

}  // namespace fs2
