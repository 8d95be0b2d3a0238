// Polygons and brush strokes into runs.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <tuple>

#include "annotation/core/mask_ops.h"
#include "annotation/core/segments.h"

namespace fs2 {
namespace {

/// cocoapi's rleFrPoly: walks the boundary in fifths of a pixel, notes where it crosses the pixel columns'
/// centres; the crossings in column order are the ends of the runs.
class PolygonScan {
  public:
    PolygonScan(int width, int height) : width_(width), height_(height) {}

    void edge(const Point& from, const Point& to) {
        int xs = upsampled(from.x, width_), ys = upsampled(from.y, height_);
        int xe = upsampled(to.x, width_), ye = upsampled(to.y, height_);
        const int dx = std::abs(xe - xs), dy = std::abs(ye - ys);
        const bool flip = (dx >= dy && xs > xe) || (dx < dy && ys > ye);
        if (flip) {
            std::swap(xs, xe);
            std::swap(ys, ye);
        }
        const int steps = std::max(dx, dy);
        const double slope = steps == 0 ? 0.0 : double(dx >= dy ? ye - ys : xe - xs) / steps;
        for (int d = 0; d <= steps; ++d) {
            const int t = flip ? steps - d : d;
            if (dx >= dy) {
                visit(t + xs, int(ys + slope * t + .5));
            } else {
                visit(int(xs + slope * t + .5), t + ys);
            }
        }
    }

    Mask finish() {
        std::sort(crossings_.begin(), crossings_.end());
        RunBuilder builder(width_, height_);
        for (std::size_t i = 0; i < crossings_.size(); i += 2) {
            const std::int64_t end = i + 1 < crossings_.size()
                                         ? crossings_[i + 1]
                                         : std::int64_t(width_) * height_;
            builder.add(crossings_[i], end);
        }
        return builder.finish();
    }

  private:
    static constexpr double kScale = 5;

    /// Corners far outside are pulled in, which bounds the work by the picture's size.
    static int upsampled(double value, int size) {
        const double near = std::isfinite(value) ? std::clamp(value, -1.0 * size, 2.0 * size) : 0.0;
        return int(kScale * near + .5);
    }
    void visit(int u, int v) {
        if (started_ && u != u_) cross(u, v);
        std::tie(u_, v_, started_) = std::tuple(u, v, true);
    }
    void cross(int u, int v) {
        const double x = ((u < u_ ? u : u - 1) + .5) / kScale - .5;
        if (std::floor(x) != x || x < 0 || x > width_ - 1) return;
        const double y = (std::min(v, v_) + .5) / kScale - .5;
        crossings_.push_back(std::int64_t(x) * height_ +
                             std::int64_t(std::ceil(std::clamp(y, 0.0, double(height_)))));
    }

    int width_;
    int height_;
    int u_ = 0;
    int v_ = 0;
    bool started_ = false;
    std::vector<std::int64_t> crossings_;
};

/// Where the vertical line through `x` cuts the round-ended bar from a to b: lowest and highest y; the bar
/// is convex, so all between is inside.
struct Cut {
    double low = HUGE_VAL;
    double high = -HUGE_VAL;
    void add(double y) {
        low = std::min(low, y);
        high = std::max(high, y);
    }
    void addDisc(const Point& centre, double radius, double x) {
        const double square = radius * radius - (x - centre.x) * (x - centre.x);
        if (square < 0) return;
        add(centre.y - std::sqrt(square));
        add(centre.y + std::sqrt(square));
    }
    void addEdge(const Point& from, const Point& to, double x) {
        if (from.x == to.x || x < std::min(from.x, to.x) || x > std::max(from.x, to.x)) return;
        add(from.y + (to.y - from.y) * (x - from.x) / (to.x - from.x));
    }
};

void addBar(std::vector<Segment>& segments, const Mask& mask, const Point& a, const Point& b,
            double radius) {
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    const Point side = length > 0 ? Point{-(b.y - a.y) / length * radius, (b.x - a.x) / length * radius}
                                  : Point{};
    const double left = std::max(std::ceil(std::min(a.x, b.x) - radius - .5), 0.0);
    const double right = std::min(std::floor(std::max(a.x, b.x) + radius - .5), mask.width() - 1.0);
    for (double column = left; column <= right; ++column) {
        const double x = column + .5;
        Cut cut;
        cut.addDisc(a, radius, x);
        cut.addDisc(b, radius, x);
        cut.addEdge({a.x + side.x, a.y + side.y}, {b.x + side.x, b.y + side.y}, x);
        cut.addEdge({a.x - side.x, a.y - side.y}, {b.x - side.x, b.y - side.y}, x);
        const double y0 = std::max(std::ceil(cut.low - .5), 0.0);
        const double y1 = std::min(std::floor(cut.high - .5) + 1, double(mask.height()));
        if (y0 < y1) segments.push_back({int(column), int(y0), int(y1)});
    }
}

double area(const Outline& outline) {
    double twice = 0;
    const auto& corners = outline.corners;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const Point& next = corners[(i + 1) % corners.size()];
        twice += corners[i].x * next.y - next.x * corners[i].y;
    }
    return std::abs(twice) / 2;
}

}  // namespace

Mask fromPolygon(int width, int height, const std::vector<Point>& corners) {
    PolygonScan scan(width, height);
    if (corners.size() >= 3) {
        for (std::size_t i = 0; i < corners.size(); ++i) {
            scan.edge(corners[i], corners[(i + 1) % corners.size()]);
        }
    }
    return scan.finish();
}

Mask fromOutlines(int width, int height, const std::vector<Outline>& outlines) {
    std::vector<const Outline*> bySize;
    for (const Outline& outline : outlines) bySize.push_back(&outline);
    std::stable_sort(bySize.begin(), bySize.end(),
                     [](const Outline* a, const Outline* b) { return area(*a) > area(*b); });
    Mask mask = Mask::blank(width, height);
    for (const Outline* outline : bySize) {
        const Mask part = fromPolygon(width, height, outline->corners);
        mask = outline->hole ? subtract(mask, part) : unite(mask, part);
    }
    return mask;
}

Mask stroked(const Mask& mask, const std::vector<Point>& path, double radius, Brush brush) {
    std::vector<Segment> segments;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const Point& from = path[i == 0 ? 0 : i - 1];
        if (path.size() == 1 || i > 0) addBar(segments, mask, from, path[i], radius);
    }
    std::sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) {
        return std::tie(a.x, a.y0) < std::tie(b.x, b.y0);
    });
    RunBuilder builder(mask.width(), mask.height());
    for (const Segment& segment : segments) builder.add(segment);
    const Mask stroke = builder.finish();
    return brush == Brush::Paint ? unite(mask, stroke) : subtract(mask, stroke);
}

}  // namespace fs2
