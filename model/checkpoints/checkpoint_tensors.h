// Numbers of files as tensors. LibTorch; pure functions, any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <torch/types.h>

#include "model/checkpoints/checkpoint_file.h"

namespace fs2 {

/// A float32 copy on the CPU. `dtype` as safetensors writes it, `bytes` row-major, as many as it
/// takes.
torch::Tensor floatTensor(std::string_view dtype, const std::vector<std::int64_t>& shape,
                          std::string_view bytes);
torch::Tensor floatTensor(const CheckpointTensor& tensor);

}  // namespace fs2
