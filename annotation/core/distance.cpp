#include "annotation/core/distance.h"

#include <cmath>
#include <cstddef>

namespace fs2 {
namespace {

/// Distances along each column, squared: rows down, then rows up.
std::vector<float> alongColumns(const std::vector<std::uint8_t>& bitmap, int width, int height,
                                Beyond beyond) {
    const auto columns = std::size_t(width);
    const float outside = beyond == Beyond::Zero ? 0.0f : std::sqrt(kFarSquared);
    std::vector<float> distance(bitmap.size());
    std::vector<float> last(columns, outside);
    for (std::size_t row = 0; row < std::size_t(height); ++row) {
        for (std::size_t x = 0; x < columns; ++x) {
            last[x] = bitmap[row * columns + x] != 0 ? last[x] + 1 : 0;
            distance[row * columns + x] = last[x];
        }
    }
    last.assign(columns, outside);
    for (std::size_t row = std::size_t(height); row-- > 0;) {
        for (std::size_t x = 0; x < columns; ++x) {
            last[x] = bitmap[row * columns + x] != 0 ? last[x] + 1 : 0;
            const float nearest = std::min(distance[row * columns + x], last[x]);
            distance[row * columns + x] = std::min(nearest * nearest, kFarSquared);
        }
    }
    return distance;
}

/// The lower envelope of the parabolas (x - site)^2 + height(site) over one row.
class Envelope {
  public:
    explicit Envelope(int width)
        : sites_(std::size_t(width) + 2), heights_(sites_.size()), from_(sites_.size()) {}

    /// Replaces row[begin .. end), which has zeros (or the picture's end) on both sides: nothing beyond
    /// them can be nearer.
    void apply(float* row, int begin, int end, int width, Beyond beyond) {
        count_ = 0;
        const bool bounded = beyond == Beyond::Zero;
        if (begin > 0 || bounded) add(begin - 1, 0);
        for (int x = begin; x < end; ++x) add(x, double(row[x]));
        if (end < width || bounded) add(end, 0);
        std::size_t k = 0;
        for (int x = begin; x < end; ++x) {
            while (k + 1 < count_ && from_[k + 1] <= x) ++k;
            const double offset = x - sites_[k];
            row[x] = float(std::min(offset * offset + heights_[k], double(kFarSquared)));
        }
    }

  private:
    void add(int site, double height) {
        double start = 0;
        while (count_ > 0) {
            const double other = sites_[count_ - 1];
            start = ((height + double(site) * site) - (heights_[count_ - 1] + other * other)) /
                    (2.0 * (site - other));
            if (count_ == 1 || start > from_[count_ - 1]) break;
            --count_;
        }
        sites_[count_] = site;
        heights_[count_] = height;
        from_[count_++] = start;
    }

    std::vector<double> sites_;
    std::vector<double> heights_;
    std::vector<double> from_;  ///< where the parabola becomes the lowest
    std::size_t count_ = 0;
};

}  // namespace

std::vector<float> distanceSquared(const std::vector<std::uint8_t>& bitmap, int width, int height,
                                   Beyond beyond) {
    std::vector<float> distance = alongColumns(bitmap, width, height, beyond);
    Envelope envelope(width);
    for (int y = 0; y < height; ++y) {
        float* row = distance.data() + std::size_t(y) * std::size_t(width);
        for (int x = 0; x < width;) {
            int end = x;
            while (end < width && row[end] > 0) ++end;
            if (end > x) envelope.apply(row, x, end, width, beyond);
            x = end + 1;
        }
    }
    return distance;
}

Interior mostInterior(const Mask& mask, const std::vector<Point>& barred) {
    const Rect box = mask.bounds();
    if (box.empty()) return {};
    std::vector<std::uint8_t> bitmap(std::size_t(box.width) * std::size_t(box.height));
    mask.toBitmap(bitmap.data(), box.width, box);
    std::vector<float> distance = distanceSquared(bitmap, box.width, box.height, Beyond::Zero);
    for (const Point& pixel : barred) {
        const double x = std::floor(pixel.x) - box.x;
        const double y = std::floor(pixel.y) - box.y;
        if (x < 0 || y < 0 || x >= box.width || y >= box.height) continue;
        distance[std::size_t(y) * std::size_t(box.width) + std::size_t(x)] = 0;
    }
    std::size_t best = 0;
    for (std::size_t i = 1; i < distance.size(); ++i) {
        if (distance[i] > distance[best]) best = i;
    }
    if (distance[best] <= 0) return {};
    const auto width = std::size_t(box.width);
    return {box.x + int(best % width), box.y + int(best / width),
            std::sqrt(double(distance[best]))};
}

}  // namespace fs2
