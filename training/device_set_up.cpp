#include "training/device_set_up.h"

#include <deque>

#ifdef FS2_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAEvent.h>
#include <c10/cuda/CUDACachingAllocator.h>
#endif

namespace fs2 {

void setUpBackends(torch::Device device, double memoryShare) {
    auto& context = at::globalContext();
    // Its own choice was as fast on an H200 as trying all, which takes half a minute for each size.
    context.setBenchmarkCuDNN(false);
    context.setAllowTF32CuDNN(true);
    context.setAllowTF32CuBLAS(true);
#ifdef FS2_CUDA
    if (device.is_cuda()) {
        at::cuda::set_device(device.index());
        if (memoryShare < 1) c10::cuda::CUDACachingAllocator::setMemoryFraction(memoryShare, device.index());
    }
#else
    static_cast<void>(device);
    static_cast<void>(memoryShare);
#endif
}

double peakGpuMb(torch::Device device) {
#ifdef FS2_CUDA
    if (device.is_cuda()) {
        const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(device.index());
        return double(stats.reserved_bytes[0].peak) / double(1 << 20);
    }
#endif
    static_cast<void>(device);
    return 0;
}

void toChannelsLast(torch::nn::Module& module) {
    const torch::NoGradGuard guard;
    for (torch::Tensor& p : module.parameters())
        if (p.dim() == 4) p.set_data(p.contiguous(torch::MemoryFormat::ChannelsLast));
}

struct Pace::Events {
#ifdef FS2_CUDA
    std::deque<at::cuda::CUDAEvent> queued;
#endif
};

Pace::Pace(torch::Device device) : device_(device), events_(std::make_unique<Events>()) {}
Pace::~Pace() = default;

void Pace::stepQueued() {
#ifdef FS2_CUDA
    if (!device_.is_cuda()) return;
    auto& queued = events_->queued;
    queued.emplace_back();
    queued.back().record(at::cuda::getCurrentCUDAStream(device_.index()));
    if (queued.size() <= 3) return;
    queued.front().synchronize();
    queued.pop_front();
#endif
}

}  // namespace fs2
