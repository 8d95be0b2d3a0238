#include "model/fastsam2/torch_segmenter.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "model/fastsam2/feature_cache.h"
#include "model/fastsam2/mask_output.h"
#include "model/fastsam2/nets.h"
#include "model/fastsam2/prompt_tensors.h"
#include "model/memory/video_steps.h"
#include "model/torch_runtime.h"
#include "model/checkpoints/weights.h"

namespace fs2 {

namespace {

/// The first token, which every sample trains, answers unless another one promises this much more IoU:
/// chosen on the validation split with earlier weights, where it raised IoU after one click from .390 to .403.
constexpr float kFirstTokenLead = .1f;

/// Runs through video: the short side at most (MODEL.md part A), and their share of the feature cache.
constexpr int kVideoShortSide = 576;
constexpr std::int64_t kVideoShare = 4;

class TorchSegmenter final : public Segmenter {
  public:
    TorchSegmenter(SegmenterOptions options, torch::Device device, FastSam2 net, SegmenterInfo info)
        : options_(std::move(options)),
          device_(device),
          net_(std::move(net)),
          info_(std::move(info)),
          type_(device.is_cuda() ? torch::kBFloat16 : torch::kFloat),
          cache_(options_.featureBytes - options_.featureBytes / kVideoShare),
          videoCache_(options_.featureBytes / kVideoShare) {
        if (net_->memory()) video_.emplace(net_, info_.weightsId);
    }

    SegmenterInfo info() const override { return info_; }

    Result<void> prefetch(const Frame& frame, std::stop_token stop) override {
        return guarded<Result<void>>(info_.workingSize, [&](int longSide) -> Result<void> {
            PhaseClock clock(options_, device_.is_cuda());
            encoded(cache_, *frame, longSide, clock, stop);
            return {};
        });
    }

    Result<Prediction> predict(const Frame& frame, const Prompt& prompt, const Mask& prior) override {
        const auto start = std::chrono::steady_clock::now();
        auto answer = guarded<Result<Prediction>>(info_.workingSize, [&](int longSide) -> Result<Prediction> {
            if (auto ok = checkPrompt(prompt, workingSize(*frame, longSide)); !ok) return ok.error();
            if (!prior.isNull() &&
                (prior.width() != frame->fullWidth || prior.height() != frame->fullHeight))
                return Error{ErrorCode::BadRequest, "the prior mask has another size than the picture"};
            PhaseClock clock(options_, device_.is_cuda());
            const auto& picture = encoded(cache_, *frame, longSide, clock, {});
            return decoded(*frame, prompt, prior, picture, clock);
        });
        if (answer)
            answer->milliseconds = std::chrono::duration<double, std::milli>(
                                       std::chrono::steady_clock::now() - start)
                                       .count();
        return answer;
    }

    StreamingMemory* memory() override { return video_ ? &video_->bank() : nullptr; }

    Result<void> remember(const Frame& frame, const std::vector<KnownMask>& masks) override {
        if (!video_) return Segmenter::remember(frame, masks);
        if (auto ok = checkKnown(*frame, masks); !ok || masks.empty()) return ok;
        return guarded<Result<void>>(videoSide(*frame), [&](int longSide) -> Result<void> {
            PhaseClock clock(options_, device_.is_cuda());
            video_->remember(frame->index, encoded(videoCache_, *frame, longSide, clock, {}), masks);
            return {};
        });
    }

    Result<std::vector<TrackedMask>> step(const Frame& frame, const std::vector<ObjectId>& objects,
                                          std::stop_token stop) override {
        using Masks = Result<std::vector<TrackedMask>>;
        if (!video_) return Segmenter::step(frame, objects, stop);
        if (auto ok = video_->bank().knows(objects); !ok) return ok.error();
        return guarded<Masks>(videoSide(*frame), [&](int longSide) -> Masks {
            PhaseClock clock(options_, device_.is_cuda());
            const auto& picture = encoded(videoCache_, *frame, longSide, clock, stop);
            return video_->step(frame->index, picture, objects,
                                {[&] { throwIf(stop); }, [&](const char* phase) { clock.lap(phase); }});
        });
    }

  private:
    static void throwIf(const std::stop_token& stop) {
        if (stop.stop_requested()) throw Stopped{};
    }

    /// Long side at which a film's frame is worked on.
    int videoSide(const FrameData& frame) const {
        if (options_.videoSize > 0) return options_.videoSize;
        if (!device_.is_cuda()) return 448;
        const auto [less, more] = std::minmax(frame.width, frame.height);
        return int(std::min<std::int64_t>(1024, std::int64_t(kVideoShortSide) * more / less));
    }

    /// Out of memory: drops the caches and tries once at half the working size.
    template <class R, class Work>
    R guarded(int longSide, const Work& work) {
        return smallerOnOutOfMemory<R>(longSide, work, [this] {
            cache_.clear();
            videoCache_.clear();
            emptyDeviceCache(device_);
        });
    }

    const EncodedPicture& encoded(FeatureCache& cache, const FrameData& frame, int longSide, PhaseClock& clock,
                                  const std::stop_token& stop) {
        if (const auto* known = cache.find(frame.source, longSide)) return *known;
        const auto between = [&] { throwIf(stop); };
        between();
        EncodedPicture picture{frame.source, workingSize(frame, longSide), {}, {}};
        const auto pixels = pixelsOf(frame, device_);
        // The edges of a photo are sharpened there; those of a film are not.
        if (device_.is_cuda() && &cache == &cache_) picture.pixels = pixels;
        const auto image = workingTensor(pixels, picture.size).to(type_);
        clock.lap("upload");
        picture.features = net_->encode(image, false, between);
        clock.lap("encode");
        return cache.put(std::move(picture));
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
    FeatureCache videoCache_;  ///< at another working size
    std::optional<VideoSteps> video_;
};

}  // namespace

Result<std::unique_ptr<Segmenter>> makeTorchSegmenter(const SegmenterOptions& options, MissingMemory memory) {
    using Made = Result<std::unique_ptr<Segmenter>>;
    return caught<Made>([&]() -> Made {
        const auto path = options.weightsPath.empty() ? bundledWeightsPath() : options.weightsPath;
        if (path.empty())
            return Error{ErrorCode::NotFound, "the bundled weights are not beside the program"};
        const auto device = chooseDevice(options.device);
        if (!device) return device.error();
        setThreads(options.threads);
        FastSam2 net;
        if (memory == MissingMemory::Untrained) {
            torch::manual_seed(1);
            net->addMemory();
        }
        auto file = loadWeights(net, path);
        if (!file) return file.error();
        SegmenterInfo info;
        info.network = "fastsam2_s";
        info.weightsId = file->id;
        info.weightsPath = path;
        info.whyNoText = "fastsam2_s takes clicks and boxes; rapsam_r50 takes words";
        info.memory = net->memory() != nullptr;
        if (!info.memory) info.whyNoMemory = "these weights of fastsam2_s hold no memory for video";
        info.whyNoPanoptic = "fastsam2_s finds the objects that are clicked, not those of a whole picture";
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
    });
}

}  // namespace fs2
