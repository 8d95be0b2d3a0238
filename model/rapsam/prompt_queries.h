// Prompt queries of RAP-SAM (MODEL.md part E.7): a click or a box becomes the sine code of its box. Boxes
// are (N, 4) x0 y0 x1 y1, float, in pixels of the resized picture before padding. LibTorch; any thread.
#pragma once
#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "annotation/core/geometry.h"

namespace fs2 {

constexpr double kClickBoxReach = 3;  ///< a click is the box that reaches this many pixels round it

inline Box clickBox(double x, double y) {
    return {x - kClickBoxReach, y - kClickBoxReach, x + kClickBoxReach, y + kClickBoxReach};
}
torch::Tensor boxTensor(const std::vector<Box>& boxes);
/// (N, 4) centre x, centre y, width, height as shares of the picture, kept 1e-5 away from 0 and 1.
torch::Tensor centreBoxes(const torch::Tensor& boxes, std::int64_t height, std::int64_t width);
/// (N, 512) sine code of centreBoxes(): y, x, width, height, 128 numbers each.
torch::Tensor sineCode(const torch::Tensor& centreBoxes);

}  // namespace fs2
