#include "ui/canvas/mask_raster.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fs2 {
namespace {

constexpr int kSamples = 4;  // image columns looked at per device column; rows are exact

// Bytes of a window of device pixels, column by column, with a border that no caller reads past.
struct Plane {
    QRect window;
    std::vector<std::uint8_t> bytes;
    explicit Plane(const QRect& w) : window(w), bytes(std::size_t(w.width()) * std::size_t(w.height())) {}
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
            const int weight = (i + same == kSamples) ? 64 * same - 1 : 64 * same;  // all sum to 255
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

// A soft disc: reaches `radius` pixels beyond the pixel that it is put on.
struct Disc {
    int reach = 0;
    std::vector<int> weights;  // 0 … 256, (2 * reach + 1) squared
    explicit Disc(double radius) : reach(int(std::ceil(radius))) {
        for (int y = -reach; y <= reach; ++y) {
            for (int x = -reach; x <= reach; ++x) {
                weights.push_back(int(256 * std::clamp(radius + 1 - std::hypot(x, y), 0.0, 1.0)));
            }
        }
    }
    void stamp(Plane& plane, int x, int y, int value) const {
        const int height = plane.window.height();
        const int x0 = std::max(0, x - reach);
        const int x1 = std::min(plane.window.width() - 1, x + reach);
        const int y0 = std::max(0, y - reach);
        const int y1 = std::min(height - 1, y + reach);
        for (int cx = x0; cx <= x1; ++cx) {
            std::uint8_t* column = plane.column(cx);
            const int* weight = &weights[std::size_t((cx - x + reach) * (2 * reach + 1))];
            for (int cy = y0; cy <= y1; ++cy) {
                const int v = (value * weight[cy - y + reach]) >> 8;
                if (v > column[cy]) column[cy] = std::uint8_t(v);
            }
        }
    }
};

// The band round the mask's edge: where both the widened mask and the widened rest reach.
Plane band(const Plane& mask, double radius) {
    const Disc disc(radius);
    Plane inside = mask;
    Plane outside(mask.window);
    std::transform(mask.bytes.begin(), mask.bytes.end(), outside.bytes.begin(),
                   [](std::uint8_t v) { return std::uint8_t(255 - v); });
    const int width = mask.window.width();
    const int height = mask.window.height();
    for (int x = 0; x < width; ++x) {
        const std::uint8_t* here = mask.column(x);
        const std::uint8_t* before = mask.column(std::max(0, x - 1));
        const std::uint8_t* after = mask.column(std::min(width - 1, x + 1));
        for (int y = 0; y < height; ++y) {
            const int up = std::max(0, y - 1);
            const int down = std::min(height - 1, y + 1);
            const std::uint8_t v = here[y];
            if (before[y] == v && after[y] == v && here[up] == v && here[down] == v &&
                before[up] == v && before[down] == v && after[up] == v && after[down] == v) {
                continue;
            }
            if (v > 0) disc.stamp(inside, x, y, v);
            if (v < 255) disc.stamp(outside, x, y, 255 - v);
        }
    }
    for (std::size_t i = 0; i < inside.bytes.size(); ++i) {
        inside.bytes[i] = std::min(inside.bytes[i], outside.bytes[i]);
    }
    return inside;
}

QRgb over(QRgb below, const QColor& colour, int alpha) {
    const auto mix = [alpha](int under, int top) { return (under * (255 - alpha) + top * alpha + 127) / 255; };
    return qRgba(mix(qRed(below), colour.red()), mix(qGreen(below), colour.green()),
                 mix(qBlue(below), colour.blue()), mix(qAlpha(below), 255));
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
    const Plane line = lined ? band(mask, style.line) : Plane(QRect());
    const Plane halo = lined ? band(mask, style.halo) : Plane(QRect());
    const int fill = int(256 * style.fill);
    constexpr int kBlock = 16;  // columns at a time: the planes lie by columns, the target by rows
    constexpr int kMultiple = 1 << 20;  // keeps diagonals positive
    for (int block = shown.left(); block <= shown.right(); block += kBlock) {
        const int blockEnd = std::min(block + kBlock, shown.right() + 1);
        for (int y = shown.top(); y <= shown.bottom(); ++y) {
            auto* row = reinterpret_cast<QRgb*>(target.scanLine(y));
            const int wy = y - window.top();
            for (int x = block; x < blockEnd; ++x) {
                const int wx = x - window.left();
                const int covered = mask.column(wx)[wy];
                const int dark = lined ? halo.column(wx)[wy] : 0;
                if (covered == 0 && dark == 0) continue;
                const int diagonal = x + y - view.origin.x() - view.origin.y() + kMultiple;
                const int share = onStripe(diagonal, style.stripes) ? fill : fill / 3;
                QRgb pixel = over(row[x], style.colour, (covered * share) >> 8);
                if (dark > 0) {
                    pixel = over(pixel, Qt::black, dark * 5 / 8);
                    if (onStripe(diagonal, style.dashes)) {
                        pixel = over(pixel, style.colour, line.column(wx)[wy]);
                    }
                }
                row[x] = pixel;
            }
        }
    }
}

}  // namespace fs2
