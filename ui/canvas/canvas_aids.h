// canvas_aids: what the canvas paints besides picture and masks. Pure functions of a painter in
// widget points; GUI thread.
#pragma once
#include <QPainter>
#include <QPalette>

#include "ui/canvas/view_transform.h"

namespace fs2 {

/// Lines between the pixels, where they are at least kGridFrom widget pixels wide.
constexpr double kGridFrom = 8;
void paintPixelGrid(QPainter& painter, const QRect& exposed, const ViewTransform& view,
                    QSizeF picture);
void paintCrosshair(QPainter& painter, const QRect& widget, QPointF widgetPoint);
/// The rectangles that a crosshair at this point covers.
QRegion crosshairRegion(const QRect& widget, QPointF widgetPoint);
/// The empty state: a frame to drop things on, what to do, and the smaller line below.
void paintDropPlace(QPainter& painter, const QRect& widget, const QString& text,
                    const QString& detail, const QColor& accent, bool highlighted);
/// One line on a dark pill in the middle.
void paintPill(QPainter& painter, const QRect& widget, const QString& text);
/// A line round the widget: keyboard focus, or files that may be dropped here.
void paintFrame(QPainter& painter, const QRect& widget, const QColor& colour, int width);

}  // namespace fs2
