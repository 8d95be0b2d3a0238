// Canvas: the widget that shows one picture with masks and lets the current tool work on it. GUI
// thread; owned by the main window. Knows no Document: CanvasBinding feeds it. Tools get its events
// in image points.
#pragma once
#include <QPointer>
#include <QStringList>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

#include "annotation/core/frame.h"
#include "ui/canvas/mask_layer.h"
#include "ui/canvas/view_transform.h"

namespace fs2 {

class Tool;
struct ToolEvent;
class PictureLayer;
class MaskLayers;
struct DeviceView;

class Canvas : public QWidget {
    Q_OBJECT
  public:
    explicit Canvas(QWidget* parent = nullptr);
    ~Canvas() override;

    /// Null shows the empty state. A picture of the same size as the last keeps the view, another
    /// one is fitted. `halves`: the frame at 1/2, 1/4 … of its size; what lacks is made when shown.
    void setFrame(const Frame& frame, const std::vector<Frame>& halves = {});
    const Frame& frame() const { return frame_; }
    /// The last picture stays, dimmed and dead to the tools, below "Loading <name>" until the next
    /// setFrame().
    void setLoading(const QString& name);
    /// No picture but this sentence, until the next setFrame(): why it could not be read.
    void setMessage(const QString& sentence);
    const QString& message() const { return message_; }
    /// The picture shown stands for another one that is on its way: tools wait. `text`, if any, is
    /// shown on a pill.
    void setStandIn(bool standsIn, const QString& text = {});
    void setOpenKey(const QString& key);  ///< as the empty state names it; default "Ctrl+O"
    bool isReady() const { return frame_ && loading_.isEmpty() && !standsIn_; }
    /// Bottom to top. Only what differs from the last call is drawn again.
    void setLayers(std::vector<MaskLayer> layers);
    const std::vector<MaskLayer>& layers() const { return layers_; }
    /// The mask that a click would make; dashed, above the layers. A null Mask takes it away.
    void setPreview(const Mask& mask, const QColor& colour = {});
    const Mask& preview() const { return preview_; }
    /// A stroke in the making: drawn instead of the object's layer (or on top where it has none)
    /// until clearLive(). Only `changed`, in image pixels, is drawn again.
    void setLive(const MaskLayer& layer, const QRectF& changed);
    void clearLive();
    /// The object under the cursor is drawn brighter; {} = none.
    void setHovered(ObjectId object);
    void setDisplay(const DisplayOptions& options);
    const DisplayOptions& display() const { return display_; }
    void setTool(Tool* tool);  ///< not owned; null = look only
    Tool* tool() const;

    const ViewTransform& view() const { return view_; }
    QTransform widgetFromImage() const { return view_.widgetFromImage(); }
    QPointF imagePoint(QPointF widgetPoint) const { return view_.toImage(widgetPoint); }
    QPointF widgetPoint(QPointF imagePoint) const { return view_.toWidget(imagePoint); }
    QSizeF imageSize() const;  ///< full pixels; empty without a picture
    /// Repaints what lies over this image rectangle, widened by `marginPixels` widget pixels.
    void updateImageRect(const QRectF& imageRect, int marginPixels = 12);
    void refreshCursor();  ///< asks the tool again
    /// Last position of the mouse or of the keyboard pointer in the picture, if it is inside.
    std::optional<QPointF> pointer() const { return pointer_; }

    QSize sizeHint() const override { return {960, 640}; }
    QSize minimumSizeHint() const override { return {240, 180}; }

  public Q_SLOTS:
    void fit();
    void actualSize();  ///< one image pixel is one device pixel
    void zoomIn();
    void zoomOut();
    void zoomTo(double widgetPixelsPerImagePixel);
    void panBy(QPointF widgetDelta);
    /// Makes an image point visible in the middle.
    void centreOn(QPointF imagePoint);
    /// The keyboard's mouse: moves a crosshair by widget pixels, and clicks where it is.
    void movePointer(QPointF widgetDelta);
    void clickPointer(bool positive);

  Q_SIGNALS:
    void frameChanged();  ///< another picture, or another frame of the clip
    void viewChanged(double devicePixelsPerImagePixel);
    /// The image pixel under the cursor for the status bar; (-1, -1) outside.
    void pointerMoved(QPoint imagePixel);
    void spaceTapped();  ///< pressed and let go without panning
    void filesDropped(const QStringList& paths);  ///< files and folders of the local disk
    /// Menu key, or the right button where the tool does not use it.
    void contextMenuWanted(const QPoint& globalPoint);

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    static constexpr double kZoomStep = 1.25;  // of one notch of the wheel

    void viewMoved();
    void setSizes();
    void setSpaceHeld(bool held);
    void setPointer(std::optional<QPointF> imagePoint);
    void updateRects(const std::vector<QRectF>& imageRects);
    DeviceView deviceView() const;
    ToolEvent toolEvent(const QMouseEvent& event) const;
    Tool* readyTool() const;
    void drawPicture(QPainter& painter, const QRect& exposed);
    void drawAids(QPainter& painter) const;

    Frame frame_;
    QString loading_;
    QString message_;
    QString standIn_;  // on the pill
    bool standsIn_ = false;
    QString openKey_ = QStringLiteral("Ctrl+O");
    std::vector<MaskLayer> layers_;
    Mask preview_;
    DisplayOptions display_;
    ViewTransform view_;
    std::unique_ptr<PictureLayer> picture_;
    std::unique_ptr<MaskLayers> masks_;
    QPointer<Tool> tool_;
    std::optional<QPointF> pointer_;  // image point
    bool fitted_ = true;  // the view follows the widget's size until the user zooms or pans
    bool spaceHeld_ = false;
    bool spacePanned_ = false;
    bool panning_ = false;
    bool keyboardFocus_ = false;    // came by the Tab key: shown by a frame
    bool keyboardPointer_ = false;  // moved by keys: shown by a crosshair
    bool dropHover_ = false;
    double wheelRest_ = 0;  // of fine wheels: part of a step for the tool
    QPointF lastDrag_;
};

}  // namespace fs2
