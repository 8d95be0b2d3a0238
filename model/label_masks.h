// Masks of a picture in which each pixel names the one segment that it belongs to. Pure; any thread.
#pragma once
#include <cstdint>
#include <vector>

#include "annotation/core/mask.h"

namespace fs2 {

/// `labels` are width * height bytes, column after column (index = x * height + y); 0 = none. Returns the
/// masks of the labels 1 … count, in one walk.
std::vector<Mask> masksOfLabels(const std::uint8_t* labels, int width, int height, int count);

}  // namespace fs2
