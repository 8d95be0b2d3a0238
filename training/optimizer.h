// AdamW with gradient clipping and skipped faulty steps, the moving average of the weights, and the
// learning-rate schedule. Nothing here waits for the device. One thread a model.
#pragma once
#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "model/checkpoints/safetensors.h"

namespace fs2 {

struct AdamWOptions {
    double beta1 = 0.9;
    double beta2 = 0.99;
    double epsilon = 1e-8;
    double weightDecay = 0.03;  ///< of weights with two or more dimensions; none on the others
    double clip = 3;            ///< largest norm of the gradient
};

/// The state of one step, on the device.
struct StepReport {
    torch::Tensor gradientNorm;  ///< scalar, before clipping
    torch::Tensor skipped;       ///< scalar: 1 where the gradient was not finite and nothing changed
};

class AdamW {
  public:
    AdamW(torch::OrderedDict<std::string, torch::Tensor> parameters, AdamWOptions options);
    /// One step with the gradients that are there (parameters without one keep their value), which
    /// are then freed.
    StepReport step(double learningRate);
    /// Names "m.<parameter>", "v.<parameter>", "steps".
    TensorMap state() const;
    Result<void> load(const TensorMap& state);

  private:
    struct Slot {
        std::string name;
        torch::Tensor parameter, m, v;
    };
    AdamWOptions options_;
    std::vector<Slot> slots_;
    torch::Tensor steps_;
};

/// Exponential moving average of all floating-point parameters and buffers of a module.
class MovingAverage {
  public:
    /// `average` starts as a copy of `source`; both keep their tensors in the same order.
    MovingAverage(torch::nn::Module& source, torch::nn::Module& average, double decay);
    /// The decay of step s (from 0): min(decay, (1 + s) / (10 + s)).
    double decayAt(std::int64_t step) const;
    void update(std::int64_t step);

  private:
    std::vector<torch::Tensor> source_, average_;
    double decay_;
};

/// Warm-up, then a half cosine from `base` to nearly 0.
struct Schedule {
    double base = 1.2e-3;
    std::int64_t warmUp = 200;  ///< optimizer steps
    double from = 0;            ///< share of the cosine that a run with --init leaves out
    /// `progress` of the run, 0 to 1.
    double rate(std::int64_t step, double progress) const;
};

/// Parameters and buffers by name, not copied.
TensorMap namedState(const torch::nn::Module& module);
/// Copies tensors of the same names and shapes into the module. WrongModel where one is missing, has
/// another shape, or is not of this network.
Result<void> loadState(torch::nn::Module& module, const TensorMap& tensors);

}  // namespace fs2
