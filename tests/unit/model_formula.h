// Formula weights and inputs of the golden tensors (tests/golden/make_fastsam2.py): every number is a
// pure function of a tensor's name, so that nothing but outputs has to be stored.
#pragma once
#include <torch/torch.h>

#include <cmath>
#include <string>

#include "annotation/core/paths.h"

namespace fs2::golden {

inline torch::Tensor uniform(const std::string& name, at::IntArrayRef shape) {
    auto out = torch::empty(shape, torch::kDouble);
    const auto h = fnv1a64(name);
    auto* to = out.data_ptr<double>();
    for (std::int64_t i = 0; i < out.numel(); ++i) {
        std::uint64_t x = h + std::uint64_t(i) + 0x9E3779B97F4A7C15ull;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
        x ^= x >> 31;
        to[i] = double(x >> 11) * 0x1p-53;
    }
    return out;
}

inline torch::Tensor input(const std::string& name, at::IntArrayRef shape) {
    return (2 * uniform("input:" + name, shape) - 1).to(torch::kFloat);
}

/// The weight of a name: its last part tells how it is spread.
inline torch::Tensor byFormula(const std::string& name, at::IntArrayRef shape) {
    const auto last = name.substr(name.rfind('.') + 1);
    auto r = 2 * uniform(name, shape) - 1;
    if (last == "running_var") r = 1.1 + 0.1 * r;
    else if (last == "frequencies") r = 4 * r;
    else if (last == "running_mean" || last == "bias") r = 0.1 * r;
    else if (shape.size() == 1) r = 1 + 0.1 * r;
    else r = std::sqrt(3.0 / (double(r.numel()) / double(shape[0]))) * r;
    return r.to(torch::kFloat);
}

/// Fills all parameters and buffers of a module whose state names begin with `prefix`.
inline void fillByFormula(torch::nn::Module& module, const std::string& prefix) {
    torch::NoGradGuard noGrad;
    const auto fill = [&](const std::string& key, torch::Tensor tensor) {
        if (tensor.is_floating_point()) tensor.copy_(byFormula(prefix + key, tensor.sizes()));
    };
    for (const auto& p : module.named_parameters()) fill(p.key(), p.value());
    for (const auto& b : module.named_buffers()) fill(b.key(), b.value());
    module.eval();
}

}  // namespace fs2::golden
