// Exact Euclidean distance transform (Felzenszwalb and Huttenlocher: linear in pixels). Pure; any thread.
#pragma once
#include <cstdint>
#include <vector>

#include "annotation/core/mask.h"

namespace fs2 {

/// What a pixel beyond the window counts as.
enum class Beyond { Zero, Nothing };

/// Squared distance, in pixels between centres, of each pixel of the row-major bitmap (width * height
/// bytes) to the nearest pixel that is 0; a large value (kFarSquared) where there is none.
inline constexpr float kFarSquared = 1e12f;
std::vector<float> distanceSquared(const std::vector<std::uint8_t>& bitmap, int width, int height,
                                   Beyond beyond);

/// The pixel of a mask that is farthest from its edge (what lies outside the picture is edge); the
/// first in row order among equals.
struct Interior {
    int x = -1;
    int y = -1;
    double distance = 0;  ///< to the nearest pixel outside; 0 for an empty mask
};
/// Pixels in `barred` (x, y) are not chosen, but count as mask.
Interior mostInterior(const Mask& mask, const std::vector<Point>& barred = {});

}  // namespace fs2
