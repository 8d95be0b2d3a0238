#include "ui/canvas/picture_layer.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "annotation/core/halved.h"

namespace fs2 {
namespace {

constexpr double kNearestFrom =
    2;  // device pixels per picture pixel; below, pixels are interpolated

// Bytes R, G, B, X to Qt's 0xffRRGGBB.
std::uint32_t rgb32(std::uint32_t rgbx) {
    return 0xff000000u | (rgbx & 0x0000ff00u) | ((rgbx >> 16) & 0xffu) | ((rgbx & 0xffu) << 16);
}

// The pixel `share` of 256 parts of the way from a to b.
std::uint32_t blend(std::uint32_t a, std::uint32_t b, std::uint32_t share) {
    const std::uint32_t rest = 256 - share;
    const std::uint32_t even = ((a & 0xff00ffu) * rest + (b & 0xff00ffu) * share) >> 8;
    const std::uint32_t odd = ((a >> 8) & 0xff00ffu) * rest + ((b >> 8) & 0xff00ffu) * share;
    return (even & 0xff00ffu) | (odd & 0xff00ff00u);
}

// Which source pixels each device pixel of a row (or column) takes: the nearest one, or a share of
// two.
struct Taps {
    struct Tap {
        int first;
        int second;
        std::uint32_t share;  // of the second, in 256 parts
    };
    std::vector<Tap> taps;

    // `start` counts device pixels from the picture's edge; `step` is source pixels per device
    // pixel.
    Taps(int start, int count, double step, int sourceSize, bool smooth) {
        taps.reserve(std::size_t(count));
        for (int i = 0; i < count; ++i) {
            const double centre = (start + i + 0.5) * step - (smooth ? 0.5 : 0);
            const double whole = std::floor(centre);
            const int first = std::clamp(int(whole), 0, sourceSize - 1);
            const int second = std::clamp(int(whole) + 1, 0, sourceSize - 1);
            taps.push_back({first, second, std::uint32_t((centre - whole) * 256)});
        }
    }
};

}  // namespace

void PictureLayer::setFrame(const Frame& frame, const std::vector<Frame>& halves) {
    frame_ = frame;
    levels_.clear();
    if (frame_) levels_.push_back(frame_);
    if (frame_) levels_.insert(levels_.end(), halves.begin(), halves.end());
    cache_.invalidate();
}

void PictureLayer::setDisplay(const DisplayOptions& options) {
    const double slope =
        std::tan((std::clamp(options.contrast, -1.0, 0.98) + 1) * std::numbers::pi / 4);
    std::array<std::uint8_t, 256> tones{};
    plainTones_ = true;
    for (int i = 0; i < 256; ++i) {
        const double straight = (i / 255.0 - 0.5) * slope + 0.5 + options.brightness;
        const double curved = std::pow(std::clamp(straight, 0.0, 1.0), 1 / options.gamma);
        tones[std::size_t(i)] = std::uint8_t(std::lround(255 * curved));
        plainTones_ = plainTones_ && tones[std::size_t(i)] == i;
    }
    if (tones == tones_) return;
    tones_ = tones;
    cache_.invalidate();
}

void PictureLayer::setBackground(QRgb colour) {
    if (colour == background_) return;
    background_ = colour;
    cache_.invalidate();
}

const QImage& PictureLayer::image(const DeviceView& view) {
    return cache_.image(view,
                        [&](QImage& target, const QRect& rect) { render(target, rect, view); });
}

const FrameData& PictureLayer::level(int halvings) {
    while (int(levels_.size()) <= halvings) levels_.push_back(halved(*levels_.back()));
    return *levels_[std::size_t(halvings)];
}

void PictureLayer::render(QImage& target, const QRect& devicePixels, const DeviceView& view) {
    for (int y = devicePixels.top(); y <= devicePixels.bottom(); ++y) {
        auto* row = reinterpret_cast<QRgb*>(target.scanLine(y));
        std::fill(row + devicePixels.left(), row + devicePixels.right() + 1, background_);
    }
    if (!frame_) return;
    const QPointF end = QPointF(frame_->fullWidth, frame_->fullHeight) * view.scale;
    const QRect covered(view.origin, QSize(std::max(1, int(end.x())), std::max(1, int(end.y()))));
    const QRect shown = devicePixels & covered;
    if (shown.isEmpty()) return;
    // A proxy has fewer pixels than the picture has.
    const double scale = view.scale * frame_->fullWidth / frame_->width;
    const int halvings = scale >= 1 ? 0 : int(std::floor(-std::log2(scale)));
    const FrameData& source = level(halvings);
    const bool smooth = scale < kNearestFrom && scale != 1;
    const Taps across(shown.left() - view.origin.x(), shown.width(),
                      source.width / (frame_->fullWidth * view.scale), source.width, smooth);
    const Taps down(shown.top() - view.origin.y(), shown.height(),
                    source.height / (frame_->fullHeight * view.scale), source.height, smooth);
    for (int y = 0; y < shown.height(); ++y) {
        const Taps::Tap& row = down.taps[std::size_t(y)];
        auto* out = reinterpret_cast<QRgb*>(target.scanLine(shown.top() + y)) + shown.left();
        const auto* upper = reinterpret_cast<const QRgb*>(source.row(row.first));
        const auto* lower = reinterpret_cast<const QRgb*>(source.row(row.second));
        if (smooth) {
            for (const Taps::Tap& tap : across.taps) {
                *out++ = blend(blend(upper[tap.first], upper[tap.second], tap.share),
                               blend(lower[tap.first], lower[tap.second], tap.share), row.share);
            }
        } else {
            for (const Taps::Tap& tap : across.taps) *out++ = upper[tap.first];
        }
        out -= shown.width();
        std::transform(out, out + shown.width(), out, rgb32);
    }
    if (!plainTones_) applyTones(target, shown);
}

void PictureLayer::applyTones(QImage& target, const QRect& devicePixels) const {
    for (int y = devicePixels.top(); y <= devicePixels.bottom(); ++y) {
        auto* row = reinterpret_cast<QRgb*>(target.scanLine(y));
        for (int x = devicePixels.left(); x <= devicePixels.right(); ++x) {
            row[x] = qRgb(tones_[std::size_t(qRed(row[x]))], tones_[std::size_t(qGreen(row[x]))],
                          tones_[std::size_t(qBlue(row[x]))]);
        }
    }
}

}  // namespace fs2
