// Overlay pictures: masks drawn over the photo, for a person to look at. Any thread.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/mask.h"
#include "annotation/core/result.h"

namespace fs2 {

/// A colour-blind-safe cycle; `index` from 0.
std::array<std::uint8_t, 3> objectColour(int index);

/// The photo with each mask tinted (opacity .45) in its colour and outlined; later masks lie on top. The
/// masks have the frame's full size; over a proxy they are shown at the proxy's. PNG or JPEG by
/// the name's ending.
Result<void> writeOverlay(const std::string& path, const Frame& frame, const std::vector<Mask>& masks);

}  // namespace fs2
