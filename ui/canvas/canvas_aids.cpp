#include "ui/canvas/canvas_aids.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace fs2 {
namespace {
const QColor kText(0xd8, 0xda, 0xde);
const QColor kDimText(0xa4, 0xa8, 0xb0);
}  // namespace

void paintPixelGrid(QPainter& painter, const QRect& exposed, const ViewTransform& view,
                    QSizeF picture) {
    if (view.scale() < kGridFrom) return;
    const QRectF part = view.toImage(QRectF(exposed)) & QRectF(QPointF(), picture);
    if (part.isEmpty()) return;
    const QRectF drawn = view.toWidget(part);
    // Stronger the nearer; a light and a dark line side by side are seen on any picture.
    const int alpha = int(std::clamp(view.scale() * 2, 24.0, 64.0));
    const double pixel = 1 / painter.device()->devicePixelRatioF();
    for (const auto& [shade, offset] : {std::pair(0, 0.0), std::pair(255, pixel)}) {
        painter.setPen(QPen(QColor(shade, shade, shade, alpha), 0));
        for (double x = std::ceil(part.left()); x < part.right(); ++x) {
            const double wx = view.toWidget(QPointF(x, 0)).x() + offset;
            painter.drawLine(QPointF(wx, drawn.top()), QPointF(wx, drawn.bottom()));
        }
        for (double y = std::ceil(part.top()); y < part.bottom(); ++y) {
            const double wy = view.toWidget(QPointF(0, y)).y() + offset;
            painter.drawLine(QPointF(drawn.left(), wy), QPointF(drawn.right(), wy));
        }
    }
}

void paintCrosshair(QPainter& painter, const QRect& widget, QPointF widgetPoint) {
    const QPointF at(std::floor(widgetPoint.x()) + 0.5, std::floor(widgetPoint.y()) + 0.5);
    const QLineF lines[] = {{QPointF(0, at.y()), QPointF(widget.width(), at.y())},
                            {QPointF(at.x(), 0), QPointF(at.x(), widget.height())}};
    for (const auto& pen : {QPen(QColor(0, 0, 0, 110), 3), QPen(QColor(255, 255, 255, 190), 1)}) {
        painter.setPen(pen);
        painter.drawLines(lines, 2);
    }
}

QRegion crosshairRegion(const QRect& widget, QPointF widgetPoint) {
    const QPoint at = widgetPoint.toPoint();
    return QRegion(0, at.y() - 3, widget.width(), 7) + QRegion(at.x() - 3, 0, 7, widget.height());
}

void paintDropPlace(QPainter& painter, const QRect& widget, const QString& text,
                    const QString& detail, const QColor& accent, bool highlighted) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QFont large = painter.font();
    large.setPointSizeF(large.pointSizeF() * 1.35);
    const QFont small = painter.font();
    const double room = std::min(double(widget.width()) - 32, 560.0);
    const QRectF lines = QFontMetricsF(large).boundingRect(
        QRectF(0, 0, room - 48, 400), Qt::AlignHCenter | Qt::TextWordWrap, text);
    const double height = 48 + 40 + 16 + lines.height() + (detail.isEmpty() ? 0 : 32);
    const QRectF place(widget.center().x() - room / 2, widget.center().y() - height / 2, room,
                       height);
    QPen edge(highlighted ? accent : QColor(0x5c, 0x60, 0x68), highlighted ? 2 : 1.5, Qt::DashLine);
    edge.setDashPattern({5, 4});
    painter.setPen(edge);
    painter.setBrush(highlighted ? QColor(255, 255, 255, 14) : QColor(255, 255, 255, 6));
    painter.drawRoundedRect(place, 8, 8);

    // A picture with a hill and a sun.
    const QRectF icon(place.center().x() - 26, place.top() + 24, 52, 40);
    painter.setPen(QPen(kDimText, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(icon, 5, 5);
    painter.drawEllipse(icon.topLeft() + QPointF(14, 13), 4, 4);
    const QPointF hills[] = {icon.bottomLeft() + QPointF(3, -6), icon.topLeft() + QPointF(19, 22),
                             icon.topLeft() + QPointF(27, 29), icon.topLeft() + QPointF(37, 16),
                             icon.bottomRight() + QPointF(-3, -9)};
    painter.drawPolyline(hills, 5);

    painter.setFont(large);
    painter.setPen(kText);
    const QRectF textPlace(place.left() + 24, icon.bottom() + 16, room - 48, lines.height() + 4);
    painter.drawText(textPlace, Qt::AlignHCenter | Qt::TextWordWrap, text);
    painter.setFont(small);
    painter.setPen(kDimText);
    painter.drawText(QRectF(place.left() + 24, textPlace.bottom() + 4, room - 48, 24),
                     Qt::AlignCenter, detail);
    painter.restore();
}

void paintPill(QPainter& painter, const QRect& widget, const QString& text) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QString shown =
        painter.fontMetrics().elidedText(text, Qt::ElideMiddle, std::max(80, widget.width() - 64));
    const QSizeF size(QFontMetricsF(painter.font()).horizontalAdvance(shown) + 32, 36);
    const QRectF pill(QRectF(widget).center() - QPointF(size.width() / 2, size.height() / 2), size);
    painter.setPen(QPen(QColor(255, 255, 255, 40), 1));
    painter.setBrush(QColor(20, 21, 24, 225));
    painter.drawRoundedRect(pill, 18, 18);
    painter.setPen(kText);
    painter.drawText(pill, Qt::AlignCenter, shown);
    painter.restore();
}

void paintFrame(QPainter& painter, const QRect& widget, const QColor& colour, int width) {
    painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    const double half = width / 2.0;
    painter.drawRect(QRectF(widget).adjusted(half, half, -half, -half));
}

}  // namespace fs2
