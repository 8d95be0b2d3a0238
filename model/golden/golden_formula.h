// The numbers of the golden cases: pure functions of a tensor's name (splitmix64 of an FNV-1a hash), all
// in double, cast at the end. LibTorch; any thread.
#pragma once
#include <torch/torch.h>

#include <cstdint>
#include <string>

namespace fs2::golden {

/// Number `index` of the sequence `hash`, in [0, 1).
double uniformAt(std::uint64_t hash, std::uint64_t index);
/// (shape) double: the sequence of `name` in row-major order.
torch::Tensor uniform(const std::string& name, at::IntArrayRef shape);
/// Fills all parameters and buffers of the network; names are `prefix` + state name.
void fillWeights(torch::nn::Module& network, const std::string& prefix);
/// (133, 3, 768) float: the text table of the cases.
torch::Tensor textTable(const std::string& prefix);
/// (H, W, 3) bytes, BGR: frame `t` of a clip.
torch::Tensor picture(const std::string& seed, std::int64_t H, std::int64_t W, std::int64_t t);

}  // namespace fs2::golden
