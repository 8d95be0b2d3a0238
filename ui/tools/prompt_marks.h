// prompt_marks: paints clicks and boxes of a prompt, and finds the dot under the mouse. Pure
// functions.
#pragma once
#include <QPainter>

#include <optional>

#include "annotation/core/prompt.h"
#include "ui/canvas/view_transform.h"

namespace fs2 {

/// The click whose dot is at this widget point; the last one made where dots lie over each other.
std::optional<std::size_t> clickAt(const Prompt& prompt, const ViewTransform& view,
                                   QPointF widgetPoint);
/// A positive click is a round dot with a plus, a negative one a diamond with a minus. `hovered` is
/// drawn larger: a click on it removes it.
void paintPrompt(QPainter& painter, const ViewTransform& view, const Prompt& prompt,
                 std::optional<std::size_t> hovered);
QPointF imagePointOf(const Click& click);
/// Never nearer to the picture's edge than the centre of its outermost pixels.
Click clickOf(QPointF imagePoint, bool positive, QSizeF picture);

/// A rectangle that is dragged out with the mouse.
class RubberBand {
  public:
    void start(QPointF imagePoint) { from_ = to_ = imagePoint; }
    void drag(QPointF imagePoint) { to_ = imagePoint; }
    /// Inside the picture; nothing where it is thinner than a pixel.
    std::optional<Box> box(QSizeF picture) const;
    QRectF imageRect() const { return QRectF(from_, to_).normalized(); }
    void paint(QPainter& painter, const ViewTransform& view) const;

  private:
    QPointF from_;
    QPointF to_;
};

}  // namespace fs2
