// BatchMaker: pictures and targets made on the device: warped photos, photos with pasted cut-outs,
// procedural scenes, then photometric augmentation. Choices are made on the host in microseconds and
// uploaded from pinned memory; nothing waits for the device. A batch is a function of (seed, step,
// micro-batch) and of the pool. One thread.
#pragma once
#include <torch/types.h>

#include <map>

#include "model/fastsam2/nets.h"
#include "training/pool.h"

namespace fs2 {

/// The queue of the current stream of a device, for the kernels.
kernels::Where whereOf(torch::Device device);

/// Bytes on the device that are kept from call to call. One at a time is in use.
class Scratch {
  public:
    explicit Scratch(torch::Device device) : device_(device) {}
    void* get(std::size_t bytes);

  private:
    torch::Device device_;
    torch::Tensor bytes_;
};

struct Mixture {
    double scenes = 0.35;  ///< share of procedural scenes; all of them where there is no pool
    double pasted = 0.25;  ///< share of photos with cut-outs pasted in; the rest are plain photos
};

struct Batch {
    torch::Tensor images;  ///< (B, 3, S, S) normalised, channels last, bf16 under AMP, else float
    torch::Tensor target;  ///< (B, S, S) uint8
    torch::Tensor valid;   ///< (B, S, S) uint8
};

class BatchMaker {
  public:
    BatchMaker(const SamplePool& pool, torch::Device device, Mixture mixture, std::uint64_t seed, bool half);
    Batch make(std::uint64_t draw, int count, int size);

  private:
    /// A photo or a cut-out for each sample, uploaded.
    torch::Tensor sampleSpecs(std::uint64_t key, int count, int size) const;
    torch::Tensor pasteSpecs(std::uint64_t key, int count, int size) const;
    torch::Tensor upload(const void* data, std::size_t bytes) const;

    const SamplePool& pool_;
    torch::Device device_;
    Mixture mixture_;
    std::uint64_t seed_;
    bool half_;
    Scratch scratch_;
};

/// The clicks of a batch, simulated on the device.
class ClickSimulator {
  public:
    ClickSimulator(torch::Device device, bool half);
    void begin(std::uint64_t key, const Batch& batch, const kernels::FirstClickOptions& options = {});
    /// Adds corrections of `logits` (B, 1, S, S) float, which become the prior.
    void next(std::uint64_t key, const Batch& batch, const torch::Tensor& logits, float two);
    /// What the decoder reads; the prior of a sample is left out with probability `drop`.
    PromptTensors prompts(std::uint64_t key, float drop);
    const torch::Tensor& clicks() const { return clicks_; }  ///< (B, kMaxClicks, 3)
    /// (B) float: 1 where there is one click at most, no box and no prior mask.
    torch::Tensor ambiguous() const;
    /// Puts a click of each sample at (x, y) (B, float) of the type (1, 0, -1 none) into place `at`.
    void put(int at, const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& type);
    void start(int count, int size);
    void setPrior(const torch::Tensor& logits) { logits_ = logits; }

  private:
    kernels::ClickState state();

    torch::Device device_;
    bool half_;
    Scratch scratch_;
    int size_ = 0;
    torch::Tensor clicks_, counts_, boxes_, logits_, hasPrior_;
};

}  // namespace fs2
