// Canvas: mouse, wheel, keys, drag and drop.
#include <QContextMenuEvent>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/canvas/canvas.h"
#include "ui/canvas/canvas_aids.h"
#include "ui/tools/tool.h"

namespace fs2 {
namespace {

constexpr double kScrollStep = 64;  // widget pixels of one notch

QStringList localPaths(const QMimeData* data) {
    QStringList paths;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile()) paths.push_back(url.toLocalFile());
    }
    return paths;
}

}  // namespace

// --- Mouse

ToolEvent Canvas::toolEvent(const QMouseEvent& event) const {
    return {view_.toImage(event.position()), event.position(), event.button(), event.buttons(),
            event.modifiers()};
}

void Canvas::setPointer(std::optional<QPointF> imagePoint) {
    if (imagePoint && !QRectF(QPointF(), imageSize()).contains(*imagePoint)) imagePoint.reset();
    const bool cross = display_.crosshair || keyboardPointer_;
    if (cross && pointer_) update(crosshairRegion(rect(), view_.toWidget(*pointer_)));
    if (cross && imagePoint) update(crosshairRegion(rect(), view_.toWidget(*imagePoint)));
    pointer_ = imagePoint;
    Q_EMIT pointerMoved(pointer_ ? QPoint(int(pointer_->x()), int(pointer_->y())) : QPoint(-1, -1));
}

void Canvas::mousePressEvent(QMouseEvent* event) {
    const bool pan =
        event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && spaceHeld_);
    if (pan && frame_) {
        panning_ = true;
        spacePanned_ = true;
        lastDrag_ = event->position();
        refreshCursor();
    } else if (Tool* tool = readyTool(); tool && !panning_) {
        tool->press(toolEvent(*event));
    }
}

void Canvas::mouseMoveEvent(QMouseEvent* event) {
    if (keyboardPointer_) {
        keyboardPointer_ = false;
        update();
    }
    if (panning_) {
        panBy(event->position() - std::exchange(lastDrag_, event->position()));
        return;
    }
    setPointer(view_.toImage(event->position()));
    if (Tool* tool = readyTool()) tool->move(toolEvent(*event));
}

void Canvas::mouseReleaseEvent(QMouseEvent* event) {
    if (panning_) {
        if (event->buttons() != Qt::NoButton) return;
        panning_ = false;
        refreshCursor();
    } else if (Tool* tool = readyTool()) {
        tool->release(toolEvent(*event));
    }
}

void Canvas::mouseDoubleClickEvent(QMouseEvent* event) {
    Tool* tool = readyTool();
    if (event->button() == Qt::MiddleButton || spaceHeld_ || !tool) return mousePressEvent(event);
    tool->doubleClick(toolEvent(*event));
}

void Canvas::contextMenuEvent(QContextMenuEvent* event) {
    const bool mouse = event->reason() == QContextMenuEvent::Mouse;
    const Tool* tool = readyTool();
    if (mouse && (!tool || tool->usesRightButton())) return;
    Q_EMIT contextMenuWanted(event->globalPos());
}

void Canvas::wheelEvent(QWheelEvent* event) {
    event->accept();
    const QPoint angle = event->angleDelta();
    const Qt::KeyboardModifiers keys = event->modifiers();
    const bool fine = !event->pixelDelta().isNull();
    // Some platforms turn a wheel with Alt or Shift into a horizontal one.
    const double notches = (angle.y() != 0 ? angle.y() : angle.x()) / 120.0;
    if (keys & Qt::AltModifier) {
        wheelRest_ += notches;
        const int steps = int(wheelRest_);
        wheelRest_ -= steps;
        if (Tool* tool = readyTool(); tool && (steps == 0 || tool->wheel(steps, keys))) return;
    }
    if (keys & Qt::ShiftModifier) return panBy(QPointF(notches * kScrollStep, 0));
    if (display_.wheelScrolls && !(keys & Qt::ControlModifier)) {
        return panBy(fine ? QPointF(event->pixelDelta()) : QPointF(angle) / 120 * kScrollStep);
    }
    if (notches == 0 || !frame_) return;
    fitted_ = false;
    view_.zoomAt(event->position(), view_.scale() * std::pow(kZoomStep, notches));
    viewMoved();
}

void Canvas::leaveEvent(QEvent*) {
    if (!keyboardPointer_) setPointer({});
    if (Tool* tool = readyTool()) tool->leave();
}

// --- Keys

bool Canvas::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && frame_ &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space) {
        event->accept();  // Space and drag pans, whatever shortcut a window gives the key
        return true;
    }
    if (event->type() == QEvent::ScreenChangeInternal) setSizes();  // other device pixels
    return QWidget::event(event);
}

void Canvas::setSpaceHeld(bool held) {
    spaceHeld_ = held;
    refreshCursor();
}

void Canvas::keyPressEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Space || !frame_) return QWidget::keyPressEvent(event);
    if (event->isAutoRepeat()) return;
    spacePanned_ = false;
    setSpaceHeld(true);
}

void Canvas::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Space) return QWidget::keyReleaseEvent(event);
    if (event->isAutoRepeat()) return;
    const bool tapped = spaceHeld_ && !spacePanned_;
    setSpaceHeld(false);
    if (tapped) Q_EMIT spaceTapped();
}

void Canvas::focusInEvent(QFocusEvent* event) {
    keyboardFocus_ =
        event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    update();
}

void Canvas::focusOutEvent(QFocusEvent*) {
    keyboardFocus_ = false;
    setSpaceHeld(false);
    update();
}

void Canvas::movePointer(QPointF widgetDelta) {
    if (!isReady()) return;
    const QPointF from = pointer_ ? view_.toWidget(*pointer_) : QRectF(rect()).center();
    const QPointF image = view_.toImage(from + widgetDelta);
    const QPointF inside(std::clamp(image.x(), 0.0, imageSize().width() - 0.01),
                         std::clamp(image.y(), 0.0, imageSize().height() - 0.01));
    keyboardPointer_ = true;
    setPointer(inside);
    if (!rect().contains(view_.toWidget(inside).toPoint())) centreOn(inside);
    const QPointF at = view_.toWidget(inside);
    if (tool_) tool_->move({inside, at, Qt::NoButton, Qt::NoButton, Qt::NoModifier});
}

void Canvas::clickPointer(bool positive) {
    Tool* tool = readyTool();
    if (!tool || !pointer_) return;
    const Qt::MouseButton button = positive ? Qt::LeftButton : Qt::RightButton;
    const QPointF at = view_.toWidget(*pointer_);
    tool->press({*pointer_, at, button, button, Qt::NoModifier});
    tool->release({*pointer_, at, button, Qt::NoButton, Qt::NoModifier});
}

// --- Drag and drop

void Canvas::dragEnterEvent(QDragEnterEvent* event) {
    if (localPaths(event->mimeData()).isEmpty()) return;
    event->acceptProposedAction();
    dropHover_ = true;
    update();
}

void Canvas::dragLeaveEvent(QDragLeaveEvent*) {
    dropHover_ = false;
    update();
}

void Canvas::dropEvent(QDropEvent* event) {
    dropHover_ = false;
    update();
    const QStringList paths = localPaths(event->mimeData());
    if (paths.isEmpty()) return;
    event->acceptProposedAction();
    Q_EMIT filesDropped(paths);
}

}  // namespace fs2
