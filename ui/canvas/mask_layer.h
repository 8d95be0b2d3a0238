// MaskLayer: how one object's mask is drawn on the canvas. Value, GUI thread.
#pragma once
#include <QColor>

#include "annotation/core/ids.h"
#include "annotation/core/mask.h"

namespace fs2 {

struct MaskLayer {
    ObjectId object;
    Mask mask;  ///< at the picture's full size
    QColor colour;
    bool visible = true;
    bool locked = false;  ///< hatched, and not picked up by the tools
    bool selected = false;
    bool draft = false;  ///< not accepted yet: outlined in dashes of its colour and white
    bool pending = false;  ///< of a run that goes on: hatched narrowly, and not picked up by the tools
    friend bool operator==(const MaskLayer&, const MaskLayer&) = default;
};

/// How the canvas shows the picture and the masks; nothing of it changes a pixel of either.
struct DisplayOptions {
    double brightness = 0;     ///< -1 … 1, 0 = as it is
    double contrast = 0;       ///< -1 … 1, 0 = as it is
    double gamma = 1;          ///< 0.1 … 10, 1 = as it is; above 1 lightens the dark parts
    double maskOpacity = 0.4;  ///< of the fill, 0 … 1
    bool masks = true;  ///< false hides them all
    bool fill = true;
    bool outline = true;
    bool crosshair = false;
    bool pixelGrid = true;      ///< seen from 8 widget pixels per image pixel on
    bool wheelScrolls = false;  ///< the wheel scrolls and Ctrl+wheel zooms
    friend bool operator==(const DisplayOptions&, const DisplayOptions&) = default;
};

}  // namespace fs2
