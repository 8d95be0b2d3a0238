#include "model/torch_segmenter.h"

#include <torch/torch.h>
#ifdef FS2_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#include <torch/cuda.h>
#endif

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <new>
#include <thread>

#include "annotation/core/log.h"
#include "model/feature_cache.h"
#include "model/mask_output.h"
#include "model/nets.h"
#include "model/prompt_tensors.h"
#include "model/weights.h"

namespace fs2 {

namespace {

/// The first token, which every sample trains, answers unless another one promises this much more IoU:
/// on the validation split this raised IoU after one click from .390 to .403.
constexpr float kFirstTokenLead = .1f;

struct Stopped {};  // thrown between the encoder's stages, caught in the same call

/// Milliseconds of each phase; waits for the device only where somebody measures.
class PhaseClock {
  public:
    PhaseClock(const SegmenterOptions& options, bool cuda) : options_(options), cuda_(cuda) {}
    void lap(const char* phase) {
        if (!options_.onPhase) return;
#ifdef FS2_CUDA
        if (cuda_) torch::cuda::synchronize();
#endif
        const auto now = std::chrono::steady_clock::now();
        options_.onPhase(phase, std::chrono::duration<double, std::milli>(now - last_).count());
        last_ = now;
    }

  private:
    const SegmenterOptions& options_;
    [[maybe_unused]] bool cuda_;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

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

class TorchSegmenter final : public Segmenter {
  public:
    TorchSegmenter(SegmenterOptions options, torch::Device device, FastSam2 net, SegmenterInfo info)
        : options_(std::move(options)),
          device_(device),
          net_(std::move(net)),
          info_(std::move(info)),
          type_(device.is_cuda() ? torch::kBFloat16 : torch::kFloat),
          cache_(options_.featureBytes) {}

    SegmenterInfo info() const override { return info_; }

    Result<void> prefetch(const Frame& frame, std::stop_token stop) override {
        return guarded<Result<void>>([&](int longSide) -> Result<void> {
            PhaseClock clock(options_, device_.is_cuda());
            encoded(*frame, longSide, clock, stop);
            return {};
        });
    }

    Result<Prediction> predict(const Frame& frame, const Prompt& prompt, const Mask& prior) override {
        const auto start = std::chrono::steady_clock::now();
        auto answer = guarded<Result<Prediction>>([&](int longSide) -> Result<Prediction> {
            if (auto ok = checkPrompt(prompt, workingSize(*frame, longSide)); !ok) return ok.error();
            if (!prior.isNull() &&
                (prior.width() != frame->fullWidth || prior.height() != frame->fullHeight))
                return Error{ErrorCode::BadRequest, "the prior mask has another size than the picture"};
            PhaseClock clock(options_, device_.is_cuda());
            const auto& picture = encoded(*frame, longSide, clock, {});
            return decoded(*frame, prompt, prior, picture, clock);
        });
        if (answer)
            answer->milliseconds = std::chrono::duration<double, std::milli>(
                                       std::chrono::steady_clock::now() - start)
                                       .count();
        return answer;
    }

  private:
    /// Runs `work` under inference mode; out of memory: drops the caches and tries once at half the
    /// working size. The one catch at this module's door.
    template <class R, class Work>
    R guarded(const Work& work) {
        int longSide = info_.workingSize;
        for (bool again = false;; again = true) {
            std::string reason;
            try {
                const c10::InferenceMode inference;
                return work(longSide);
            } catch (const Stopped&) {
                return Error{ErrorCode::Cancelled, "stopped"};
            } catch (const c10::OutOfMemoryError& e) {
                reason = e.what_without_backtrace();
            } catch (const std::bad_alloc&) {
                reason = "no memory left";
            } catch (const c10::Error& e) {
                return Error{ErrorCode::Internal, e.what_without_backtrace()};
            } catch (const std::exception& e) {
                return Error{ErrorCode::Internal, e.what()};
            }
            cache_.clear();
#ifdef FS2_CUDA
            if (device_.is_cuda()) c10::cuda::CUDACachingAllocator::emptyCache();
#endif
            if (again) return Error{ErrorCode::OutOfMemory, reason};
            longSide = std::max(32, longSide / 2);
            log::warning("out of memory: trying again at " + std::to_string(longSide) + " pixels");
        }
    }

    const EncodedPicture& encoded(const FrameData& frame, int longSide, PhaseClock& clock,
                                  const std::stop_token& stop) {
        if (const auto* known = cache_.find(frame.source, longSide)) return *known;
        const auto between = [&] {
            if (stop.stop_requested()) throw Stopped{};
        };
        between();
        EncodedPicture picture{frame.source, workingSize(frame, longSide), {}, {}};
        const auto pixels = pixelsOf(frame, device_);
        if (device_.is_cuda()) picture.pixels = pixels;  // the edges of the photo are sharpened there
        const auto image = workingTensor(pixels, picture.size).to(type_);
        clock.lap("upload");
        picture.features = net_->encode(image, false, between);
        clock.lap("encode");
        return cache_.put(std::move(picture));
    }

    Prediction decoded(const FrameData& frame, const Prompt& prompt, const Mask& prior,
                       const EncodedPicture& picture, PhaseClock& clock) {
        auto prompts = promptTensors(prompt, picture.size, prior, cache_.logitsOf(prior), device_);
        prompts.maps = prompts.maps.to(type_);
        const auto out = net_->decode(picture.features, prompts);
        const auto iou = out.iou[0].to(torch::kCPU, torch::kFloat);
        clock.lap("decoder");

        // One click alone may mean a part, the whole or more: the token of the best predicted IoU
        // answers and the others are offered. Any further prompt is the first token's business.
        const bool ambiguous = prompt.clicks.size() == 1 && !prompt.box && prior.isNull();
        const auto score = iou.accessor<float, 1>();
        std::vector<std::int64_t> order{0};
        if (ambiguous) {
            for (std::int64_t k = 1; k < kMaskTokens; ++k) order.push_back(k);
            const auto rank = [&](std::int64_t k) { return score[k] + (k == 0 ? kFirstTokenLead : 0); };
            std::stable_sort(order.begin(), order.end(),
                             [&](std::int64_t x, std::int64_t y) { return rank(x) > rank(y); });
        }
        Prediction answer;
        answer.frame = prompt.frame;
        answer.object = prompt.object;
        answer.weightsId = info_.weightsId;
        // The other readings are offers: their edges are not sharpened, or a first click would take long.
        OutputOptions output{options_.refineEdges, device_.is_cuda() ? 1'000'000 : 400'000};
        for (const auto k : order) {
            const auto logits = out.logits[0][k];
            const auto mask = maskFromLogits(net_, logits, frame, picture.pixels, picture.size, output);
            output.refine = false;
            if (k == order.front()) {
                answer.mask = mask;
                answer.score = score[k];
                clock.lap("post");
            } else if (!tooAlike(mask, answer)) {
                answer.alternatives.push_back({mask, score[k]});
            } else {
                continue;
            }
            cache_.remember(mask, logits);
        }
        clock.lap("alternatives");
        return answer;
    }

    /// True where a reading adds nothing to what is already offered.
    static bool tooAlike(const Mask& mask, const Prediction& answer) {
        const auto alike = [&](const Mask& other) {
            const auto both = intersectionArea(mask, other);
            const auto either = mask.area() + other.area() - both;
            return either == 0 || double(both) > .9 * double(either);
        };
        return mask.empty() || alike(answer.mask) ||
               std::any_of(answer.alternatives.begin(), answer.alternatives.end(),
                           [&](const auto& a) { return alike(a.mask); });
    }

    SegmenterOptions options_;
    torch::Device device_;
    FastSam2 net_;
    SegmenterInfo info_;
    torch::ScalarType type_;
    FeatureCache cache_;
};

}  // namespace

Result<std::unique_ptr<Segmenter>> makeTorchSegmenter(const SegmenterOptions& options) {
    try {
        const auto path = options.weightsPath.empty() ? bundledWeightsPath() : options.weightsPath;
        if (path.empty())
            return Error{ErrorCode::NotFound, "the bundled weights are not beside the program"};
        const auto device = chooseDevice(options.device);
        if (!device) return device.error();
        at::set_num_threads(options.threads > 0 ? options.threads
                                                : std::max(1, int(std::thread::hardware_concurrency())));
        FastSam2 net;
        auto file = loadWeights(net, path);
        if (!file) return file.error();
        SegmenterInfo info;
        info.network = "fastsam2_s";
        info.weightsId = file->id;
        info.weightsPath = path;
        info.device = device->str();
        info.workingSize = options.workingSize > 0 ? options.workingSize : device->is_cuda() ? 1024 : 640;
        for (const auto& p : net->parameters()) info.parameters += p.numel();
        net->fold();
        torch::NoGradGuard noGrad;
        if (device->is_cuda()) {
            net->to(*device, torch::kBFloat16);
            for (auto& b : net->named_buffers())  // these are read in fp32
                if (b.key().ends_with("frequencies"))
                    b.value().set_data(file->tensors.at(b.key()).to(*device));
        }
        for (auto& p : net->parameters())
            if (p.dim() == 4) p.set_data(p.contiguous(torch::MemoryFormat::ChannelsLast));
        return std::unique_ptr<Segmenter>(
            std::make_unique<TorchSegmenter>(options, *device, std::move(net), std::move(info)));
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "no memory left for the model"};
    } catch (const c10::Error& e) {
        return Error{ErrorCode::Internal, e.what_without_backtrace()};
    } catch (const std::exception& e) {
        return Error{ErrorCode::Internal, e.what()};
    }
}

}  // namespace fs2
