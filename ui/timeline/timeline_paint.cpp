// TimelineView: how it is drawn.
#include <QLocale>
#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

#include "ui/main_window/theme.h"
#include "ui/timeline/timeline_view.h"

namespace fs2 {
namespace {

constexpr double kLabelRoom = 90;   // widget pixels from one number of the ruler to the next
constexpr double kKeyTickRoom = 4;  // from which key frames are marked on the ruler

QColor playheadColour(const QPalette& palette) {
    return isDark(palette) ? QColor(0xff, 0x6b, 0x5e) : QColor(0xc8, 0x2a, 0x1d);
}

}  // namespace

LaneView TimelineView::laneView() const {
    const Bands b = bands();
    LaneView view;
    view.axis = axis_;
    view.size = b.doubts.united(b.lanes).size();
    view.ratio = devicePixelRatioF();
    view.scroll = verticalScrollBar()->value();
    view.doubtHeight = b.doubts.height();
    view.laneHeight = kLaneHeight;
    view.doubtInk = isDark(palette()) ? qRgb(0xf0, 0xb4, 0x4a) : qRgb(0xb8, 0x6a, 0x00);
    view.palette = palette();
    return view;
}

void TimelineView::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    const Bands b = bands();
    painter.fillRect(event->rect(), palette().color(QPalette::Base));
    if (content_.frames == 0) return paintHint(painter, b);
    if (event->rect().right() >= b.names) {
        painter.setClipRect(event->rect() & QRect(b.names, 0, b.ruler.width(), height()));
        paintRuler(painter, b);
        if (b.strip.height() > 0)
            strip_.paint(painter, b.strip, axis_, palette().color(QPalette::AlternateBase));
        painter.drawImage(b.doubts.topLeft(), lanes_.image(content_, laneView()));
        if (content_.lanes.empty()) paintHint(painter, b);
        paintMarks(painter, b);
        paintPlayhead(painter, b);
    }
    painter.setClipRect(event->rect());
    if (event->rect().left() < b.names) paintNames(painter, b);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
}

void TimelineView::paintNames(QPainter& painter, const Bands& b) const {
    const QRect column(0, 0, b.names, viewport()->height());
    painter.fillRect(column, palette().color(QPalette::Window));
    painter.setPen(palette().color(QPalette::WindowText));
    const auto text = [&](const QRect& rect, const QString& words, int left = 8) {
        const QRect place = rect.adjusted(left, 0, -6, 0);
        painter.drawText(place, Qt::AlignVCenter | Qt::AlignLeft,
                         fontMetrics().elidedText(words, Qt::ElideMiddle, place.width()));
    };
    text({0, b.doubts.y(), b.names, b.doubts.height()}, tr("Doubt"));
    painter.setClipRect(painter.clipBoundingRect() &
                        QRectF(0, b.lanes.y(), b.names, b.lanes.height()));
    for (int lane = std::max(0, laneAt(b.lanes.top())); lane < int(content_.lanes.size()); ++lane) {
        const QRect rect(0, laneRect(lane).y(), b.names, laneRect(lane).height());
        if (rect.top() > b.lanes.bottom()) break;
        const LaneLook& look = content_.lanes[std::size_t(lane)];
        if (look.selected) painter.fillRect(rect, palette().color(QPalette::Highlight));
        painter.setPen(palette().color(look.selected ? QPalette::HighlightedText
                                       : look.hidden ? QPalette::PlaceholderText
                                                     : QPalette::WindowText));
        painter.fillRect(QRect(8, rect.center().y() - 4, 10, 10), look.colour);
        text(rect, look.name, 24);
    }
}

void TimelineView::paintRuler(QPainter& painter, const Bands& b) const {
    painter.fillRect(b.ruler, palette().color(QPalette::Window));
    const QRect run(
        b.names + int(axis_.xOf(content_.run.first.value)), b.ruler.bottom() - 2,
        int(axis_.xOf(content_.run.last.value + 1) - axis_.xOf(content_.run.first.value)), 3);
    if (!content_.run.empty()) painter.fillRect(run, palette().color(QPalette::Highlight));
    const int step = axis_.labelStep(kLabelRoom);
    painter.setPen(palette().color(QPalette::PlaceholderText));
    const int minor = std::max(1, step / 5);
    for (int frame = axis_.frameAt(0) / minor * minor; frame < axis_.frames(); frame += minor) {
        const int x = b.names + int(axis_.xOf(frame));
        if (x > b.ruler.right()) break;
        const bool labelled = frame % step == 0;
        painter.drawLine(x, b.ruler.bottom() - (labelled ? 7 : 3), x, b.ruler.bottom());
        if (labelled)
            painter.drawText(QRect(x + 3, b.ruler.top(), int(kLabelRoom), b.ruler.height() - 3),
                             Qt::AlignLeft | Qt::AlignVCenter, locale().toString(frame));
    }
    if (content_.keyFrames.size() < 2) return;
    const auto from = std::lower_bound(content_.keyFrames.begin(), content_.keyFrames.end(),
                                       FrameIndex{axis_.frameAt(0)});
    const double apart = double(content_.frames) / double(content_.keyFrames.size());
    if (apart * axis_.pixelsPerFrame() < kKeyTickRoom) return;
    for (auto key = from; key != content_.keyFrames.end(); ++key) {
        const int x = b.names + int(axis_.xOf(key->value));
        if (x > b.ruler.right()) break;
        painter.fillRect(x, b.ruler.top(), 2, 4, palette().color(QPalette::Link));
    }
}

/// What lies outside the range is dimmed; its ends have flags on the ruler.
void TimelineView::paintMarks(QPainter& painter, const Bands& b) const {
    if (!content_.hasMarks()) return;
    const int in = b.names + int(std::lround(axis_.xOf(content_.marks.first.value)));
    const int out = b.names + int(std::lround(axis_.xOf(content_.marks.last.value + 1)));
    QColor dim = palette().color(QPalette::Window);
    dim.setAlpha(170);
    const int bottom = viewport()->height();
    painter.fillRect(QRect(b.names, b.strip.top(), in - b.names, bottom), dim);
    painter.fillRect(QRect(out, b.strip.top(), b.ruler.right() - out + 1, bottom), dim);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette().color(QPalette::Link));
    for (const auto& [x, side] : {std::pair{in, 1}, std::pair{out, -1}}) {
        painter.drawPolygon(
            QPolygonF({QPointF(x, 2), QPointF(x + side * 9, 2), QPointF(x, b.ruler.bottom() - 2)}));
        painter.fillRect(QRectF(x - (side > 0 ? 0 : 1), 2, 1, bottom),
                         palette().color(QPalette::Link));
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void TimelineView::paintPlayhead(QPainter& painter, const Bands& b) const {
    const double left = b.names + axis_.xOf(content_.playhead.value);
    const double wide = axis_.pixelsPerFrame();
    const QColor colour = playheadColour(palette());
    QColor veil = colour;
    veil.setAlpha(60);
    if (wide > 3) painter.fillRect(QRectF(left, b.strip.top(), wide, viewport()->height()), veil);
    const double x = std::floor(left + wide / 2);
    painter.fillRect(QRectF(x, 0, 1, viewport()->height()), colour);
    painter.setRenderHint(QPainter::Antialiasing);
    const QPolygonF handle({QPointF(x - 5.5, 1), QPointF(x + 6.5, 1), QPointF(x + 6.5, 8),
                            QPointF(x + .5, 14), QPointF(x - 5.5, 8)});
    painter.setPen(QPen(colour, 1.5));
    painter.setBrush(content_.approximate ? palette().color(QPalette::Window) : colour);
    painter.drawPolygon(handle);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
}

void TimelineView::paintHint(QPainter& painter, const Bands& b) const {
    painter.setPen(palette().color(QPalette::PlaceholderText));
    const bool none = content_.frames == 0;
    painter.drawText(
        (none ? viewport()->rect() : b.lanes).adjusted(12, 0, -12, 0),
        Qt::AlignCenter | Qt::TextWordWrap,
        none ? tr("Open a film, or a folder of frames as a clip: its timeline appears here.")
             : tr("Click a thing in the picture: it gets a lane here. Then carry its mask through "
                  "the film: Propagate, Forward."));
}

}  // namespace fs2
