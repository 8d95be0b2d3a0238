#include "ui/canvas/mask_layers.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/canvas/mask_raster.h"

namespace fs2 {
namespace {

QRectF imageRect(const Rect& r) {
    return QRectF(r.x, r.y, r.width, r.height);
}

MaskStyle styleOf(const MaskLayer& layer, bool hovered, const DisplayOptions& display,
                  double pixelRatio) {
    MaskStyle style;
    const bool emphasised = layer.selected || hovered;
    style.colour = hovered ? layer.colour.lighter(130) : layer.colour;
    style.fill = display.fill ? std::min(1.0, display.maskOpacity * (emphasised ? 1.25 : 1)) : 0;
    const bool lined = display.outline || emphasised || layer.draft;
    style.line = lined ? (emphasised ? 1.5 : 1.0) * pixelRatio : 0;
    style.halo = lined ? (emphasised ? 2.5 : 2.0) * pixelRatio : 0;
    style.stripes = (layer.pending ? 2 : layer.locked ? 4 : 0) * pixelRatio;
    style.dashes = layer.draft ? 6 * pixelRatio : 0;
    style.whiteGaps = layer.draft;
    return style;
}

MaskStyle previewStyle(const QColor& colour, double pixelRatio) {
    MaskStyle style;
    style.colour = colour;
    style.fill = 0.18;
    style.line = pixelRatio;
    style.halo = 2 * pixelRatio;
    style.dashes = 5 * pixelRatio;
    return style;
}

}  // namespace

MaskColumns::MaskColumns(const Mask& mask) : bounds_(mask.bounds()) {
    if (bounds_.empty()) return;
    const auto height = std::uint64_t(mask.height());
    first_.assign(std::size_t(bounds_.width) + 1, 0);
    int column = bounds_.x;
    std::uint64_t position = 0;
    bool inside = false;
    for (const std::uint32_t run : mask.runs()) {
        const std::uint64_t end = position + run;
        while (inside && position < end) {
            const int x = int(position / height);
            while (column < x)
                first_[std::size_t(++column - bounds_.x)] = std::uint32_t(intervals_.size());
            const std::uint64_t stop = std::min(end, (std::uint64_t(x) + 1) * height);
            const int top = int(position % height);
            intervals_.push_back({top, top + int(stop - position)});
            position = stop;
        }
        position = end;
        inside = !inside;
    }
    first_.back() = std::uint32_t(intervals_.size());
}

void MaskLayers::changed(const Rect& imagePixels, std::vector<QRectF>& rects) {
    if (imagePixels.empty()) return;
    rects.push_back(imageRect(imagePixels));
    cache_.invalidate(rects.back(), kReach);
}

std::vector<QRectF> MaskLayers::setLayers(const std::vector<MaskLayer>& layers) {
    std::vector<QRectF> rects;
    std::vector<Drawn> before = std::exchange(drawn_, {});
    drawn_.reserve(layers.size());
    std::size_t next = 0;  // lists mostly agree in order
    for (const MaskLayer& layer : layers) {
        auto old = std::find_if(before.begin() + std::ptrdiff_t(next), before.end(),
                                [&](const Drawn& d) { return d.layer.object == layer.object; });
        if (old == before.end()) {
            drawn_.push_back({layer, MaskColumns(layer.mask)});
            if (layer.visible) changed(drawn_.back().columns.bounds(), rects);
            continue;
        }
        for (auto gone = before.begin() + std::ptrdiff_t(next); gone != old; ++gone) {
            if (gone->layer.visible) changed(gone->columns.bounds(), rects);
        }
        next = std::size_t(old - before.begin()) + 1;
        if (old->layer == layer) {
            drawn_.push_back(std::move(*old));
            continue;
        }
        if (old->layer.visible) changed(old->columns.bounds(), rects);
        const bool sameMask = old->layer.mask == layer.mask;
        drawn_.push_back({layer, sameMask ? std::move(old->columns) : MaskColumns(layer.mask)});
        if (layer.visible) changed(drawn_.back().columns.bounds(), rects);
    }
    for (; next < before.size(); ++next) {
        if (before[next].layer.visible) changed(before[next].columns.bounds(), rects);
    }
    return rects;
}

std::vector<QRectF> MaskLayers::setPreview(const Mask& mask, const QColor& colour) {
    std::vector<QRectF> rects;
    changed(preview_.columns.bounds(), rects);
    preview_ = {};
    preview_.layer.mask = mask;
    preview_.layer.colour = colour;
    preview_.columns = MaskColumns(mask);
    changed(preview_.columns.bounds(), rects);
    return rects;
}

std::vector<QRectF> MaskLayers::setLive(const MaskLayer& layer, const QRectF& changed) {
    live_ = Drawn{layer, MaskColumns(layer.mask)};
    cache_.invalidate(changed, kReach);
    return {changed};
}

std::vector<QRectF> MaskLayers::clearLive() {
    std::vector<QRectF> rects;
    if (live_) changed(live_->columns.bounds(), rects);
    for (const Drawn& drawn : drawn_) {
        if (live_ && drawn.layer.object == live_->layer.object)
            changed(drawn.columns.bounds(), rects);
    }
    live_.reset();
    return rects;
}

std::vector<QRectF> MaskLayers::setHovered(ObjectId object) {
    std::vector<QRectF> rects;
    if (object == hovered_) return rects;
    for (const Drawn& drawn : drawn_) {
        const ObjectId id = drawn.layer.object;
        if (drawn.layer.visible && (id == object || id == hovered_)) {
            changed(drawn.columns.bounds(), rects);
        }
    }
    hovered_ = object;
    return rects;
}

void MaskLayers::setDisplay(const DisplayOptions& options) {
    display_ = options;
    cache_.invalidate();
}

const QImage& MaskLayers::image(const DeviceView& view) {
    return cache_.image(view,
                        [&](QImage& target, const QRect& rect) { render(target, rect, view); });
}

void MaskLayers::render(QImage& target, const QRect& devicePixels, const DeviceView& view) const {
    for (int y = devicePixels.top(); y <= devicePixels.bottom(); ++y) {
        auto* row = reinterpret_cast<QRgb*>(target.scanLine(y));
        std::fill(row + devicePixels.left(), row + devicePixels.right() + 1, 0u);
    }
    if (!display_.masks) return;
    bool liveDrawn = false;
    for (const Drawn& drawn : drawn_) {
        const bool isLive = live_ && live_->layer.object == drawn.layer.object;
        renderOne(target, devicePixels, view, isLive ? *live_ : drawn);
        liveDrawn = liveDrawn || isLive;
    }
    if (live_ && !liveDrawn) renderOne(target, devicePixels, view, *live_);
    drawMask(target, devicePixels, view, preview_.columns,
             previewStyle(preview_.layer.colour, view.pixelRatio));
}

void MaskLayers::renderOne(QImage& target, const QRect& devicePixels, const DeviceView& view,
                           const Drawn& drawn) const {
    if (!drawn.layer.visible) return;
    const bool hovered = hovered_.value != 0 && drawn.layer.object == hovered_;
    drawMask(target, devicePixels, view, drawn.columns,
             styleOf(drawn.layer, hovered, display_, view.pixelRatio));
}

}  // namespace fs2
