#include "ui/tools/polygon_tool.h"

#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <utility>

#include "annotation/document/edits.h"

namespace fs2 {
namespace {

constexpr double kReach = 8;      // widget pixels within which the mouse catches a vertex or a line
constexpr double kTolerance = 2;  // widget pixels by which vertices may simplify an outline
constexpr double kStairs = 1.5;   // image pixels that smooth the steps of a slanted edge away
constexpr double kHandle = 3.5;   // half a vertex's side in widget pixels

void paintLine(QPainter& painter, const QPainterPath& path) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 170), 3.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(path);
    painter.setPen(QPen(Qt::white, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(path);
}

void paintHandle(QPainter& painter, QPointF at, bool hovered) {
    const double half = hovered ? kHandle + 2 : kHandle;
    painter.setPen(QPen(QColor(0, 0, 0, 200), 1.5));
    painter.setBrush(hovered ? QColor(0xff, 0xd1, 0x66) : QColor(Qt::white));
    painter.drawRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half));
}

}  // namespace

PolygonTool::PolygonTool(Document& document, Canvas* canvas, QObject* parent)
    : Tool(canvas, parent), document_(document) {
    connect(&document_, &Document::changed, this, &PolygonTool::react);
    connect(canvas, &Canvas::viewChanged, this, &PolygonTool::followZoom);
    connect(canvas, &Canvas::frameChanged, this, [this, canvas] {
        if (canvas->tool() == this) derive();
    });
}

QString PolygonTool::name() const {
    return tr("Polygon");
}

QString PolygonTool::hint() const {
    if (!corners_.empty()) {
        return tr(
            "Click the corners; Enter, double click or the first corner closes, Backspace takes "
            "one "
            "back");
    }
    return object_.value != 0
               ? tr("Drag a vertex or a line, right click removes a vertex; click elsewhere to "
                    "draw anew")
               : tr("Click the corners of a new object, or select an object to edit its vertices");
}

QCursor PolygonTool::cursor() const {
    return dragged_ || hovered_ ? Qt::PointingHandCursor : Qt::CrossCursor;
}

double PolygonTool::reach() const {
    return kReach / canvas()->view().scale();
}

QPointF PolygonTool::inside(QPointF imagePoint) const {
    const QSizeF size = canvas()->imageSize();
    return {std::clamp(imagePoint.x(), 0.0, size.width()),
            std::clamp(imagePoint.y(), 0.0, size.height())};
}

// --- The rings of the selected object

void PolygonTool::react(const ChangeEvent& event) {
    if (canvas()->tool() != this) return;
    const auto* masks = std::get_if<MasksChanged>(&event);
    if (std::holds_alternative<ItemOpened>(event)) corners_.clear();
    const bool other = document_.currentObject() != object_;
    const LabelRecord* label = document_.label(object_, frame());
    const bool redrawn = masks && masks->object == object_ && !(label && label->mask == mask_);
    if (other || redrawn || std::holds_alternative<ObjectsChanged>(event)) derive();
}

void PolygonTool::derive() {
    const ObjectId current = document_.currentObject();
    const ObjectRecord* object = document_.object(current);
    const LabelRecord* label = document_.label(current, frame());
    const bool editable = object && label && !object->locked && !object->hidden && corners_.empty();
    object_ = editable ? current : ObjectId{};
    mask_ = editable ? label->mask : Mask();
    derivedAt_ = canvas()->view().scale();
    rings_ =
        editable ? PolygonRings(mask_, std::max(kStairs, kTolerance / derivedAt_)) : PolygonRings();
    hovered_.reset();
    dragged_.reset();
    canvas()->refreshCursor();
    canvas()->update();
    Q_EMIT hintChanged();
}

void PolygonTool::followZoom() {
    const double factor = canvas()->view().scale() / derivedAt_;
    if (object_.value != 0 && !dragged_ && (factor > 2 || factor < 0.5)) derive();
}

bool PolygonTool::grab(const ToolEvent& event) {
    moved_ = false;
    dragged_ = rings_.vertexNear(event.imagePoint, reach());
    if (!dragged_) {
        if (const auto line = rings_.lineNear(event.imagePoint, reach())) {
            dragged_ = rings_.insertAfter(*line, inside(event.imagePoint));
            moved_ = true;
        }
    }
    hovered_ = dragged_;
    canvas()->update();
    return dragged_.has_value();
}

void PolygonTool::removeVertex(Place place) {
    hovered_.reset();
    rings_.remove(place);
    commit(tr("remove vertex"));
}

void PolygonTool::commit(const QString& text) {
    mask_ = rings_.mask(mask_.width(), mask_.height());
    // Where another object keeps a part, or nothing is left, react() makes the rings anew.
    if (!edit::setMask(document_, object_, mask_, text, {}, frame())) derive();
    canvas()->update();
}

// --- The polygon being drawn

void PolygonTool::addCorner(QPointF imagePoint) {
    if (!document_.isLoaded()) return;
    if (corners_.empty()) {
        document_.select({});
        corners_.push_back(inside(imagePoint));
        derive();
        return;
    }
    corners_.push_back(inside(imagePoint));
    canvas()->update();
}

bool PolygonTool::nearFirst(QPointF imagePoint) const {
    if (corners_.size() < 3) return false;
    const QPointF away = corners_.front() - imagePoint;
    return std::hypot(away.x(), away.y()) <= reach();
}

bool PolygonTool::close() {
    if (corners_.empty()) return false;
    const std::vector<QPointF> corners = std::exchange(corners_, {});
    std::vector<Point> points;
    for (const QPointF& corner : corners) points.push_back({corner.x(), corner.y()});
    const QSize size = canvas()->imageSize().toSize();
    const Mask mask = fromPolygon(size.width(), size.height(), points);
    if (!mask.empty()) {
        edit::setMask(document_, document_.reserveObjectId(), mask, tr("polygon"), newClass_,
                      frame());
    }
    derive();
    return true;
}

// --- Events

void PolygonTool::press(const ToolEvent& event) {
    cursor_ = event.imagePoint;
    if (event.button == Qt::RightButton) {
        const auto vertex = rings_.vertexNear(event.imagePoint, reach());
        if (!corners_.empty()) {
            removeLast();
        } else if (vertex) {
            removeVertex(*vertex);
        }
        return;
    }
    if (event.button != Qt::LeftButton) return;
    if (nearFirst(event.imagePoint)) {
        close();
    } else if (!corners_.empty() || !grab(event)) {
        addCorner(event.imagePoint);
    }
}

void PolygonTool::move(const ToolEvent& event) {
    cursor_ = event.imagePoint;
    if (dragged_) {
        moved_ = true;
        rings_.move(*dragged_, inside(event.imagePoint));
        canvas()->update();
    } else if (!corners_.empty()) {
        canvas()->update();
    } else if (const auto vertex = rings_.vertexNear(event.imagePoint, reach());
               vertex != hovered_) {
        hovered_ = vertex;
        canvas()->refreshCursor();
        canvas()->update();
    }
}

void PolygonTool::release(const ToolEvent& event) {
    if (event.button != Qt::LeftButton || !dragged_) return;
    dragged_.reset();
    if (moved_) commit(tr("move vertex"));
}

void PolygonTool::doubleClick(const ToolEvent& event) {
    if (!close()) press(event);
}

bool PolygonTool::accept() {
    return close();
}

bool PolygonTool::stepBack() {
    if (!dragged_ && corners_.empty()) return false;
    corners_.clear();
    derive();
    return true;
}

bool PolygonTool::removeLast() {
    if (!corners_.empty()) {
        corners_.pop_back();
        if (corners_.empty()) derive();
        canvas()->update();
        return true;
    }
    if (!hovered_ || dragged_) return false;
    removeVertex(*hovered_);
    return true;
}

void PolygonTool::activate() {
    derive();
}

void PolygonTool::deactivate() {
    corners_.clear();
    dragged_.reset();
    hovered_.reset();
    object_ = {};
    rings_ = {};
}

// --- Painting

void PolygonTool::paint(QPainter& painter, const ViewTransform& view) const {
    if (object_.value != 0) paintRings(painter, view);
    if (!corners_.empty()) paintOpen(painter, view);
}

void PolygonTool::paintRings(QPainter& painter, const ViewTransform& view) const {
    QPainterPath path;
    for (std::size_t r = 0; r < rings_.ringCount(); ++r) {
        QPolygonF ring;
        for (std::size_t v = 0; v < rings_.vertexCount(r); ++v)
            ring << view.toWidget(rings_.at({r, v}));
        path.addPolygon(ring);
        path.closeSubpath();
    }
    paintLine(painter, path);
    for (std::size_t r = 0; r < rings_.ringCount(); ++r) {
        for (std::size_t v = 0; v < rings_.vertexCount(r); ++v) {
            const Place place{r, v};
            paintHandle(painter, view.toWidget(rings_.at(place)), hovered_ == place);
        }
    }
}

void PolygonTool::paintOpen(QPainter& painter, const ViewTransform& view) const {
    QPainterPath path(view.toWidget(corners_.front()));
    for (const QPointF& corner : corners_) path.lineTo(view.toWidget(corner));
    path.lineTo(view.toWidget(cursor_));
    paintLine(painter, path);
    for (const QPointF& corner : corners_) {
        const bool closing = &corner == &corners_.front() && nearFirst(cursor_);
        paintHandle(painter, view.toWidget(corner), closing);
    }
}

}  // namespace fs2
