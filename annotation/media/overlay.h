// Overlay pictures: masks drawn over the photo, for a person to look at. Any thread.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/mask.h"
#include "annotation/core/result.h"

namespace fs2 {

/// The photo with each mask tinted in its colour of the cycle, outlined with a dark halo; later masks lie
/// on top, null ones only use up their colour. The masks have the frame's full size; over a proxy they are
/// drawn at the proxy's size.
Result<Frame> overlaid(const Frame& frame, const std::vector<Mask>& masks);
/// The same as a file: JPEG where the name ends so, else PNG.
Result<void> writeOverlay(const std::string& path, const Frame& frame, const std::vector<Mask>& masks);

/// A picture as a JPEG file.
Result<void> writeJpeg(const std::string& path, const Frame& frame);

}  // namespace fs2
