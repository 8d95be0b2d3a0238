// MaskLayers: draws all masks of the canvas into one cached picture of the visible part. Costs the
// visible device pixels and a few runs a column, whatever the photo's size. GUI thread; owned by
// Canvas.
#pragma once
#include <QImage>

#include <optional>
#include <vector>

#include "ui/canvas/mask_layer.h"
#include "ui/canvas/view_cache.h"

namespace fs2 {

/// A mask's ones as intervals of rows, found by column at once.
class MaskColumns {
  public:
    struct Interval {
        int top;
        int end;  ///< one past the last row
    };
    MaskColumns() = default;
    explicit MaskColumns(const Mask& mask);
    const Rect& bounds() const { return bounds_; }
    const Interval* begin(int x) const { return &intervals_[first_[std::size_t(x - bounds_.x)]]; }
    const Interval* end(int x) const { return begin(x) + count(x); }

  private:
    std::size_t count(int x) const {
        const auto column = std::size_t(x - bounds_.x);
        return first_[column + 1] - first_[column];
    }
    Rect bounds_;
    std::vector<std::uint32_t> first_;  // of each column of bounds_, and one past the last
    std::vector<Interval> intervals_;
};

class MaskLayers {
  public:
    /// Device pixels by which no outline reaches farther beyond its mask (pixel ratios up to 4).
    static constexpr int kReach = 12;

    /// All return the image rectangles that must be painted again.
    std::vector<QRectF> setLayers(const std::vector<MaskLayer>& layers);
    std::vector<QRectF> setPreview(const Mask& mask, const QColor& colour);
    std::vector<QRectF> setLive(const MaskLayer& layer, const QRectF& changed);
    std::vector<QRectF> clearLive();
    std::vector<QRectF> setHovered(ObjectId object);
    void setDisplay(const DisplayOptions& options);
    const QImage& image(const DeviceView& view);

  private:
    struct Drawn {
        MaskLayer layer;
        MaskColumns columns;
    };
    void render(QImage& target, const QRect& devicePixels, const DeviceView& view) const;
    void renderOne(QImage& target, const QRect& devicePixels, const DeviceView& view,
                   const Drawn& drawn) const;
    void changed(const Rect& imagePixels, std::vector<QRectF>& rects);

    std::vector<Drawn> drawn_;
    std::optional<Drawn> live_;
    Drawn preview_;
    ObjectId hovered_;
    DisplayOptions display_;
    ViewCache cache_{QImage::Format_ARGB32_Premultiplied};
};

}  // namespace fs2
