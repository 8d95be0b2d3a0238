// IdImage: one object number per pixel, as training data and exports keep them. Value; any thread.
#pragma once
#include <cstdint>
#include <vector>

#include "annotation/core/mask.h"

namespace fs2 {

struct IdImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> ids;  ///< row-major; 0 = none
};

/// Every pixel of this id.
Mask maskOfId(const IdImage& image, std::uint16_t id);

}  // namespace fs2
