// mask_raster: one mask's fill and outline over an image of device pixels, antialiased. Pure
// functions.
#pragma once
#include <QImage>

#include "ui/canvas/mask_layers.h"
#include "ui/canvas/view_cache.h"

namespace fs2 {

struct MaskStyle {
    QColor colour;
    double fill = 0.4;   ///< opacity, 0 = none
    double line = 1;     ///< half the outline's width in device pixels, 0 = none
    double halo = 2;     ///< half the width of the dark band under it, in device pixels
    double stripes = 0;  ///< device pixels of a stripe of the hatched fill, 0 = plain
    double dashes = 0;   ///< device pixels of a dash of the outline, 0 = solid
    bool whiteGaps = false;  ///< between the dashes: white, else only the dark band
};

/// Draws over the pixels `devicePixels` of `target` (ARGB32_Premultiplied).
void drawMask(QImage& target, const QRect& devicePixels, const DeviceView& view,
              const MaskColumns& columns, const MaskStyle& style);

}  // namespace fs2
