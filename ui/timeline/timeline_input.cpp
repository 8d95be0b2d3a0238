// TimelineView: mouse, wheel, keys, tooltips.
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>

#include "ui/timeline/timeline_view.h"

namespace fs2 {
namespace {
constexpr int kGrab = 5;  // widget pixels round an in or out mark where it is taken
}

TimelineView::Drag TimelineView::dragAt(QPoint point) const {
    const Bands b = bands();
    if (point.x() < b.names || content_.frames == 0) return Drag::None;
    if (b.ruler.contains(point) && content_.hasMarks()) {
        const double in = b.names + axis_.xOf(content_.marks.first.value);
        const double out = b.names + axis_.xOf(content_.marks.last.value + 1);
        const double toIn = std::abs(point.x() - in);
        const double toOut = std::abs(point.x() - out);
        if (std::min(toIn, toOut) <= kGrab) return toIn < toOut ? Drag::In : Drag::Out;
    }
    return Drag::Playhead;
}

void TimelineView::dragTo(int x, bool done) {
    const FrameIndex frame = frameAt(x);
    FrameRange marks = content_.marks;
    switch (drag_) {
        case Drag::None:
            return;
        case Drag::Playhead:
            return done ? Q_EMIT frameChosen(frame) : Q_EMIT scrubbed(frame);
        case Drag::In:
            marks.first = std::min(frame, marks.last);
            break;
        case Drag::Out:
            marks.last = std::max(frame, marks.first);
            break;
    }
    if (marks != content_.marks) Q_EMIT marksDragged(marks);
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    if (event->button() != Qt::LeftButton) return event->ignore();
    if (at.x() < bands().names) {
        const int lane = laneAt(at.y());
        if (lane >= 0)
            Q_EMIT laneChosen(content_.lanes[std::size_t(lane)].object,
                              event->modifiers().testFlag(Qt::ControlModifier));
        return;
    }
    drag_ = dragAt(at);
    dragTo(at.x(), false);
}

void TimelineView::mouseMoveEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    if (drag_ != Drag::None) return dragTo(at.x(), false);
    const Drag could = dragAt(at);
    viewport()->setCursor(could == Drag::In || could == Drag::Out ? Qt::SizeHorCursor
                                                                  : Qt::ArrowCursor);
}

void TimelineView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    dragTo(event->position().toPoint().x(), true);
    drag_ = Drag::None;
}

void TimelineView::wheelEvent(QWheelEvent* event) {
    const QPoint at = event->position().toPoint();
    const QPoint delta = event->angleDelta();
    const Bands b = bands();
    event->accept();
    if (at.x() < b.names) {
        verticalScrollBar()->setValue(verticalScrollBar()->value() - delta.y() * kLaneHeight / 60);
    } else if (event->modifiers().testFlag(Qt::ShiftModifier) || delta.x() != 0) {
        const double notches = (delta.x() != 0 ? delta.x() : delta.y()) / 120.;
        axis_.scrollTo(axis_.firstFrame() - notches * axis_.visibleFrames() / 8);
        axisMoved();
    } else if (delta.y() != 0) {
        axis_.zoomAt(at.x() - b.names, std::pow(kZoomStep, delta.y() / 120.));
        axisMoved();
    }
}

void TimelineView::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    Q_EMIT menuWanted(byKey ? viewport()->mapToGlobal(QPoint(xOf(content_.playhead), 0))
                            : event->globalPos());
}

void TimelineView::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    if (step == 0 || content_.lanes.empty()) return event->ignore();
    const int count = int(content_.lanes.size());
    int lane = step > 0 ? -1 : count;
    for (int i = 0; i < count; ++i)
        if (content_.lanes[std::size_t(i)].selected) lane = i;
    lane = std::clamp(lane + step, 0, count - 1);
    const QRect rect = laneRect(lane);
    const QRect seen = bands().lanes;
    QScrollBar& down = *verticalScrollBar();
    if (rect.top() < seen.top()) down.setValue(down.value() + rect.top() - seen.top());
    if (rect.bottom() > seen.bottom()) down.setValue(down.value() + rect.bottom() - seen.bottom());
    Q_EMIT laneChosen(content_.lanes[std::size_t(lane)].object, false);
}

bool TimelineView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), tipAt(help->pos()), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

QString TimelineView::tipAt(QPoint point) const {
    const Bands b = bands();
    const int row = laneAt(point.y());
    const LaneLook* lane = row >= 0 ? &content_.lanes[std::size_t(row)] : nullptr;
    if (point.x() < b.names) return lane ? lane->name : QString();
    if (content_.frames == 0) return {};
    const FrameIndex frame = frameAt(point.x());
    QString text = tr("Frame %L1 · %2").arg(frame.value).arg(content_.timeText(frame));
    if (b.doubts.contains(point)) return text + QLatin1Char('\n') + content_.doubtText(frame);
    if (!lane) return text;
    const std::vector<LaneCell> cells = content_.cells(lane->object, {frame, frame}, 1);
    const LaneCell cell = cells.empty() ? LaneCell{} : cells.front();
    QStringList what{lane->name};
    if (cell.empty()) what << tr("no mask");
    if (cell.bits & LaneCell::Pending) what << tr("pending");
    if (cell.bits & LaneCell::Confirmed) what << tr("confirmed");
    if (cell.bits & LaneCell::Model) what << tr("by the model");
    if (cell.bits & LaneCell::Absent) what << tr("absent");
    if (cell.bits & LaneCell::Occluded) what << tr("occluded");
    if (cell.bits & (LaneCell::Model | LaneCell::Pending))
        what << tr("confidence %1 %").arg(cell.confidence * 100 / 255);
    return text + QLatin1Char('\n') + what.join(QStringLiteral(" · "));
}

}  // namespace fs2
