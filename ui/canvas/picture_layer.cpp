#include "ui/canvas/picture_layer.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

namespace fs2 {
namespace {

constexpr double kNearestFrom = 2;  // device pixels per picture pixel; below, pixels are interpolated

// Means of the four bytes of two pixels, rounded up and down: in turn, so that halving keeps brightness.
std::uint32_t meanUp(std::uint32_t a, std::uint32_t b) {
    return (a | b) - (((a ^ b) & 0xfefefefeu) >> 1);
}
std::uint32_t meanDown(std::uint32_t a, std::uint32_t b) {
    return (a & b) + (((a ^ b) & 0xfefefefeu) >> 1);
}

// Bytes R, G, B, X to Qt's 0xffRRGGBB.
std::uint32_t rgb32(std::uint32_t rgbx) {
    return 0xff000000u | (rgbx & 0x0000ff00u) | ((rgbx >> 16) & 0xffu) | ((rgbx & 0xffu) << 16);
}

// Half the size, an odd last row or column repeated.
QImage halved(const QImage& source) {
    QImage half((source.width() + 1) / 2, (source.height() + 1) / 2, QImage::Format_RGB32);
    const bool swap = source.format() == QImage::Format_RGBX8888;
    const int pairs = source.width() / 2;
    for (int y = 0; y < half.height(); ++y) {
        const uchar* upper = source.constScanLine(2 * y);
        const uchar* lower = source.constScanLine(std::min(2 * y + 1, source.height() - 1));
        auto* out = reinterpret_cast<std::uint32_t*>(half.scanLine(y));
        for (int x = 0; x < half.width(); ++x) {
            std::uint32_t a[2];
            std::uint32_t b[2];
            const std::size_t bytes = x < pairs ? 8 : 4;
            std::memcpy(a, upper + 8 * x, bytes);
            std::memcpy(b, lower + 8 * x, bytes);
            if (x >= pairs) {
                a[1] = a[0];
                b[1] = b[0];
            }
            const std::uint32_t mean = meanDown(meanUp(a[0], b[0]), meanUp(a[1], b[1]));
            out[x] = swap ? rgb32(mean) : mean;
        }
    }
    return half;
}

QImage shared(const Frame& frame) {
    auto* owner = new Frame(frame);  // deleted by the QImage when its last copy goes
    return QImage(frame->pixels.data(), frame->width, frame->height, frame->stride,
                  QImage::Format_RGBX8888, [](void* held) { delete static_cast<Frame*>(held); }, owner);
}

}  // namespace

void PictureLayer::setFrame(const Frame& frame) {
    frame_ = frame;
    levels_.clear();
    if (frame_) levels_.push_back(shared(frame_));
    cache_.invalidate();
}

void PictureLayer::setDisplay(const DisplayOptions& options) {
    const double slope = std::tan((std::clamp(options.contrast, -1.0, 0.98) + 1) *
                                  std::numbers::pi / 4);
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
    return cache_.image(view, [&](QImage& target, const QRect& rect) { render(target, rect, view); });
}

const QImage& PictureLayer::level(int halvings) {
    while (int(levels_.size()) <= halvings) levels_.push_back(halved(levels_.back()));
    return levels_[std::size_t(halvings)];
}

void PictureLayer::render(QImage& target, const QRect& devicePixels, const DeviceView& view) {
    target.setDevicePixelRatio(1);
    QPainter painter(&target);
    painter.fillRect(devicePixels, QColor(background_));
    if (!frame_) return;
    // A proxy has fewer pixels than the picture has.
    const double shrunk = double(frame_->width) / frame_->fullWidth;
    const double scale = view.scale / shrunk;  // device pixels per pixel of the Frame
    const int halvings = scale >= 1 ? 0 : int(std::floor(-std::log2(scale)));
    const QImage& source = level(halvings);
    const QRectF picture(0, 0, frame_->fullWidth, frame_->fullHeight);
    const QRectF wanted = view.toImage(devicePixels.adjusted(-2, -2, 2, 2)) & picture;
    if (wanted.isEmpty()) return;
    // Whole source pixels, so that neighbouring strips join without a seam.
    const double across = double(source.width()) / picture.width();
    const double down = double(source.height()) / picture.height();
    const QRect part = QRectF(wanted.x() * across - 1, wanted.y() * down - 1, wanted.width() * across + 2,
                              wanted.height() * down + 2).toAlignedRect() & source.rect();
    const QRectF place(part.x() / across * view.scale + view.origin.x(),
                       part.y() / down * view.scale + view.origin.y(),
                       part.width() / across * view.scale, part.height() / down * view.scale);
    // Cut to whole device pixels: every strip ends at the same one.
    const QPointF end = QPointF(picture.width(), picture.height()) * view.scale;
    const QRect covered(view.origin, QSize(std::max(1, int(end.x())), std::max(1, int(end.y()))));
    painter.setClipRect(devicePixels & covered);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, scale < kNearestFrom && scale != 1);
    painter.drawImage(place, source, QRectF(part));
    painter.end();
    if (!plainTones_) applyTones(target, view.toDevice(picture, 0) & devicePixels);
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
