// From the decoder's logits to a Mask at the photo's size: bilinear upsampling where the object is,
// the edge refiner on tiles of the photo, threshold, runs. LibTorch. One thread.
#pragma once
#include <torch/types.h>

#include <functional>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/mask.h"
#include "model/fastsam2/nets.h"
#include "model/fastsam2/working_picture.h"

namespace fs2 {

/// Side of the tiles that the refiner sharpens, and how far it looks beyond them. Frame pixels.
constexpr int kTileSide = 64;
constexpr int kTileMargin = 4;

struct OutputOptions {
    bool refine = true;
    std::int64_t tilePixels = 1'000'000;  ///< at most, in all
};

/// `logits` (paddedHeight/2, paddedWidth/2) of the working picture, on the network's device. On a GPU
/// `pixels` are the Frame's there (pixelsOf). The mask has the photo's full size: what is above 0.
Mask maskFromLogits(FastSam2& net, const torch::Tensor& logits, const FrameData& frame,
                    const torch::Tensor& pixels, const WorkingSize& size, const OutputOptions& options);

/// The masks of O objects at once, logits (O, paddedHeight/2, paddedWidth/2), edges not refined.
/// `beforeRuns` is called once when the bits are on the CPU (for the clock of a phase).
std::vector<Mask> masksFromLogits(const torch::Tensor& logits, const WorkingSize& size,
                                  const std::function<void()>& beforeRuns = {});

}  // namespace fs2
