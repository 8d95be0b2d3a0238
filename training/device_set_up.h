// The training device: backends, memory share, peak use, and the pace that keeps the host near it.
// LibTorch. One thread, the trainer's.
#pragma once
#include <torch/torch.h>

#include <memory>

namespace fs2 {

/// TF32, no search for algorithms, and at most `memoryShare` of a GPU's memory.
void setUpBackends(torch::Device device, double memoryShare);
/// Reserved at most until now, in MiB; 0 on a CPU.
double peakGpuMb(torch::Device device);
/// Weights of convolutions in the memory order in which they are fast.
void toChannelsLast(torch::nn::Module& module);

/// Keeps the host at most a few steps ahead of the device, so that the clock means something and stop
/// is heard.
class Pace {
  public:
    explicit Pace(torch::Device device);
    ~Pace();
    void stepQueued();

  private:
    struct Events;
    torch::Device device_;
    std::unique_ptr<Events> events_;
};

}  // namespace fs2
