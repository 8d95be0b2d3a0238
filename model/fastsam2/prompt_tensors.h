// From a Prompt and a prior mask to the tensors that the decoder reads. LibTorch. One thread.
#pragma once
#include <torch/types.h>

#include "annotation/core/mask.h"
#include "annotation/core/prompt.h"
#include "model/fastsam2/nets.h"
#include "model/fastsam2/working_picture.h"

namespace fs2 {

/// `priorLogits` (paddedHeight/2, paddedWidth/2) behind the prior, or undefined; then the bitmap
/// `prior` is used at +-kPriorClamp, and with neither the prior's map is 0. The maps are float and
/// channels-last on `device`.
PromptTensors promptTensors(const Prompt& prompt, const WorkingSize& size, const Mask& prior,
                            const torch::Tensor& priorLogits, torch::Device device = torch::kCPU);

/// The bitmap at working size, (1, 1, height, width) float of the CPU in -1..1: each pixel the mean of
/// those that it covers.
torch::Tensor priorMap(const Mask& prior, const WorkingSize& size);

/// BadRequest where the prompt is empty, not finite or outside the photo.
Result<void> checkPrompt(const Prompt& prompt, const WorkingSize& size);

}  // namespace fs2
