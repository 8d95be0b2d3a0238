// Overlap of two masks of one size. Pure; any thread.
#pragma once
#include "annotation/core/mask.h"

namespace fs2 {

/// Intersection over union, 0 to 1; two empty masks agree: 1.
inline double iou(const Mask& a, const Mask& b) {
    const auto common = intersectionArea(a, b);
    const auto all = a.area() + b.area() - common;
    return all == 0 ? 1.0 : double(common) / double(all);
}

}  // namespace fs2
