// RefinerStep: a batch for the edge refiner. Pictures are made 2 or 4 times finer than the network
// looks at them; the network (eval mode, without gradient) gives their mask, and the refiner learns on
// tiles of the fine picture round the edges. The gradient reaches the refiner alone. One thread.
#pragma once
#include "model/fastsam2/nets.h"
#include "training/batch.h"

namespace fs2 {

constexpr int kRefinerTile = 96;

class RefinerStep {
  public:
    /// The photo has the side 2 * size and is seen by the encoder 2 or 4 times reduced (`count` of them a
    /// step), or has the side `size` and is seen as it is (twice as many); four tiles each.
    RefinerStep(const SamplePool& pool, torch::Device device, std::uint64_t seed, bool half, int size, int count);
    /// Scalar with gradient. Leaves the network in training mode.
    torch::Tensor loss(FastSam2& net, std::uint64_t draw);

  private:
    torch::Tensor logitsOf(FastSam2& net, const Batch& fine, std::int64_t by, std::uint64_t key);

    BatchMaker maker_;
    ClickSimulator clicks_;
    const std::uint64_t seed_;
    const bool half_;
    const int size_;
    const int count_;
};

}  // namespace fs2
