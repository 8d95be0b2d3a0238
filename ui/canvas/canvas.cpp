#include "ui/canvas/canvas.h"

#include <QPaintEvent>
#include <QPainter>

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
constexpr int kOverlayMargin = 12;                    // widget pixels that dots and lines reach out

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
    if (imageSize() != before) setPointer({});
    refreshCursor();
    update();
    Q_EMIT frameChanged();
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

void Canvas::setStandIn(bool standsIn, const QString& text) {
    if (standsIn == standsIn_ && text == standIn_) return;
    standsIn_ = standsIn;
    standIn_ = text;
    refreshCursor();
    update();
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
                painter, rect(), failed ? message_ : tr("Drop photos, films or a folder here"),
                failed || openKey_.isEmpty() ? QString() : tr("or press %1").arg(openKey_),
                palette().color(QPalette::Highlight), dropHover_);
        }
    }
    if (!loading_.isEmpty())
        paintPill(painter, rect(), tr("Loading %1…").arg(loading_));
    else if (frame_ && !standIn_.isEmpty())
        paintPill(painter, QRect(0, rect().bottom() - 48, width(), 48), standIn_);
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

}  // namespace fs2
