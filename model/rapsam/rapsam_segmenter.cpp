#include "model/rapsam/rapsam_segmenter.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "model/fastsam2/feature_cache.h"
#include "model/golden/golden_formula.h"
#include "model/label_masks.h"
#include "model/words/open_vocabulary.h"
#include "model/rapsam/panoptic_output.h"
#include "model/rapsam/prompt_queries.h"
#include "model/fastsam2/prompt_tensors.h"
#include "model/rapsam/rapsam_backbones.h"
#include "model/rapsam/rapsam_net.h"
#include "model/rapsam/rapsam_picture.h"
#include "model/torch_runtime.h"
#include "model/checkpoints/weights.h"

namespace fs2 {

namespace {

constexpr double kShortSide = .6;        ///< of the long side: 1333 x 800, 640 x 384
constexpr double kMinWordScore = .5;     ///< of a query that words ask for

/// Classes as the head reads them.
struct Classes {
    std::vector<ClassName> names;  ///< things first
    TextClassifier classifier;
    int things = 0;
};

Classes classesOf(const ClassTable& table, torch::Device device) {
    Classes classes{table.classes, TextClassifier(table.vectors).to(device), 0};
    for (const auto& name : table.classes) classes.things += name.thing ? 1 : 0;
    return classes;
}

/// Logits above 0 -> bytes, column after column, on the host.
Mask maskOf(const torch::Tensor& inside) {
    const auto columns = inside.t().to(torch::kByte).contiguous().cpu();
    return masksOfLabels(columns.const_data_ptr<std::uint8_t>(), int(inside.size(1)), int(inside.size(0)), 1)
        .front();
}

class RapSamSegmenter final : public Segmenter {
  public:
    RapSamSegmenter(SegmenterOptions options, torch::Device device, RapSam net, SegmenterInfo info)
        : options_(std::move(options)),
          device_(device),
          net_(std::move(net)),
          info_(std::move(info)),
          type_(device.is_cuda() ? torch::kBFloat16 : torch::kFloat),
          cache_(options_.featureBytes),
          vocabulary_(options_.text) {}

    void useClasses(Classes classes) {
        classes_ = std::move(classes);
        info_.panoptic = true;
        info_.whyNoPanoptic.clear();
    }

    SegmenterInfo info() const override { return info_; }

    Result<void> prefetch(const Frame& frame, std::stop_token stop) override {
        return guarded<Result<void>>([&](int longSide) -> Result<void> {
            PhaseClock clock(options_, device_.is_cuda());
            encoded(*frame, longSide, clock, stop);
            return {};
        });
    }

    Result<Prediction> predict(const Frame& frame, const Prompt& prompt, const Mask&) override {
        const auto start = std::chrono::steady_clock::now();
        const bool words = prompt.clicks.empty() && !prompt.box && !prompt.text.empty();
        if (words && !info_.text) return OpenVocabulary::missing();
        auto answer = guarded<Result<Prediction>>([&](int longSide) -> Result<Prediction> {
            if (auto ok = words ? Result<void>() : checkPrompt(prompt, sizeOf(*frame, longSide)); !ok)
                return ok.error();
            PhaseClock clock(options_, device_.is_cuda());
            const auto& picture = encoded(*frame, longSide, clock, {});
            return words ? named(prompt, picture, clock) : prompted(prompt, picture, clock);
        });
        if (answer) answer->milliseconds = since(start);
        return answer;
    }

    Result<Scene> panoptic(const Frame& frame, std::stop_token stop) override {
        const auto start = std::chrono::steady_clock::now();
        auto scene = guarded<Result<Scene>>([&](int longSide) -> Result<Scene> {
            if (auto ok = needClasses(stop); !ok) return ok.error();
            PhaseClock clock(options_, device_.is_cuda());
            const auto& picture = encoded(*frame, longSide, clock, stop);
            const auto out = net_->head->objects(picture.features.F, classes_->classifier);
            clock.lap("decoder");
            return sceneOf(out.last(), picture.size, clock);
        });
        if (scene) {
            scene->frame = frame->index;
            scene->weightsId = info_.weightsId;
            scene->milliseconds = since(start);
        }
        return scene;
    }

  private:
    static double since(std::chrono::steady_clock::time_point start) {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    }

    template <class R, class Work>
    R guarded(const Work& work) {
        return smallerOnOutOfMemory<R>(info_.workingSize, work, [this] {
            cache_.clear();
            emptyDeviceCache(device_);
        });
    }

    static WorkingSize sizeOf(const FrameData& frame, int longSide) {
        return rapSamSize(frame, longSide, int(std::lround(longSide * kShortSide)));
    }

    const EncodedPicture& encoded(const FrameData& frame, int longSide, PhaseClock& clock,
                                  const std::stop_token& stop) {
        if (const auto* known = cache_.find(frame.source, longSide)) return *known;
        const auto between = [&] {
            if (stop.stop_requested()) throw Stopped{};
        };
        between();
        EncodedPicture picture{frame.source, sizeOf(frame, longSide), {}, {}};
        const auto image = rapSamInput(frame, picture.size, device_).to(type_);
        clock.lap("upload");
        picture.features.F = net_->encode(image, between);
        clock.lap("encode");
        return cache_.put(std::move(picture));
    }

    Prediction answerTo(const Prompt& prompt) const {
        Prediction answer;
        answer.frame = prompt.frame;
        answer.object = prompt.object;
        answer.weightsId = info_.weightsId;
        return answer;
    }

    /// Masks have the Frame's size until they leave: that of a proxy is smaller than the photo's.
    static WorkingSize outputSize(WorkingSize s) {
        s.fullWidth = s.frameWidth;
        s.fullHeight = s.frameHeight;
        return s;
    }
    static Mask atFullSize(const Mask& mask, const WorkingSize& s) {
        if (mask.width() == s.fullWidth && mask.height() == s.fullHeight) return mask;
        return resized(mask, s.fullWidth, s.fullHeight);
    }
    static Mask maskAt(const torch::Tensor& logits, const WorkingSize& s) {
        return atFullSize(maskOf(fullSizeLogits(logits.unsqueeze(0), outputSize(s))[0] > 0), s);
    }

    Prediction prompted(const Prompt& prompt, const EncodedPicture& picture, PhaseClock& clock) {
        const auto& s = picture.size;
        std::vector<Box> boxes;
        std::vector<bool> positive;
        if (const auto& b = prompt.box) {
            const double sx = double(s.width) / s.fullWidth, sy = double(s.height) / s.fullHeight;
            boxes.push_back({b->x0 * sx, b->y0 * sy, b->x1 * sx, b->y1 * sy});
            positive.push_back(true);
        }
        for (const auto& click : prompt.clicks) {
            const auto at = s.fromFull({click.x, click.y});
            boxes.push_back(clickBox(at.x, at.y));
            positive.push_back(click.positive);
        }
        const auto code = sineCode(centreBoxes(boxTensor(boxes).to(device_), s.height, s.width));
        const auto out = net_->head->prompts(picture.features.F, net_->head->promptKernels(code), {});
        const auto iou = out.last().iou.flatten().to(torch::kCPU, torch::kFloat);
        clock.lap("decoder");

        auto answer = answerTo(prompt);
        answer.mask = Mask::blank(s.fullWidth, s.fullHeight);
        std::vector<Mask> away;
        int count = 0;
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            const auto mask = maskAt(out.last().masks[0][std::int64_t(i)], s);
            if (positive[i]) {
                answer.mask = unite(answer.mask, mask);
                answer.score += std::clamp(iou[std::int64_t(i)].item<float>(), 0.f, 1.f);
                ++count;
            } else if (!holdsPositive(mask, prompt)) {
                away.push_back(mask);
            }
        }
        if (count > 0) answer.score /= float(count);
        for (const auto& mask : away) answer.mask = subtract(answer.mask, mask);
        clock.lap("post");
        return answer;
    }

    static bool holdsPositive(const Mask& mask, const Prompt& prompt) {
        return std::any_of(prompt.clicks.begin(), prompt.clicks.end(), [&](const Click& c) {
            return c.positive && mask.contains(int(std::lround(c.x)), int(std::lround(c.y)));
        });
    }

    /// The object that words name: all queries of their classes.
    Result<Prediction> named(const Prompt& prompt, const EncodedPicture& picture, PhaseClock& clock) {
        const auto words = parseClassNames(prompt.text);
        if (!words) return words.error();
        if (auto ok = needClasses({}); !ok) return ok.error();
        std::string all = prompt.text;
        for (const auto& known : classes_->names) {
            const bool asked = std::any_of(words->begin(), words->end(), [&](const ClassName& word) {
                return synonymsOf(word.name) == synonymsOf(known.name);
            });
            std::string name = known.name;
            std::replace(name.begin(), name.end(), ',', '/');
            if (!asked) all += "," + name;
        }
        const auto table = vocabulary_.table(all);
        if (!table) return table.error();
        const auto classes = classesOf(*table, device_);
        const auto out = net_->head->objects(picture.features.F, classes.classifier);
        clock.lap("decoder");
        auto answer = answerTo(prompt);
        answer.mask = Mask::blank(picture.size.fullWidth, picture.size.fullHeight);
        for (const auto& kept : keptQueries(out.last().classes[0], kMinWordScore)) {
            const auto& name = classes.names[std::size_t(kept.category)].name;
            const bool asked = std::any_of(words->begin(), words->end(), [&](const ClassName& word) {
                return synonymsOf(word.name) == synonymsOf(name);
            });
            if (!asked) continue;
            answer.mask = unite(answer.mask, maskAt(out.last().masks[0][kept.query], picture.size));
            answer.score = std::max(answer.score, kept.score);
        }
        clock.lap("post");
        return answer;
    }

    Result<void> needClasses(std::stop_token stop) {
        if (classes_) return {};
        if (!vocabulary_.available()) return OpenVocabulary::missing();
        const auto table = vocabulary_.table(stop);
        if (!table) return table.error();
        if (table->vectors.size(2) != kTextWidth)
            return Error{ErrorCode::WrongModel, "the class table has " + std::to_string(table->vectors.size(2)) +
                                                    " numbers a word, this network compares " +
                                                    std::to_string(kTextWidth)};
        classes_ = classesOf(*table, device_);
        return {};
    }

    Scene sceneOf(const StageOutput& out, const WorkingSize& s, PhaseClock& clock) const {
        const auto shown = outputSize(s);
        const auto merged = panopticLabels(out.classes[0], out.masks[0], classes_->things, shown);
        const auto columns = merged.labels.t().contiguous().cpu();
        clock.lap("post");
        const auto masks = masksOfLabels(columns.const_data_ptr<std::uint8_t>(), shown.fullWidth,
                                         shown.fullHeight, int(merged.segments.size()));
        Scene scene;
        for (std::size_t i = 0; i < masks.size(); ++i) {
            const auto& from = merged.segments[i];
            if (masks[i].empty()) continue;
            SceneSegment segment;
            segment.mask = atFullSize(masks[i], s);
            segment.category = from.category;
            segment.name = classes_->names[std::size_t(from.category)].name;
            segment.isThing = from.category < classes_->things;
            segment.instance = from.id / kInstanceOffset;
            segment.score = from.score;
            scene.segments.push_back(std::move(segment));
        }
        clock.lap("to_runs");
        return scene;
    }

    SegmenterOptions options_;
    torch::Device device_;
    RapSam net_;
    SegmenterInfo info_;
    torch::ScalarType type_;
    FeatureCache cache_;
    OpenVocabulary vocabulary_;
    std::optional<Classes> classes_;
};

/// Network and info of `options`; the weights are the caller's.
Result<std::unique_ptr<RapSamSegmenter>> assemble(const SegmenterOptions& options,
                                                  const std::function<Result<std::string>(RapSam&)>& load) {
    const auto device = chooseDevice(options.device);
    if (!device) return device.error();
    auto backbone = rapsamBackbone(options.network);
    if (!backbone) return Error{ErrorCode::Unsupported, "there is no network named " + options.network};
    setThreads(options.threads);
    RapSam net(std::move(backbone));
    const auto id = load(net);
    if (!id) return id.error();
    SegmenterInfo info;
    info.network = options.network;
    info.weightsId = *id;
    info.weightsPath = options.weightsPath;
    info.device = device->str();
    info.workingSize = options.workingSize > 0 ? options.workingSize : device->is_cuda() ? 1333 : 640;
    for (const auto& p : net->parameters()) info.parameters += p.numel();
    info.subtractsNegatives = true;
    info.text = info.panoptic = OpenVocabulary(options.text).available();
    if (!info.text) info.whyNoText = info.whyNoPanoptic = OpenVocabulary::missing().detail;
    info.whyNoMemory = options.network + " answers for single pictures and short clips, it has no memory";
    net->fold();
    torch::NoGradGuard noGrad;
    net->to(*device);
    if (device->is_cuda()) {  // the query head's vectors stay float32
        net->backbone->to(torch::kBFloat16);
        net->neck->to(torch::kBFloat16);
    }
    for (auto& p : net->parameters())
        if (p.dim() == 4) p.set_data(p.contiguous(torch::MemoryFormat::ChannelsLast));
    return std::make_unique<RapSamSegmenter>(options, *device, std::move(net), std::move(info));
}

using Made = Result<std::unique_ptr<Segmenter>>;

}  // namespace

Result<std::unique_ptr<Segmenter>> makeRapSamSegmenter(const SegmenterOptions& options) {
    return caught<Made>([&]() -> Made {
        auto made = assemble(options, [&](RapSam& net) -> Result<std::string> {
            const auto file = loadWeights(*net, options.weightsPath);
            if (!file) return file.error();
            return file->id;
        });
        if (!made) return made.error();
        return std::unique_ptr<Segmenter>(std::move(*made));
    });
}

Result<std::unique_ptr<Segmenter>> makeUntrainedRapSam(const SegmenterOptions& options) {
    static const std::string formula = "open:10:";
    return caught<Made>([&]() -> Made {
        auto made = assemble(options, [&](RapSam& net) -> Result<std::string> {
            golden::fillWeights(*net, formula);
            return std::string("none");
        });
        if (!made) return made.error();
        if (!(*made)->info().panoptic) {  // the caller has no words of his own
            const auto device = chooseDevice(options.device);
            if (!device) return device.error();
            ClassTable table{cocoPanopticNames(), golden::textTable(formula), "formula"};
            (*made)->useClasses(classesOf(table, *device));
        }
        return std::unique_ptr<Segmenter>(std::move(*made));
    });
}

}  // namespace fs2
