// Halved copies of pictures, for screens that show them small. Any thread.
#pragma once
#include "annotation/core/frame.h"

namespace fs2 {

/// Half the width and height, an odd last row or column repeated. fullWidth, fullHeight and index stay; the
/// source is its own.
Frame halved(const FrameData& whole);

}  // namespace fs2
