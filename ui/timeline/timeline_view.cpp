#include "ui/timeline/timeline_view.h"

#include <QEvent>
#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <utility>

namespace fs2 {
namespace {

constexpr int kStripHeight = 44;
constexpr int kDoubtHeight = 16;
constexpr int kPlayheadReach = 8;  // widget pixels beside the playhead that its handle covers
constexpr double kBarUnit = 1000;  // of the scroll bar, for the whole clip

}  // namespace

TimelineView::TimelineView(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("timelineView"));
    setAccessibleName(tr("Timeline"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOn);  // the strip does not come and go
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
    const bool tall = size.height() >= ruler + kStripHeight + kDoubtHeight;
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
        text +=
            tr(", range %L1 to %L2").arg(content_.marks.first.value).arg(content_.marks.last.value);
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

}  // namespace fs2
