// One layer of synthetic clips as pictures on the device, and the geometry that goes with it.
// Functions without state; the current stream; nothing waits for the device. Pixel centres are
// whole numbers; n = frames * clips, time-major.
#pragma once
#include <vector>

#include <torch/types.h>

#include "training/clip_plan.h"

namespace fs2 {

/// Points, (n, S, S) each or of a shape that broadcasts to it.
struct Places {
    torch::Tensor x, y;
};

/// The pixels of a picture: (1, 1, S) and (1, S, 1).
Places pixelPlaces(int size, torch::Device device);
/// image (n, C, H, W) read bilinearly at the places; the edge goes on outside.
torch::Tensor sampledAt(const torch::Tensor& image, const Places& places);
/// Numbers sent to the device from pinned memory.
torch::Tensor uploaded(const std::vector<float>& values, at::IntArrayRef shape,
                       torch::Device device);

struct RenderedLayer {
    torch::Tensor colour;  ///< (n, 3, S, S) 0 to 1
    torch::Tensor cover;   ///< (n, S, S) 0 to 1: the cut-out; of layer 0 its object
    torch::Tensor inside;  ///< (n, S, S) bool: the photo has a pixel there
    Places before;         ///< where the frame before shows the same point of the layer
};
/// All plans have the same number of moments; `pool` is the one that they were made for.
RenderedLayer renderLayer(const SamplePool& pool, const std::vector<ClipPlan>& plans, int layer,
                          int size, torch::Device device);

}  // namespace fs2
