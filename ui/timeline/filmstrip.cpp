#include "ui/timeline/filmstrip.h"

#include <QPainter>

#include <algorithm>
#include <memory>

namespace fs2 {
namespace {
constexpr double kNarrowest = .4;  // width by height of the pictures of tall films
constexpr double kWidest = 3;      // and of wide ones
}  // namespace

void Filmstrip::clear() {
    pictures_.clear();
    asked_.clear();
    Q_EMIT changed();
}

void Filmstrip::setShape(QSize framePixels) {
    if (framePixels.isEmpty()) return;
    aspect_ = std::clamp(double(framePixels.width()) / framePixels.height(), kNarrowest, kWidest);
    Q_EMIT changed();
}

void Filmstrip::setPicture(int frame, const QImage& image) {
    pictures_.insert(frame, std::make_unique<QImage>(image).release());  // the cache owns it
    Q_EMIT changed();
}

void Filmstrip::paint(QPainter& painter, const QRect& place, const TimeAxis& axis,
                      const QColor& blank) {
    if (axis.frames() == 0) return;
    painter.save();
    painter.setClipRect(place);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const double width = place.height() * aspect_;
    const double apart = std::max(1., width / axis.pixelsPerFrame());  // frames
    int grid = 1;  // frames: the same pictures serve many zooms
    while (grid * 8 <= apart) grid *= 2;
    QList<int> missing;
    for (auto slot = qint64(axis.firstFrame() / apart);; ++slot) {
        const double x = place.left() + axis.xOf(double(slot) * apart);
        const int frame = int(double(slot) * apart) / grid * grid;
        if (x > place.right() || frame >= axis.frames()) break;
        const QRectF box(x, place.top(), width, place.height());
        const QImage* picture = pictures_.object(frame);
        if (picture && !picture->isNull()) {
            const QSizeF size = QSizeF(picture->size()).scaled(box.size(), Qt::KeepAspectRatio);
            painter.drawImage(QRectF(box.topLeft(), size), *picture);
        } else {
            painter.fillRect(box.adjusted(0, 0, -1, 0), blank);
            if (!picture) missing.append(frame);
        }
    }
    painter.restore();
    if (missing.isEmpty() || missing == asked_) return;
    asked_ = missing;
    Q_EMIT wanted(missing);
}

}  // namespace fs2
