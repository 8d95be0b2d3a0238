// What the Segmenters on LibTorch share: the device by its name, the clock of the phases, and the one
// place where exceptions become Results. One thread a Segmenter.
#pragma once
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <new>
#include <string>

#include "annotation/core/log.h"
#include "annotation/core/result.h"
#include "model/segmenter.h"

namespace fs2 {

/// auto (the first GPU, else the CPU), cpu, cuda or cuda:N. Errors: BadRequest, Unsupported.
Result<torch::Device> chooseDevice(const std::string& name);
/// 0 = all cores.
void setThreads(int threads);

struct Stopped {};  ///< thrown between the encoder's stages, caught in caught()

/// Milliseconds of each phase; waits for the device only where somebody measures.
class PhaseClock {
  public:
    PhaseClock(const SegmenterOptions& options, bool cuda) : options_(options), cuda_(cuda) {}
    void lap(const char* phase);

  private:
    const SegmenterOptions& options_;
    bool cuda_;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Gives what the allocator keeps back to the device.
void emptyDeviceCache(torch::Device device);

/// torch's CPU allocator has no error class of its own for "no memory left".
inline bool ofCpuAllocator(const c10::Error& e) {
    return e.msg().find("DefaultCPUAllocator") != std::string::npos;
}

/// Runs `work`; what it throws becomes an Error (Cancelled for Stopped, OutOfMemory, Internal).
template <class R, class Work>
R caught(const Work& work) {
    try {
        return work();
    } catch (const Stopped&) {
        return Error{ErrorCode::Cancelled, "stopped"};
    } catch (const c10::OutOfMemoryError& e) {
        return Error{ErrorCode::OutOfMemory, e.what_without_backtrace()};
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "no memory left"};
    } catch (const c10::Error& e) {
        return Error{ofCpuAllocator(e) ? ErrorCode::OutOfMemory : ErrorCode::Internal, e.what_without_backtrace()};
    } catch (const std::exception& e) {
        return Error{ErrorCode::Internal, e.what()};
    }
}

/// Runs `work(longSide)` under inference mode; out of memory: `letGo` drops what is cached, and the work
/// is tried once more at half the size.
template <class R, class Work, class LetGo>
R smallerOnOutOfMemory(int longSide, const Work& work, const LetGo& letGo) {
    const auto attempt = [&](int side) {
        return caught<R>([&] {
            const c10::InferenceMode inference;
            return work(side);
        });
    };
    auto answer = attempt(longSide);
    if (answer || answer.error().code != ErrorCode::OutOfMemory) return answer;
    letGo();
    longSide = std::max(32, longSide / 2);
    log::warning("out of memory: trying again at " + std::to_string(longSide) + " pixels");
    answer = attempt(longSide);
    if (!answer && answer.error().code == ErrorCode::OutOfMemory) letGo();
    return answer;
}

}  // namespace fs2
