#include "ui/canvas/canvas.h"

#include <QContextMenuEvent>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/canvas/canvas_aids.h"
#include "ui/canvas/mask_layers.h"
#include "ui/canvas/picture_layer.h"
#include "ui/tools/tool.h"

namespace fs2 {
namespace {

constexpr QRgb kBackground = qRgb(0x26, 0x27, 0x2a);  // dark and neutral in every theme
constexpr double kZoomStep = 1.25;                    // of one notch of the wheel
constexpr double kScrollStep = 64;                    // widget pixels of one notch
constexpr int kOverlayMargin = 12;                    // widget pixels that dots and lines reach out

QStringList localPaths(const QMimeData* data) {
    QStringList paths;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile()) paths.push_back(url.toLocalFile());
    }
    return paths;
}

}  // namespace

Canvas::Canvas(QWidget* parent)
    : QWidget(parent),
      picture_(std::make_unique<PictureLayer>()),
      masks_(std::make_unique<MaskLayers>()) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Picture"));
    setAccessibleDescription(tr("The open picture with the masks of its objects"));
    picture_->setBackground(kBackground);
    picture_->setDisplay(display_);
}

Canvas::~Canvas() = default;

// --- What is shown

void Canvas::setFrame(const Frame& frame, const std::vector<Frame>& halves) {
    const QSizeF before = imageSize();
    frame_ = frame;
    loading_.clear();
    message_.clear();
    picture_->setFrame(frame, halves);
    fitted_ = fitted_ || imageSize() != before;
    setSizes();
    setPointer({});
    refreshCursor();
    update();
}

void Canvas::setLoading(const QString& name) {
    loading_ = name;
    message_.clear();
    refreshCursor();
    update();
}

void Canvas::setMessage(const QString& sentence) {
    setFrame({});
    message_ = sentence;
}

void Canvas::setOpenKey(const QString& key) {
    openKey_ = key;
    update();
}

void Canvas::setLayers(std::vector<MaskLayer> layers) {
    updateRects(masks_->setLayers(layers));
    layers_ = std::move(layers);
}

void Canvas::setPreview(const Mask& mask, const QColor& colour) {
    if (mask.isNull() && preview_.isNull()) return;
    preview_ = mask;
    updateRects(masks_->setPreview(mask, colour));
}

void Canvas::setLive(const MaskLayer& layer, const QRectF& changed) {
    updateRects(masks_->setLive(layer, changed));
}

void Canvas::clearLive() {
    updateRects(masks_->clearLive());
}

void Canvas::setHovered(ObjectId object) {
    updateRects(masks_->setHovered(object));
}

void Canvas::setDisplay(const DisplayOptions& options) {
    if (options == display_) return;
    display_ = options;
    picture_->setDisplay(options);
    masks_->setDisplay(options);
    update();
}

void Canvas::setTool(Tool* tool) {
    tool_ = tool;
    refreshCursor();
    update();
}

Tool* Canvas::tool() const {
    return tool_;
}
Tool* Canvas::readyTool() const {
    return isReady() ? tool_.data() : nullptr;
}

QSizeF Canvas::imageSize() const {
    return frame_ ? QSizeF(frame_->fullWidth, frame_->fullHeight) : QSizeF();
}

void Canvas::updateRects(const std::vector<QRectF>& imageRects) {
    for (const QRectF& rect : imageRects) updateImageRect(rect, kOverlayMargin);
}

void Canvas::updateImageRect(const QRectF& imageRect, int marginPixels) {
    const QRectF wide = view_.toWidget(imageRect).adjusted(-marginPixels, -marginPixels,
                                                           marginPixels, marginPixels);
    update((wide & QRectF(rect())).toAlignedRect());
}

void Canvas::refreshCursor() {
    if (panning_) return setCursor(Qt::ClosedHandCursor);
    if (spaceHeld_) return setCursor(Qt::OpenHandCursor);
    if (!loading_.isEmpty()) return setCursor(Qt::BusyCursor);
    setCursor(readyTool() ? tool_->cursor() : QCursor(Qt::ArrowCursor));
}

// --- View

void Canvas::setSizes() {
    view_.setSizes(imageSize(), size(), devicePixelRatioF());
    if (fitted_) view_.fit();
    viewMoved();
}

void Canvas::viewMoved() {
    update();
    Q_EMIT viewChanged(view_.scale() * devicePixelRatioF());
}

void Canvas::fit() {
    fitted_ = true;
    view_.fit();
    viewMoved();
}

void Canvas::actualSize() {
    zoomTo(1 / devicePixelRatioF());
}
void Canvas::zoomIn() {
    zoomTo(view_.scale() * kZoomStep);
}
void Canvas::zoomOut() {
    zoomTo(view_.scale() / kZoomStep);
}

void Canvas::zoomTo(double widgetPixelsPerImagePixel) {
    fitted_ = false;
    view_.zoomAt(QRectF(rect()).center(), widgetPixelsPerImagePixel);
    viewMoved();
}

void Canvas::panBy(QPointF widgetDelta) {
    fitted_ = false;
    view_.panBy(widgetDelta);
    viewMoved();
}

void Canvas::centreOn(QPointF imagePoint) {
    fitted_ = false;
    view_.centreOn(imagePoint);
    viewMoved();
}

void Canvas::resizeEvent(QResizeEvent*) {
    setSizes();
}

// --- Painting

DeviceView Canvas::deviceView() const {
    const double ratio = devicePixelRatioF();
    return {view_.scale() * ratio, (view_.origin() * ratio).toPoint(),
            (QSizeF(size()) * ratio).toSize(), ratio};
}

void Canvas::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    const QRect exposed = event->rect();
    if (frame_) {
        drawPicture(painter, exposed);
        if (!loading_.isEmpty()) painter.fillRect(exposed, QColor(0x1a, 0x1b, 0x1d, 170));
    } else {
        painter.fillRect(exposed, QColor(kBackground));
        if (loading_.isEmpty()) {
            const bool failed = !message_.isEmpty();
            paintDropPlace(
                painter, rect(), failed ? message_ : tr("Drop photos or a folder here"),
                failed || openKey_.isEmpty() ? QString() : tr("or press %1").arg(openKey_),
                palette().color(QPalette::Highlight), dropHover_);
        }
    }
    if (!loading_.isEmpty()) paintPill(painter, rect(), tr("Loading %1…").arg(loading_));
    drawAids(painter);
}

void Canvas::drawPicture(QPainter& painter, const QRect& exposed) {
    const DeviceView view = deviceView();
    painter.drawImage(QPointF(), picture_->image(view));
    if (loading_.isEmpty()) painter.drawImage(QPointF(), masks_->image(view));
    if (display_.pixelGrid) paintPixelGrid(painter, exposed, view_, imageSize());
    if (!readyTool()) return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    tool_->paint(painter, view_);
    painter.restore();
}

void Canvas::drawAids(QPainter& painter) const {
    if (isReady() && pointer_ && (display_.crosshair || keyboardPointer_) && !panning_) {
        paintCrosshair(painter, rect(), view_.toWidget(*pointer_));
    }
    const QColor accent = palette().color(QPalette::Highlight);
    if (dropHover_ && frame_) paintFrame(painter, rect(), accent, 3);
    if (keyboardFocus_) paintFrame(painter, rect(), accent, 2);
}

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
    if (!event->isAutoRepeat()) setSpaceHeld(true);
}

void Canvas::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_Space) return QWidget::keyReleaseEvent(event);
    if (!event->isAutoRepeat()) setSpaceHeld(false);
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
