// Weights of the networks: tensors by name to the network and back. LibTorch. One thread.
#pragma once
#include <string>

#include "annotation/core/result.h"
#include "model/fastsam2/nets.h"
#include "model/checkpoints/safetensors.h"

namespace fs2 {

/// Copies every tensor of the file into the network (fp16 becomes fp32). WrongModel where a name is
/// missing, left over or of another shape; the detail names the first ones.
Result<LoadedTensors> loadWeights(torch::nn::Module& net, const std::string& path);
/// The same; a file that holds a memory gives the network one (FastSam2Impl::addMemory). One without
/// leaves a memory that is there as it is.
Result<LoadedTensors> loadWeights(FastSam2& net, const std::string& path);
/// The network's state as it is shipped: fp16, BatchNorm tensors and the prompt frequencies fp32.
TensorMap shippedState(FastSam2& net);

}  // namespace fs2
