// Boundaries of masks along pixel edges, and their simplification.
#include <algorithm>
#include <climits>
#include <cmath>
#include <cstddef>
#include <utility>

#include "annotation/core/mask_ops.h"
#include "annotation/core/segments.h"

namespace fs2 {
namespace {

/// Links the top and bottom edges of a mask's segments into closed boundaries with the mask on the
/// right-hand side; linear in the runs. Edge 2k is the top of segment k, walked to the right; edge 2k + 1
/// its bottom, walked to the left. Where two pixels touch at a corner only, the boundaries turn right, so
/// that the pixels stay apart.
class Boundaries {
  public:
    explicit Boundaries(const Mask& mask)
        : segments_(segmentsOf(mask)), next_(2 * segments_.size()), seen_(next_.size()) {
        const std::size_t count = segments_.size();
        Column before{0, 0, -2};
        for (std::size_t begin = 0; begin < count;) {
            std::size_t end = begin;
            while (end < count && segments_[end].x == segments_[begin].x) ++end;
            const Column here{begin, end, segments_[begin].x};
            const bool adjacent = before.x == here.x - 1;
            if (!adjacent) link(before, {});
            link(adjacent ? before : Column{}, here);
            before = here;
            begin = end;
        }
        link(before, {});
    }

    std::vector<Outline> all() {
        std::vector<Outline> found;
        for (std::size_t edge = 0; edge < next_.size(); ++edge) {
            if (!seen_[edge]) found.push_back(follow(edge));
        }
        return found;
    }

  private:
    /// Segments begin .. end-1, all of column x.
    struct Column {
        std::size_t begin = 0;
        std::size_t end = 0;
        int x = 0;
    };

    /// Walks down the line between two columns. Where only one of them is inside, a vertical edge runs:
    /// down with the mask on the left, up with it on the right; `carried` is the horizontal edge at its
    /// upper end.
    void link(const Column& left, const Column& right) {
        std::size_t i = 2 * left.begin, j = 2 * right.begin, carried = 0;
        while (i < 2 * left.end || j < 2 * right.end) {
            const int yLeft = i < 2 * left.end ? height(i) : INT_MAX;
            const int yRight = j < 2 * right.end ? height(j) : INT_MAX;
            const bool atLeft = yLeft <= yRight, atRight = yRight <= yLeft;
            const bool inLeft = i % 2 == 1, inRight = j % 2 == 1;
            const bool vertical = inLeft != inRight;
            if (atLeft && atRight && !vertical) {  // straight on
                (inLeft ? next_[j] : next_[i]) = inLeft ? i : j;
            } else {
                const bool useLeft = atLeft && (!atRight || inLeft);
                const std::size_t edge = useLeft ? i : j;
                const bool arrives = useLeft == (edge % 2 == 0);
                if (vertical) (arrives ? next_[edge] : next_[carried]) = arrives ? carried : edge;
                if (!vertical) carried = edge;
                if (atLeft && atRight) carried = useLeft ? j : i;
            }
            i += atLeft ? 1 : 0;
            j += atRight ? 1 : 0;
        }
    }
    int height(std::size_t edge) const {
        const Segment& segment = segments_[edge / 2];
        return edge % 2 == 0 ? segment.y0 : segment.y1;
    }
    Point cornerOf(std::size_t edge, bool atStart) const {
        const bool leftEnd = (edge % 2 == 0) == atStart;
        const int x = segments_[edge / 2].x;
        return {double(leftEnd ? x : x + 1), double(height(edge))};
    }
    Outline follow(std::size_t first) {
        Outline outline;
        double twiceArea = 0;
        std::size_t edge = first;
        do {
            seen_[edge] = true;
            const Point from = cornerOf(edge, false);
            edge = next_[edge];
            const Point to = cornerOf(edge, true);
            if (from == to) continue;  // straight on
            twiceArea += 2 * from.x * (to.y - from.y);
            outline.corners.push_back(from);
            outline.corners.push_back(to);
        } while (edge != first);
        std::rotate(outline.corners.begin(), outline.corners.end() - 1, outline.corners.end());
        outline.hole = twiceArea < 0;
        return outline;
    }

    std::vector<Segment> segments_;
    std::vector<std::size_t> next_;
    std::vector<bool> seen_;
};

double distanceToLine(const Point& point, const Point& a, const Point& b) {
    const double dx = b.x - a.x, dy = b.y - a.y;
    const double length = dx * dx + dy * dy;
    double t = length > 0 ? ((point.x - a.x) * dx + (point.y - a.y) * dy) / length : 0;
    t = std::clamp(t, 0.0, 1.0);
    return std::hypot(point.x - a.x - t * dx, point.y - a.y - t * dy);
}

/// Douglas-Peucker between two kept corners of the ring, with an explicit stack.
void keepFarCorners(const std::vector<Point>& ring, std::size_t first, std::size_t last,
                    double tolerance, std::vector<bool>& kept) {
    std::vector<std::pair<std::size_t, std::size_t>> spans{{first, last}};
    while (!spans.empty()) {
        const auto [begin, end] = spans.back();
        spans.pop_back();
        double farthest = tolerance;
        std::size_t corner = begin;
        for (std::size_t i = begin + 1; i < end; ++i) {
            const double distance = distanceToLine(ring[i], ring[begin], ring[end % ring.size()]);
            if (distance > farthest) {
                farthest = distance;
                corner = i;
            }
        }
        if (corner == begin) continue;
        kept[corner] = true;
        spans.emplace_back(begin, corner);
        spans.emplace_back(corner, end);
    }
}

std::vector<Point> simplified(const std::vector<Point>& ring, double tolerance) {
    std::size_t opposite = 0;
    double farthest = -1;
    for (std::size_t i = 1; i < ring.size(); ++i) {
        const double distance = std::hypot(ring[i].x - ring[0].x, ring[i].y - ring[0].y);
        if (distance > farthest) {
            farthest = distance;
            opposite = i;
        }
    }
    std::vector<bool> kept(ring.size());
    kept[0] = kept[opposite] = true;
    keepFarCorners(ring, 0, opposite, tolerance, kept);
    keepFarCorners(ring, opposite, ring.size(), tolerance, kept);
    std::vector<Point> corners;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        if (kept[i]) corners.push_back(ring[i]);
    }
    return corners.size() < 3 ? ring : corners;
}

}  // namespace

std::vector<Outline> outlines(const Mask& mask, double tolerance) {
    std::vector<Outline> found = Boundaries(mask).all();
    if (tolerance > 0) {
        for (Outline& outline : found) outline.corners = simplified(outline.corners, tolerance);
    }
    return found;
}

}  // namespace fs2
