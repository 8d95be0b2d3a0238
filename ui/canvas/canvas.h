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
class PictureLayer;
class MaskLayers;

class Canvas : public QWidget {
    Q_OBJECT
  public:
    explicit Canvas(QWidget* parent = nullptr);
    ~Canvas() override;

    /// Null shows the empty state. A picture of the same size as the last keeps the view, another
    /// one is fitted.
    void setFrame(const Frame& frame);
    const Frame& frame() const { return frame_; }
    /// "Loading <name>" in place of the picture until the next setFrame(); empty = no longer.
    void setLoading(const QString& name);
    /// Bottom to top. Only what differs from the last call is drawn again.
    void setLayers(std::vector<MaskLayer> layers);
    const std::vector<MaskLayer>& layers() const { return layers_; }
    /// The mask that a click would make; dashed, above the layers. A null Mask takes it away.
    void setPreview(const Mask& mask, const QColor& colour = {});
    const Mask& preview() const { return preview_; }
    /// The object under the cursor is drawn brighter; {} = none.
    void setHovered(ObjectId object);
    void setDisplay(const DisplayOptions& options);
    const DisplayOptions& display() const { return display_; }
    void setTool(Tool* tool);  ///< not owned; null = look only
    Tool* tool() const { return tool_; }

    const ViewTransform& view() const { return view_; }
    QTransform widgetFromImage() const { return view_.widgetFromImage(); }
    QPointF imagePoint(QPointF widgetPoint) const { return view_.toImage(widgetPoint); }
    QPointF widgetPoint(QPointF imagePoint) const { return view_.toWidget(imagePoint); }
    QSizeF imageSize() const;  ///< full pixels; empty without a picture
    /// The topmost visible, unlocked object whose mask holds the point; {} = none.
    ObjectId objectAt(QPointF imagePoint) const;
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
    void viewChanged(double devicePixelsPerImagePixel);
    /// The image pixel under the cursor for the status bar; (-1, -1) outside.
    void pointerMoved(QPoint imagePixel);
    void filesDropped(const QStringList& paths);  ///< files and folders of the local disk
    void contextMenuWanted(const QPoint& globalPoint);  ///< Menu key; the right button is the tools'

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    enum class Hand { None, SpaceHeld, Dragging };

    void viewMoved();
    void setPointer(std::optional<QPointF> imagePoint);
    void paintEmpty(QPainter& painter) const;
    void paintGrid(QPainter& painter, const QRect& exposed) const;
    void paintCrosshair(QPainter& painter) const;

    Frame frame_;
    QString loading_;
    std::vector<MaskLayer> layers_;  // visible to picking; MaskLayers holds the drawn twin
    Mask preview_;
    DisplayOptions display_;
    ViewTransform view_;
    std::unique_ptr<PictureLayer> picture_;
    std::unique_ptr<MaskLayers> masks_;
    QPointer<Tool> tool_;
    std::optional<QPointF> pointer_;
    Hand hand_ = Hand::None;
    bool spaceDown_ = false;
    bool fitted_ = true;  // the view follows the widget's size until the user zooms or pans
    bool keyboardPointer_ = false;
    bool dropHover_ = false;
    QPointF lastDrag_;
};

}  // namespace fs2
