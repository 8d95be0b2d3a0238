// Boundaries of masks along pixel edges, and their simplification.
#include <cmath>
#include <cstdint>
#include <cstring>

#include "annotation/core/mask_ops.h"

namespace fs2 {
namespace {

enum Direction { Up, Right, Down, Left };

/// Follows the cracks between pixels with the mask on the right-hand side. At a corner where two pixels
/// of the mask touch diagonally it turns right, so that they stay apart.
class CrackFollower {
  public:
    explicit CrackFollower(const Mask& mask) : box_(mask.bounds()), stride_(box_.width + 2) {
        const auto rows = std::size_t(box_.height) + 2;  // a rim of zeros saves all bounds checks
        pixels_.resize(rows * std::size_t(stride_));
        if (!box_.empty()) mask.toBitmap(pixels_.data() + stride_ + 1, stride_, box_);
    }

    std::vector<Outline> all() {
        std::vector<Outline> found;
        for (int y = 0; y < box_.height; ++y) {
            for (int x = 0; x < box_.width; ++x) {
                if (at(x, y) == kInside && at(x - 1, y) == 0) found.push_back(follow(x, y));
            }
        }
        return found;
    }

  private:
    static constexpr std::uint8_t kInside = 1;
    static constexpr std::uint8_t kLeftEdgeSeen = 3;

    std::uint8_t& at(int x, int y) {
        return pixels_[std::size_t(y + 1) * std::size_t(stride_) + std::size_t(x + 1)];
    }

    /// One closed boundary, from the left edge of pixel (x, y), upwards.
    Outline follow(int startX, int startY) {
        Outline outline;
        int x = startX, y = startY + 1;  // the corner stood on
        Direction direction = Up;
        double twiceArea = 0;
        do {
            const Direction next = step(x, y, direction);
            const int fromX = x, fromY = y;
            switch (next) {
                case Up: at(x, --y) = kLeftEdgeSeen; break;
                case Right: ++x; break;
                case Down: ++y; break;
                case Left: --x; break;
            }
            if (next != direction) {
                outline.corners.push_back({double(fromX + box_.x), double(fromY + box_.y)});
            }
            twiceArea += double(fromX) * y - double(x) * fromY;
            direction = next;
        } while (x != startX || y != startY + 1 || step(x, y, direction) != Up);
        if (direction != Up) {
            outline.corners.push_back({double(x + box_.x), double(y + box_.y)});
        }
        outline.hole = twiceArea < 0;
        return outline;
    }

    /// Where the boundary goes on from the corner (x, y), reached in `direction`.
    Direction step(int x, int y, Direction direction) {
        static constexpr int kAheadX[4][2] = {{-1, 0}, {0, 0}, {0, -1}, {-1, -1}};  // left, right
        static constexpr int kAheadY[4][2] = {{-1, -1}, {-1, 0}, {0, 0}, {0, -1}};
        const bool left = at(x + kAheadX[direction][0], y + kAheadY[direction][0]) != 0;
        const bool right = at(x + kAheadX[direction][1], y + kAheadY[direction][1]) != 0;
        if (!right) return Direction((direction + 1) % 4);
        return left ? Direction((direction + 3) % 4) : direction;
    }

    Rect box_;
    int stride_;
    std::vector<std::uint8_t> pixels_;
};

double distanceToLine(const Point& point, const Point& a, const Point& b) {
    const double dx = b.x - a.x, dy = b.y - a.y;
    const double length = dx * dx + dy * dy;
    double t = length > 0 ? ((point.x - a.x) * dx + (point.y - a.y) * dy) / length : 0;
    t = std::min(1.0, std::max(0.0, t));
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
        spans.push_back({begin, corner});
        spans.push_back({corner, end});
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
    std::vector<Outline> found = CrackFollower(mask).all();
    if (tolerance > 0) {
        for (Outline& outline : found) outline.corners = simplified(outline.corners, tolerance);
    }
    return found;
}

}  // namespace fs2
