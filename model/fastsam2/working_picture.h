// WorkingPicture: a Frame brought to the size at which the network works, and the map between its
// pixels and the photo's. LibTorch. One thread.
#pragma once
#include <torch/types.h>

#include "annotation/core/frame.h"
#include "annotation/core/geometry.h"

namespace fs2 {

/// Sizes: the photo (prompts and masks), the Frame's pixels (the same unless it is a proxy), the
/// working picture, and that padded at right and bottom to multiples of 32.
struct WorkingSize {
    int fullWidth = 0, fullHeight = 0;
    int frameWidth = 0, frameHeight = 0;
    int width = 0, height = 0;
    int paddedWidth = 0, paddedHeight = 0;
    /// Centre of a full pixel -> working pixels (both name pixel centres as whole numbers).
    Point fromFull(Point p) const {
        return {(p.x + .5) * width / fullWidth - .5, (p.y + .5) * height / fullHeight - .5};
    }
};

/// Long side at most `longSide`; never enlarged.
WorkingSize workingSize(const FrameData& frame, int longSide);
/// The Frame's pixels (h, w, 4) as bytes, RGBX: on the CPU its own memory (rows padded), which must
/// outlive the tensor; on a GPU a copy.
torch::Tensor pixelsOf(const FrameData& frame, torch::Device device);
/// (1, 3, paddedHeight, paddedWidth) float, normalised, padding 0, channels-last, on the device of
/// `pixels`. Each pixel is the mean of those it covers.
torch::Tensor workingTensor(const torch::Tensor& pixels, const WorkingSize& size);
/// (1, 3, h, w) normalised pixels of the Frame from (x, y) on; outside it the nearest edge pixel.
torch::Tensor frameTile(const FrameData& frame, int x, int y, int width, int height);
/// The same for square tiles, (n, 3, side, side), where `pixels` are: `ys`, `xs` (n, side) int64 name
/// the rows and columns.
torch::Tensor frameTiles(const torch::Tensor& pixels, const torch::Tensor& ys, const torch::Tensor& xs);

}  // namespace fs2
