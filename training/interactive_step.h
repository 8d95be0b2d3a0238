// InteractiveStep: one micro-batch of the task interactive_image: pictures, 0 to 3 rounds of simulated
// clicks without gradient, then the loss of the last answer. LibTorch. One thread, the trainer's.
#pragma once
#include "model/fastsam2/nets.h"
#include "training/batch.h"
#include "training/losses.h"

namespace fs2 {

class InteractiveStep {
  public:
    InteractiveStep(const SamplePool& pool, torch::Device device, Mixture mixture, std::uint64_t seed, bool half);
    /// The loss of `count` pictures of size x size: a function of (seed, draw), the pool and the network,
    /// which is left in the mode (training or not) that it came in.
    InteractiveLoss loss(FastSam2& net, std::uint64_t draw, int count, int size);

  private:
    torch::Tensor clickRounds(FastSam2& net, const Features& features, const Batch& batch, std::uint64_t draw);

    torch::Device device_;
    std::uint64_t seed_;
    bool half_;
    BatchMaker maker_;
    ClickSimulator clicks_;
};

}  // namespace fs2
