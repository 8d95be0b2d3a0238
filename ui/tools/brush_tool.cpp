#include "ui/tools/brush_tool.h"

#include <algorithm>
#include <cmath>

#include "annotation/document/edits.h"

namespace fs2 {
namespace {
constexpr double kSmallestCircle = 3;  // widget pixels; below it a cross shows where the brush is
}  // namespace

int brushStep(int imagePixels, int steps) {
    int size = imagePixels;
    for (int i = 0; i < std::abs(steps); ++i) {
        const int step = std::max(1, size / 8);
        size = std::clamp(steps > 0 ? size + step : size - step, 1, BrushTool::kMaxSize);
    }
    return size;
}

BrushTool::BrushTool(Brush mode, Document& document, Canvas* canvas, QObject* parent)
    : Tool(canvas, parent), mode_(mode), document_(document) {
    // An answer or an undo in mid-stroke changes what the stroke was begun on.
    connect(&document_, &Document::changed, this, [this](const ChangeEvent& event) {
        const auto* masks = std::get_if<MasksChanged>(&event);
        if ((masks && masks->object == work_.object) || std::holds_alternative<ItemOpened>(event)) {
            abandon();
        }
    });
}

QString BrushTool::name() const {
    return mode_ == Brush::Paint ? tr("Brush") : tr("Eraser");
}

QString BrushTool::hint() const {
    return mode_ == Brush::Paint ? tr("Paint on the selected object, or a new one; right button "
                                      "erases, [ ] or Alt+wheel "
                                      "set the size")
                                 : tr("Erase from the selected object; right button paints, [ ] or "
                                      "Alt+wheel set the size");
}

void BrushTool::setSize(int imagePixels) {
    if (shown_) canvas()->updateImageRect(circle(at_));
    size_ = std::clamp(imagePixels, 1, kMaxSize);
    if (shown_) canvas()->updateImageRect(circle(at_));
    canvas()->refreshCursor();
}

QCursor BrushTool::cursor() const {
    return size_ * canvas()->view().scale() < 2 * kSmallestCircle ? Qt::CrossCursor
                                                                  : Qt::BlankCursor;
}

QRectF BrushTool::circle(QPointF imagePoint) const {
    return QRectF(imagePoint.x() - size_ / 2.0, imagePoint.y() - size_ / 2.0, size_, size_);
}

void BrushTool::moveCircle(QPointF imagePoint) {
    canvas()->updateImageRect(circle(at_));
    at_ = imagePoint;
    shown_ = true;
    canvas()->updateImageRect(circle(at_));
}

bool BrushTool::begin(Brush brush) {
    if (!document_.isLoaded()) return false;
    const ObjectId current = document_.currentObject();
    const ObjectRecord* object = document_.object(current);
    if (object && (object->locked || object->hidden)) {
        Q_EMIT refused(object->locked ? tr("The selected object is locked")
                                      : tr("The selected object is hidden"));
        return false;
    }
    if (!object && brush == Brush::Erase) {
        Q_EMIT refused(tr("Select the object to erase from first"));
        return false;
    }
    const LabelRecord* label = document_.label(current, frame());
    const QSize size = canvas()->imageSize().toSize();
    brush_ = brush;
    strokeFrame_ = frame();
    work_ = {};
    work_.object = object ? current : document_.reserveObjectId();
    work_.mask = label ? label->mask : Mask::blank(size.width(), size.height());
    work_.colour =
        object ? document_.colourOf(current) : Document::cycleColour(work_.object.value - 1);
    work_.selected = true;
    return true;
}

void BrushTool::strokeTo(Point imagePoint) {
    work_.mask = stroked(work_.mask, {last_, imagePoint}, size_ / 2.0, brush_);
    const QRectF swept = circle({last_.x, last_.y}) | circle({imagePoint.x, imagePoint.y});
    canvas()->setLive(work_, swept.adjusted(-1, -1, 1, 1));
    last_ = imagePoint;
}

void BrushTool::press(const ToolEvent& event) {
    if (stroking_ || (event.button != Qt::LeftButton && event.button != Qt::RightButton)) return;
    const Brush other = mode_ == Brush::Paint ? Brush::Erase : Brush::Paint;
    if (!begin(event.button == Qt::LeftButton ? mode_ : other)) return;
    stroking_ = true;
    last_ = {event.imagePoint.x(), event.imagePoint.y()};
    moveCircle(event.imagePoint);
    strokeTo(last_);
}

void BrushTool::move(const ToolEvent& event) {
    moveCircle(event.imagePoint);
    if (stroking_) strokeTo({event.imagePoint.x(), event.imagePoint.y()});
}

void BrushTool::release(const ToolEvent& event) {
    if (!stroking_ || (event.buttons & (Qt::LeftButton | Qt::RightButton))) return;
    stroking_ = false;
    edit::setMask(document_, work_.object, work_.mask,
                  brush_ == Brush::Paint ? tr("brush stroke") : tr("eraser stroke"), newClass_,
                  strokeFrame_);
    canvas()->clearLive();
}

void BrushTool::abandon() {
    if (!stroking_) return;
    stroking_ = false;
    canvas()->clearLive();
}

void BrushTool::leave() {
    canvas()->updateImageRect(circle(at_));
    shown_ = false;
}

bool BrushTool::wheel(int steps, Qt::KeyboardModifiers) {
    Q_EMIT sizeWanted(brushStep(size_, steps));
    return true;
}

bool BrushTool::stepBack() {
    const bool was = stroking_;
    abandon();
    return was;
}

void BrushTool::activate() {
    shown_ = canvas()->pointer().has_value();
    if (shown_) at_ = *canvas()->pointer();
}

void BrushTool::deactivate() {
    abandon();
    leave();
}

void BrushTool::paint(QPainter& painter, const ViewTransform& view) const {
    const QRectF round = view.toWidget(circle(at_));
    if (!shown_ || round.width() < 2 * kSmallestCircle) return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 170), 3));
    painter.drawEllipse(round);
    QPen line(Qt::white, 1.5);
    if (mode_ == Brush::Erase) line.setDashPattern({4, 3});
    painter.setPen(line);
    painter.drawEllipse(round);
}

}  // namespace fs2
