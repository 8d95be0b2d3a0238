#include "ui/canvas/view_cache.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace fs2 {
namespace {

// dst(x, y) = src(x - delta.x, y - delta.y) where both exist
void shiftPixels(const QImage& src, QImage& dst, QPoint delta) {
    const QRect kept = src.rect() & src.rect().translated(delta);
    if (kept.isEmpty()) return;
    for (int y = kept.top(); y <= kept.bottom(); ++y) {
        std::memcpy(dst.scanLine(y) + 4 * kept.left(),
                    src.constScanLine(y - delta.y()) + 4 * (kept.left() - delta.x()),
                    4 * std::size_t(kept.width()));
    }
}

}  // namespace

QRect DeviceView::toDevice(const QRectF& imageRect, int margin) const {
    // Clamped before the conversion to int: at 64 device pixels per image pixel a large photo
    // reaches beyond what a QRect can hold safely.
    const auto along = [this](double v, int start, int length) {
        return std::clamp(v * scale + start, -1.0e6, double(length) + 1.0e6);
    };
    const int left = int(std::floor(along(imageRect.left(), origin.x(), size.width())));
    const int top = int(std::floor(along(imageRect.top(), origin.y(), size.height())));
    const int right = int(std::ceil(along(imageRect.right(), origin.x(), size.width())));
    const int bottom = int(std::ceil(along(imageRect.bottom(), origin.y(), size.height())));
    return QRect(left, top, right - left, bottom - top).adjusted(-margin, -margin, margin, margin);
}

QRectF DeviceView::toImage(const QRect& devicePixels) const {
    return QRectF((devicePixels.x() - origin.x()) / scale, (devicePixels.y() - origin.y()) / scale,
                  devicePixels.width() / scale, devicePixels.height() / scale);
}

const QImage& ViewCache::image(const DeviceView& view, const Render& render) {
    const QRect whole(QPoint(), view.size);
    if (image_.size() != view.size) {
        image_ = QImage(view.size, format_);
        spare_ = QImage(view.size, format_);
        stale_ = whole;
    } else if (view.scale != view_.scale) {
        stale_ = whole;
    } else if (const QPoint delta = view.origin - view_.origin; !delta.isNull()) {
        shiftPixels(image_, spare_, delta);
        image_.swap(spare_);
        stale_ = stale_.translated(delta) + (QRegion(whole) - whole.translated(delta));
    }
    view_ = view;
    for (const QRect& rect : stale_& whole) render(image_, rect);
    stale_ = {};
    image_.setDevicePixelRatio(view.pixelRatio);
    return image_;
}

void ViewCache::invalidate() {
    stale_ = QRect(QPoint(), view_.size);
}

void ViewCache::invalidate(const QRectF& imageRect, int deviceMargin) {
    stale_ += view_.toDevice(imageRect, deviceMargin) & QRect(QPoint(), view_.size);
}

}  // namespace fs2
