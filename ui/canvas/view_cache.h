// ViewCache: what is visible of a layer, in device pixels, kept between repaints: a pan moves it
// and draws the uncovered strips only. GUI thread; owned by a layer.
#pragma once
#include <QImage>
#include <QRegion>

#include <functional>

namespace fs2 {

/// Where the picture lies in device pixels.
struct DeviceView {
    double scale = 1;       ///< device pixels per image pixel
    QPoint origin;          ///< device pixel of the image point (0, 0)
    QSize size;             ///< of the widget, in device pixels
    double pixelRatio = 1;  ///< device pixels per widget pixel
    QRect toDevice(const QRectF& imageRect, int margin) const;
    QRectF toImage(const QRect& devicePixels) const;
};

class ViewCache {
  public:
    using Render = std::function<void(QImage& image, const QRect& devicePixels)>;
    explicit ViewCache(QImage::Format format) : format_(format) {}

    /// The layer as seen through `view`; `render` overwrites the given pixels of the image.
    const QImage& image(const DeviceView& view, const Render& render);
    void invalidate();
    void invalidate(const QRectF& imageRect, int deviceMargin);

  private:
    QImage::Format format_;
    QImage image_;
    QImage spare_;  // the other buffer of a scroll
    DeviceView view_;
    QRegion stale_;
};

}  // namespace fs2
