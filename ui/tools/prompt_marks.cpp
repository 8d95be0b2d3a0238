#include "ui/tools/prompt_marks.h"

#include <algorithm>

namespace fs2 {
namespace {

constexpr double kDotRadius = 6.5;  // widget pixels
constexpr double kHitRadius = 9;
const QColor kPositive(0x00, 0x9e, 0x73);  // told apart by shape and sign too, not by colour alone
const QColor kNegative(0xd5, 0x3e, 0x00);

void paintDot(QPainter& painter, QPointF at, bool positive, double radius) {
    QPolygonF diamond;
    const double tip = radius * 1.25;
    diamond << at + QPointF(0, -tip) << at + QPointF(tip, 0) << at + QPointF(0, tip)
            << at + QPointF(-tip, 0);
    const auto shape = [&] {
        if (positive) {
            painter.drawEllipse(at, radius, radius);
        } else {
            painter.drawPolygon(diamond);
        }
    };
    painter.setBrush(positive ? kPositive : kNegative);
    painter.setPen(QPen(QColor(0, 0, 0, 170), 4, Qt::SolidLine, Qt::RoundCap, Qt::MiterJoin));
    shape();
    painter.setPen(QPen(Qt::white, 2, Qt::SolidLine, Qt::RoundCap, Qt::MiterJoin));
    shape();
    const double arm = radius * 0.48;
    painter.drawLine(at - QPointF(arm, 0), at + QPointF(arm, 0));
    if (positive) painter.drawLine(at - QPointF(0, arm), at + QPointF(0, arm));
}

void paintBox(QPainter& painter, const QRectF& widgetRect) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 150), 3, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(widgetRect);
    QPen dashes(Qt::white, 1.5, Qt::CustomDashLine, Qt::FlatCap, Qt::MiterJoin);
    dashes.setDashPattern({5, 3});
    painter.setPen(dashes);
    painter.drawRect(widgetRect);
}

}  // namespace

QPointF imagePointOf(const Click& click) {
    return {click.x + 0.5, click.y + 0.5};
}

Click clickOf(QPointF imagePoint, bool positive, QSizeF picture) {
    return {std::clamp(imagePoint.x() - 0.5, 0.0, std::max(0.0, picture.width() - 1)),
            std::clamp(imagePoint.y() - 0.5, 0.0, std::max(0.0, picture.height() - 1)), positive};
}

std::optional<std::size_t> clickAt(const Prompt& prompt, const ViewTransform& view,
                                   QPointF widgetPoint) {
    for (std::size_t i = prompt.clicks.size(); i-- > 0;) {
        const QPointF away = view.toWidget(imagePointOf(prompt.clicks[i])) - widgetPoint;
        if (QPointF::dotProduct(away, away) <= kHitRadius * kHitRadius) return i;
    }
    return {};
}

void paintPrompt(QPainter& painter, const ViewTransform& view, const Prompt& prompt,
                 std::optional<std::size_t> hovered) {
    if (prompt.box) {
        const Box& b = *prompt.box;
        paintBox(painter, view.toWidget(QRectF(QPointF(b.x0, b.y0), QPointF(b.x1, b.y1))));
    }
    for (std::size_t i = 0; i < prompt.clicks.size(); ++i) {
        const double radius = hovered == i ? kDotRadius + 1.5 : kDotRadius;
        paintDot(painter, view.toWidget(imagePointOf(prompt.clicks[i])), prompt.clicks[i].positive,
                 radius);
    }
}

std::optional<Box> RubberBand::box(QSizeF picture) const {
    const QRectF inside = imageRect() & QRectF(QPointF(), picture);
    if (inside.width() < 1 || inside.height() < 1) return {};
    return Box{inside.left(), inside.top(), inside.right(), inside.bottom()};
}

void RubberBand::paint(QPainter& painter, const ViewTransform& view) const {
    const QRectF rect = view.toWidget(imageRect());
    painter.fillRect(rect, QColor(255, 255, 255, 26));
    paintBox(painter, rect);
}

}  // namespace fs2
