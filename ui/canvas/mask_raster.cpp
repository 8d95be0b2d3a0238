#include "ui/canvas/mask_raster.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace fs2 {
namespace {

constexpr int kSamples = 4;  // image columns looked at per device column; rows are exact

// Bytes of a window of device pixels, column by column, with a border that no caller reads past.
struct Plane {
    QRect window;
    std::vector<std::uint8_t> bytes;
    explicit Plane(const QRect& w)
        : window(w), bytes(std::size_t(w.width()) * std::size_t(w.height())) {}
    std::uint8_t* column(int x) {
        return bytes.data() + std::size_t(x) * std::size_t(window.height());
    }
    const std::uint8_t* column(int x) const {
        return bytes.data() + std::size_t(x) * std::size_t(window.height());
    }
};

// Adds the rows [top, end), in device pixels of the window, with this weight; ends by their share.
void addInterval(std::uint8_t* column, int height, double top, double end, int weight) {
    top = std::max(top, 0.0);
    end = std::min(end, double(height));
    if (end <= top) return;
    const int first = int(top);
    const int last = std::min(int(end), height - 1);
    const auto add = [&](int y, double share) {
        column[y] = std::uint8_t(column[y] + int(weight * share));
    };
    if (first == last) return add(first, end - top);
    add(first, first + 1 - top);
    for (int y = first + 1; y < last; ++y) column[y] = std::uint8_t(column[y] + weight);
    add(last, end - last);
}

// How much of each device pixel the mask covers, 0 to 255.
Plane coverage(const QRect& window, const DeviceView& view, const MaskColumns& columns) {
    Plane plane(window);
    const Rect& bounds = columns.bounds();
    const double top = window.top() - view.origin.y();
    for (int x = 0; x < window.width(); ++x) {
        const double device = window.left() + x - view.origin.x();
        const auto sample = [&](int i) {
            return int(std::floor((device + (i + 0.5) / kSamples) / view.scale));
        };
        for (int i = 0; i < kSamples;) {
            const int imageX = sample(i);
            int same = 1;
            while (i + same < kSamples && sample(i + same) == imageX) ++same;
            const int weight =
                (i + same == kSamples) ? 64 * same - 1 : 64 * same;  // all sum to 255
            i += same;
            if (imageX < bounds.x || imageX >= bounds.x + bounds.width) continue;
            for (const auto* run = columns.begin(imageX); run != columns.end(imageX); ++run) {
                addInterval(plane.column(x), window.height(), run->top * view.scale - top,
                            run->end * view.scale - top, weight);
            }
        }
    }
    return plane;
}

// The stamp of an edge pixel: full within the radius, soft at its rim.
class Stamp {
  public:
    explicit Stamp(double radius) : reach_(std::max(0, int(std::ceil(radius)))) {
        for (int x = -reach_; x <= reach_; ++x) {
            for (int y = -reach_; y <= reach_; ++y) {
                values_.push_back(
                    std::uint8_t(255 * std::clamp(radius - std::hypot(x, y), 0.0, 1.0)));
            }
        }
    }
    void put(Plane& plane, int x, int y) const {
        const int side = 2 * reach_ + 1;
        const int x0 = std::max(0, x - reach_);
        const int x1 = std::min(plane.window.width() - 1, x + reach_);
        const int y0 = std::max(0, y - reach_);
        const int rows = std::min(plane.window.height() - 1, y + reach_) - y0 + 1;
        for (int cx = x0; cx <= x1; ++cx) {
            std::uint8_t* to = plane.column(cx) + y0;
            const std::uint8_t* from =
                &values_[std::size_t((cx - x + reach_) * side + y0 - y + reach_)];
            for (int i = 0; i < rows; ++i) to[i] = std::max(to[i], from[i]);
        }
    }

  private:
    int reach_;
    std::vector<std::uint8_t> values_;  // column by column
};

// A band of `radius` to both sides of the mask's edge.
class Band {
  public:
    Band(const QRect& window, double radius) : plane(window) {
        for (int level = 0; level < kLevels; ++level) {
            stamps_.emplace_back(radius + 0.5 * level / (kLevels - 1));
        }
    }
    // `covered` of 255: the edge runs along the pixel's side (0, 255) or through its middle (128).
    void put(int x, int y, int covered) {
        const int through = 255 - std::abs(2 * covered - 255);
        stamps_[std::size_t(through * (kLevels - 1) / 255)].put(plane, x, y);
    }
    Plane plane;

  private:
    static constexpr int kLevels = 4;
    std::vector<Stamp> stamps_;
};

bool sameEight(const std::uint8_t* a, const std::uint8_t* b) {
    return std::memcmp(a, b, 8) == 0;
}

// Calls found(x, y, covered) for each pixel that differs from one of its four neighbours.
template <class Found>
void eachEdgePixel(const Plane& mask, Found found) {
    const int width = mask.window.width();
    const int height = mask.window.height();
    for (int x = 0; x < width; ++x) {
        const std::uint8_t* here = mask.column(x);
        const std::uint8_t* before = mask.column(std::max(0, x - 1));
        const std::uint8_t* after = mask.column(std::min(width - 1, x + 1));
        for (int y = 0; y < height; ++y) {
            while (y >= 1 && y + 9 <= height && sameEight(here + y, before + y) &&
                   sameEight(here + y, after + y) && sameEight(here + y, here + y - 1) &&
                   sameEight(here + y, here + y + 1)) {
                y += 8;
            }
            if (y >= height) break;
            const std::uint8_t v = here[y];
            if (before[y] != v || after[y] != v || here[std::max(0, y - 1)] != v ||
                here[std::min(height - 1, y + 1)] != v) {
                found(x, y, int(v));
            }
        }
    }
}

// Each byte times share / 255.
QRgb scaled(QRgb pixel, unsigned share) {
    unsigned even = (pixel & 0xff00ffu) * share;
    even = ((even + ((even >> 8) & 0xff00ffu) + 0x800080u) >> 8) & 0xff00ffu;
    unsigned odd = ((pixel >> 8) & 0xff00ffu) * share;
    odd = (odd + ((odd >> 8) & 0xff00ffu) + 0x800080u) & 0xff00ff00u;
    return even | odd;
}

// Premultiplied source over: an opaque colour at this opacity, 0 to 255.
QRgb over(QRgb below, QRgb colour, unsigned alpha) {
    return scaled(colour, alpha) + scaled(below, 255 - alpha);
}

bool onStripe(int diagonal, double length) {
    return length <= 0 || std::fmod(diagonal, 2 * length) < length;
}

}  // namespace

void drawMask(QImage& target, const QRect& devicePixels, const DeviceView& view,
              const MaskColumns& columns, const MaskStyle& style) {
    const Rect& bounds = columns.bounds();
    if (bounds.empty()) return;
    const int reach = int(std::ceil(std::max(style.line, style.halo))) + 1;
    const QRect reached =
        view.toDevice(QRectF(bounds.x, bounds.y, bounds.width, bounds.height), reach);
    const QRect window = reached & devicePixels.adjusted(-reach, -reach, reach, reach);
    const QRect shown = window & devicePixels;
    if (shown.isEmpty()) return;

    const Plane mask = coverage(window, view, columns);
    const bool lined = style.line > 0;
    Band line(lined ? window : QRect(), style.line);
    Band halo(lined ? window : QRect(), style.halo);
    if (lined) {
        eachEdgePixel(mask, [&](int x, int y, int covered) {
            line.put(x, y, covered);
            halo.put(x, y, covered);
        });
    }
    const QRgb colour = style.colour.rgb();
    const QRgb black = qRgb(0, 0, 0);
    const QRgb white = qRgb(255, 255, 255);
    const auto fill = unsigned(256 * style.fill);
    constexpr int kBlock = 16;  // columns at a time: the planes lie by columns, the target by rows
    constexpr int kMultiple = 1 << 20;  // keeps diagonals positive
    for (int block = shown.left(); block <= shown.right(); block += kBlock) {
        const int blockEnd = std::min(block + kBlock, shown.right() + 1);
        for (int y = shown.top(); y <= shown.bottom(); ++y) {
            auto* row = reinterpret_cast<QRgb*>(target.scanLine(y));
            const int wy = y - window.top();
            for (int x = block; x < blockEnd; ++x) {
                const int wx = x - window.left();
                const unsigned covered = mask.column(wx)[wy];
                const unsigned dark = lined ? halo.plane.column(wx)[wy] : 0;
                if (covered == 0 && dark == 0) continue;
                const int diagonal = x + y - view.origin.x() - view.origin.y() + kMultiple;
                const unsigned share = onStripe(diagonal, style.stripes) ? fill : fill / 3;
                QRgb pixel = over(row[x], colour, (covered * share) >> 8);
                if (dark > 0) {
                    pixel = over(pixel, black, dark * 5 / 8);
                    const bool dash = onStripe(diagonal, style.dashes);
                    if (dash || style.whiteGaps) {
                        pixel = over(pixel, dash ? colour : white, line.plane.column(wx)[wy]);
                    }
                }
                row[x] = pixel;
            }
        }
    }
}

}  // namespace fs2
