// ViewTransform: where the picture lies in the widget. Value, GUI thread. Image points are full
// picture pixels (the pixel (x, y) covers [x, x+1)), widget points are logical pixels of the
// widget.
#pragma once
#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <QTransform>

namespace fs2 {

class ViewTransform {
  public:
    static constexpr double kMaxScale = 64;  ///< widget pixels per image pixel

    double scale() const { return scale_; }     ///< widget pixels per image pixel
    QPointF origin() const { return origin_; }  ///< widget point of the image point (0, 0)
    QTransform widgetFromImage() const;
    QPointF toWidget(QPointF imagePoint) const { return imagePoint * scale_ + origin_; }
    QPointF toImage(QPointF widgetPoint) const { return (widgetPoint - origin_) / scale_; }
    QRectF toWidget(const QRectF& imageRect) const;
    QRectF toImage(const QRectF& widgetRect) const;

    /// Sizes of picture and widget, and the screen's device pixels per logical pixel. The scale and
    /// the image point at the widget's centre stay.
    void setSizes(QSizeF image, QSizeF widget, double devicePixelRatio);
    /// The whole picture with a small margin; a picture smaller than the widget is not enlarged.
    void fit();
    /// The same image point stays under `widgetPoint`; the scale is limited to [minScale,
    /// kMaxScale].
    void zoomAt(QPointF widgetPoint, double newScale);
    void panBy(QPointF widgetDelta);
    void centreOn(QPointF imagePoint);
    double minScale() const;  ///< half of the scale that fits
    double fitScale() const;

  private:
    void settle();  // keeps part of the picture in sight

    QSizeF image_;
    QSizeF widget_;
    double devicePixelRatio_ = 1;
    double scale_ = 1;
    QPointF exact_;   // where zooming wants the origin, so that rounding does not add up
    QPointF origin_;  // on whole device pixels
};

}  // namespace fs2
