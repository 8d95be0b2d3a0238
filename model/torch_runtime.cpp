#include "model/torch_runtime.h"

#ifdef FS2_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#include <torch/cuda.h>
#endif

#include <algorithm>
#include <thread>

namespace fs2 {

Result<torch::Device> chooseDevice(const std::string& name) {
    const int count =
#ifdef FS2_CUDA
        int(torch::cuda::device_count());
#else
        0;
#endif
    if (name == "cpu" || (name == "auto" && count == 0)) return torch::Device(torch::kCPU);
    if (name == "auto") return torch::Device(torch::kCUDA, 0);
    int index = 0;
    if (name != "cuda") {
        if (!name.starts_with("cuda:") || name.size() < 6 ||
            !std::all_of(name.begin() + 5, name.end(), [](char c) { return c >= '0' && c <= '9'; }) ||
            name.size() > 8)
            return Error{ErrorCode::BadRequest, "the device " + name + " is not auto, cpu or cuda:N"};
        index = std::stoi(name.substr(5));
    }
    if (index >= count)
        return Error{ErrorCode::Unsupported,
                     "the device " + name + " is not there: " +
                         (count ? "this machine has " + std::to_string(count) + " GPU(s)"
                                : std::string("this build or machine has no GPU"))};
    return torch::Device(torch::kCUDA, torch::DeviceIndex(index));
}

void setThreads(int threads) {
    at::set_num_threads(threads > 0 ? threads : std::max(1, int(std::thread::hardware_concurrency())));
}

void PhaseClock::lap(const char* phase) {
    if (!options_.onPhase) return;
#ifdef FS2_CUDA
    if (cuda_) torch::cuda::synchronize();
#else
    static_cast<void>(cuda_);
#endif
    const auto now = std::chrono::steady_clock::now();
    options_.onPhase(phase, std::chrono::duration<double, std::milli>(now - last_).count());
    last_ = now;
}

void emptyDeviceCache([[maybe_unused]] torch::Device device) {
#ifdef FS2_CUDA
    if (device.is_cuda()) c10::cuda::CUDACachingAllocator::emptyCache();
#endif
}

}  // namespace fs2
