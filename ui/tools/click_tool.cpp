#include "ui/tools/click_tool.h"

#include <QApplication>

#include "annotation/document/document.h"
#include "ui/tools/live_preview.h"
#include "ui/tools/prompt_draft.h"
#include "ui/tools/select_tool.h"

namespace fs2 {

ClickTool::ClickTool(Document& document, PromptDraft& draft, LivePreview& preview, Canvas* canvas,
                     QObject* parent)
    : Tool(canvas, parent), document_(document), draft_(draft), preview_(preview) {
    connect(&draft_, &PromptDraft::changed, this, [this] {
        hoveredDot_.reset();
        if (this->canvas()->tool() == this) this->canvas()->update();
    });
}

QString ClickTool::name() const {
    return tr("Click");
}

QString ClickTool::hint() const {
    return positive_
               ? tr("Left click adds to the object, right or Shift+click takes away, Shift+drag is "
                    "a box, Enter accepts")
               : tr("Left click takes away from the object, right or Shift+click adds, Shift+drag "
                    "is a box, Enter accepts");
}

QCursor ClickTool::cursor() const {
    return hoveredDot_ ? Qt::PointingHandCursor : Qt::CrossCursor;
}

void ClickTool::setPositive(bool positive) {
    positive_ = positive;
    preview_.stop();
    Q_EMIT hintChanged();
}

void ClickTool::addClick(QPointF imagePoint, bool positive) {
    preview_.stop();
    if (QRectF(QPointF(), canvas()->imageSize()).contains(imagePoint)) {
        draft_.addClick(clickOf(imagePoint, positive, canvas()->imageSize()));
    }
}

void ClickTool::press(const ToolEvent& event) {
    if (event.button == Qt::RightButton) return addClick(event.imagePoint, !positive_);
    if (event.button != Qt::LeftButton) return;
    if (event.modifiers & Qt::ControlModifier) {
        selectAt(document_, frame(), event.imagePoint, true);
    } else if (event.modifiers & Qt::ShiftModifier) {
        shift_ = Shift::Pressed;
        pressedAt_ = event.widgetPoint;
        band_.start(event.imagePoint);
    } else if (const auto dot = clickAt(draft_.prompt(), canvas()->view(), event.widgetPoint)) {
        draft_.removeClick(*dot);
    } else {
        addClick(event.imagePoint, positive_);
    }
}

void ClickTool::move(const ToolEvent& event) {
    if (shift_ == Shift::Pressed &&
        (event.widgetPoint - pressedAt_).manhattanLength() >= QApplication::startDragDistance()) {
        shift_ = Shift::Dragging;
        preview_.stop();
    }
    if (shift_ == Shift::Dragging) {
        canvas()->updateImageRect(band_.imageRect());
        band_.drag(event.imagePoint);
        canvas()->updateImageRect(band_.imageRect());
        return;
    }
    if (event.buttons != Qt::NoButton) return;
    const auto dot = clickAt(draft_.prompt(), canvas()->view(), event.widgetPoint);
    if (dot != hoveredDot_) {
        hoveredDot_ = dot;
        canvas()->refreshCursor();
        canvas()->update();
    }
    if (dot || !canvas()->pointer()) {
        preview_.stop();
    } else {
        preview_.hover(event.imagePoint, positive_);
    }
}

void ClickTool::release(const ToolEvent& event) {
    if (event.button != Qt::LeftButton) return;
    const Shift shift = std::exchange(shift_, Shift::Up);
    if (shift == Shift::Pressed) {
        addClick(event.imagePoint, !positive_);
    } else if (shift == Shift::Dragging) {
        canvas()->update();
        if (const auto box = band_.box(canvas()->imageSize())) draft_.setBox(*box);
    }
}

void ClickTool::leave() {
    preview_.stop();
}

bool ClickTool::stepBack() {
    if (shift_ != Shift::Up) {
        shift_ = Shift::Up;
        canvas()->update();
        return true;
    }
    return draft_.drop();
}

bool ClickTool::removeLast() {
    return draft_.removeLast();
}

void ClickTool::deactivate() {
    shift_ = Shift::Up;
    hoveredDot_.reset();
    preview_.stop();
}

void ClickTool::paint(QPainter& painter, const ViewTransform& view) const {
    paintPrompt(painter, view, draft_.prompt(), hoveredDot_);
    if (shift_ == Shift::Dragging) band_.paint(painter, view);
}

}  // namespace fs2
