// The published pre-processing of RAP-SAM (MODEL.md part E.1): a picture is brought to the test size with
// its ratio kept, normalised, padded at right and bottom to multiples of 32. LibTorch; any thread.
#pragma once
#include <torch/types.h>

#include "annotation/core/frame.h"
#include "model/fastsam2/working_picture.h"

namespace fs2 {

/// The largest size with sides at most `longSide` and `shortSide`; small pictures are enlarged. As
/// mmcv.rescale_size() rounds it.
WorkingSize rapSamSize(const FrameData& frame, int longSide, int shortSide);
/// Bytes (1, C, h, w) -> (1, C, height, width) bytes: bilinear without any smoothing, as cv2.resize().
torch::Tensor resizedBytes(const torch::Tensor& bytes, std::int64_t height, std::int64_t width);
/// RGB bytes (1, 3, h, w) on any device -> (1, 3, paddedHeight, paddedWidth) float32.
torch::Tensor rapSamNormalised(const torch::Tensor& rgb);
/// The frame on the device, ready for RapSam::encode(): float32, channels-last.
torch::Tensor rapSamInput(const FrameData& frame, const WorkingSize& size, torch::Device device);

}  // namespace fs2
