#include "ui/timeline/timeline_view.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <utility>

namespace fs2 {
namespace {

constexpr int kStripHeight = 44;
constexpr int kDoubtHeight = 16;
constexpr int kPlayheadReach = 8;  // widget pixels beside the playhead that its handle covers
constexpr int kGrab = 5;           // widget pixels round an in or out mark where it is taken
constexpr double kZoomStep = 1.25;
constexpr double kBarUnit = 1000;  // of the scroll bar, for the whole clip

}  // namespace

TimelineView::TimelineView(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("timelineView"));
    setAccessibleName(tr("Timeline"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    viewport()->setMouseTracking(true);
    connect(&strip_, &Filmstrip::changed, this, [this] { viewport()->update(bands().strip); });
}

void TimelineView::setContent(TimelineContent content) {
    content_ = std::move(content);
    axis_.setWidth(std::max(1, viewport()->width() - bands().names));
    axis_.setFrames(content_.frames);
    strip_.clear();
    verticalScrollBar()->setValue(0);
    describe();
    axisMoved();
}

void TimelineView::setLanes(std::vector<LaneLook> lanes) {
    if (lanes == content_.lanes) return;
    content_.lanes = std::move(lanes);
    lanes_.invalidate();
    showScrollBars();
    viewport()->update();
}

void TimelineView::setPlayhead(FrameIndex frame, bool approximate, bool follow) {
    if (frame == content_.playhead && approximate == content_.approximate) return;
    updateFrames({content_.playhead, content_.playhead}, kPlayheadReach);
    content_.playhead = frame;
    content_.approximate = approximate;
    describe();
    if (follow && axis_.reveal(frame.value)) return axisMoved();
    updateFrames({frame, frame}, kPlayheadReach);
}

void TimelineView::setMarks(FrameRange marks) {
    if (marks == content_.marks) return;
    content_.marks = marks;
    describe();
    viewport()->update();
}

void TimelineView::setRun(FrameRange run) {
    if (run == content_.run) return;
    content_.run = run;
    viewport()->update(bands().ruler);
}

void TimelineView::framesChanged(FrameRange frames) {
    lanes_.invalidate(frames);
    updateFrames(frames, 2);
}

void TimelineView::fit() {
    axis_.fit();
    axisMoved();
}

void TimelineView::zoomIn() {
    axis_.zoomAt(axis_.xOf(content_.playhead.value + .5), kZoomStep * kZoomStep);
    axisMoved();
}

void TimelineView::zoomOut() {
    axis_.zoomAt(axis_.xOf(content_.playhead.value + .5), 1 / (kZoomStep * kZoomStep));
    axisMoved();
}

// --- Where things are

TimelineView::Bands TimelineView::bands() const {
    Bands b;
    const QSize size = viewport()->size();
    b.names = std::clamp(fontMetrics().averageCharWidth() * 22, 60, std::max(60, size.width() / 4));
    const int width = std::max(0, size.width() - b.names);
    const int ruler = fontMetrics().height() + 6;
    b.ruler = {b.names, 0, width, ruler};
    const bool tall = size.height() >= ruler + kStripHeight + kDoubtHeight + kLaneHeight;
    b.strip = {b.names, ruler, width, tall ? kStripHeight : 0};
    b.doubts = {b.names, ruler + b.strip.height(), width, kDoubtHeight};
    const int top = b.doubts.y() + kDoubtHeight;
    b.lanes = {b.names, top, width, std::max(0, size.height() - top)};
    return b;
}

FrameIndex TimelineView::frameAt(int x) const {
    return {axis_.frameAt(x - bands().names)};
}

int TimelineView::xOf(FrameIndex frame) const {
    return bands().names + int(std::floor(axis_.xOf(frame.value + .5)));
}

int TimelineView::laneAt(int y) const {
    const QRect lanes = bands().lanes;
    if (y < lanes.top() || y > lanes.bottom()) return -1;
    const int lane = (y - lanes.top() + verticalScrollBar()->value()) / kLaneHeight;
    return lane < int(content_.lanes.size()) ? lane : -1;
}

QRect TimelineView::laneRect(int lane) const {
    const int top = bands().lanes.top() + lane * kLaneHeight - verticalScrollBar()->value();
    return {0, top, viewport()->width(), kLaneHeight};
}

void TimelineView::updateFrames(FrameRange frames, int margin) {
    const int names = bands().names;
    const int left = names + int(std::floor(axis_.xOf(frames.first.value))) - margin;
    const int right = names + int(std::ceil(axis_.xOf(frames.last.value + 1))) + margin;
    viewport()->update(QRect(left, 0, right - left, viewport()->height()) & viewport()->rect());
}

void TimelineView::axisMoved() {
    showScrollBars();
    viewport()->update();
    Q_EMIT viewMoved();
}

void TimelineView::showScrollBars() {
    settingBars_ = true;
    QScrollBar& across = *horizontalScrollBar();
    const double unit = axis_.frames() > 0 ? kBarUnit * 100 / axis_.frames() : 0;
    const int page = int(std::ceil(axis_.visibleFrames() * unit));
    across.setRange(0, std::max(0, int(axis_.frames() * unit) - page));
    across.setPageStep(std::max(1, page));
    across.setSingleStep(std::max(1, page / 20));
    across.setValue(int(std::lround(axis_.firstFrame() * unit)));
    const int height = bands().lanes.height();
    QScrollBar& down = *verticalScrollBar();
    down.setRange(0, std::max(0, int(content_.lanes.size()) * kLaneHeight - height));
    down.setPageStep(std::max(1, height));
    down.setSingleStep(kLaneHeight);
    settingBars_ = false;
}

void TimelineView::scrollContentsBy(int dx, int) {
    if (settingBars_) return;
    if (dx != 0 && axis_.frames() > 0) {
        axis_.scrollTo(horizontalScrollBar()->value() * axis_.frames() / (kBarUnit * 100));
        Q_EMIT viewMoved();
    }
    viewport()->update();
}

void TimelineView::describe() {
    QString text = tr("Frame %L1 of %L2").arg(content_.playhead.value).arg(content_.frames);
    if (content_.hasMarks())
        text += tr(", range %L1 to %L2")
                    .arg(content_.marks.first.value)
                    .arg(content_.marks.last.value);
    setAccessibleDescription(text);
}

void TimelineView::resizeEvent(QResizeEvent*) {
    axis_.setWidth(std::max(1, viewport()->width() - bands().names));
    axisMoved();
}

void TimelineView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        lanes_.invalidate();
        viewport()->update();
    }
    QAbstractScrollArea::changeEvent(event);
}

// --- Mouse and keys

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
    if (b.doubts.contains(point))
        return text + QLatin1Char('\n') + content_.doubtText(frame);
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
