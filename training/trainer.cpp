#include "training/trainer.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "model/checkpoints/weights.h"
#include "model/memory/memory_net.h"
#include "model/task_router.h"
#include "model/torch_runtime.h"
#include "training/checkpoint.h"
#include "training/clip_step.h"
#include "training/device_set_up.h"
#include "training/interactive_step.h"
#include "training/optimizer.h"
#include "training/random.h"
#include "training/refiner_step.h"
#include "training/validation.h"

namespace fs2 {

using torch::Tensor;
using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

namespace {

enum Purpose : std::uint64_t { kDraw = 104, kSize = 106, kTorch, kRefineDraw, kClipDraw };

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

Error wrong(std::string detail) { return {ErrorCode::BadRequest, std::move(detail)}; }

Result<void> checkOptions(const TrainOptions& o) {
    if (o.out.empty()) return wrong("--out is missing");
    if (o.size < 64 || o.size % 32 != 0) return wrong("--size must be a multiple of 32 and at least 64");
    if (o.batch < 1 || o.accumulate < 1) return wrong("--batch and --accumulate must be at least 1");
    if (o.stage < 1 || o.stage > 4) return wrong("--stage must be 1 to 4: this version trains no other");
    if (o.stage >= 3 && (o.clips < 1 || o.frames < 2 || o.clipSize < 64 || o.clipSize % 32 != 0))
        return wrong("--clips must be at least 1, --frames at least 2, --clip-size a multiple of 32 and at least 64");
    if (o.steps <= 0 && o.minutes <= 0 && o.epochs <= 0) return wrong("one of --steps, --minutes, --epochs is needed");
    if (o.stage >= 2 && o.data.empty() && o.synthetic < 1)
        return wrong("--data is missing (or --synthetic 1, or --stage 1)");
    if (o.synthetic < 0 || o.synthetic > 1 || o.paste < 0 || o.paste > 1 || o.scheduleFrom < 0 || o.scheduleFrom >= 1)
        return wrong("--synthetic and --paste go from 0 to 1, --schedule-from from 0 to below 1");
    if (o.rate <= 0 || !std::isfinite(o.rate)) return wrong("--lr must be above 0");
    if (o.canvas < 64 || o.canvas > 2048) return wrong("--canvas must be from 64 to 2048");
    return {};
}

}  // namespace

struct Trainer::State {
    State(const TrainOptions& o, torch::Device d, std::unique_ptr<SamplePool> p, Emit e)
        : options(o),
          device(d),
          half(o.amp && d.is_cuda()),
          emit(std::move(e)),
          pool(std::move(p)),
          pace(d) {}

    // ---- set-up
    Result<void> makeNetwork();
    Result<void> readValidation();
    void announce() const;
    // ---- one step
    double progressNow() const;
    void step();
    void learnClicks(std::uint64_t number);
    void learnClips(std::uint64_t number);
    void refineEdges(std::uint64_t number);
    std::pair<int, int> sizeAndCount() const;
    bool onClips() const { return options.stage >= 3; }
    bool onClicks() const { return options.stage != 3; }
    // ---- between steps
    Result<void> report();
    Result<void> checkpoint();
    void validateNow();
    void elapse();

    TrainOptions options;
    torch::Device device;
    bool half;
    Emit emit;
    std::unique_ptr<SamplePool> pool, validation;
    std::unique_ptr<InteractiveStep> clicks;
    std::unique_ptr<ClipStep> clips;
    std::unique_ptr<RefinerStep> refiner;
    Pace pace;
    FastSam2 net{nullptr}, average{nullptr};
    std::unique_ptr<AdamW> optimizer;
    std::unique_ptr<MovingAverage> movingAverage;
    Schedule schedule;
    Progress at;
    std::int64_t totalSteps = 0;
    Clock::time_point since;

    Tensor sums;      // (kLossTerms + 2): losses, gradient norm, skipped steps since the last report
    Tensor clipSums;  // (kClipTerms)
    int refined = 0, steps = 0;
    std::int64_t imagesThen = 0;
    double secondsThen = 0, rate = 0;
};

Result<void> Trainer::State::makeNetwork() {
    torch::manual_seed(options.seed);
    net = FastSam2();
    average = FastSam2();
    if (!options.init.empty())
        if (auto loaded = loadWeights(net, options.init); !loaded) return loaded.error();
    for (FastSam2* each : {&net, &average}) {
        if (onClips() || net->memory()) (*each)->addMemory();
        if ((*each)->memory()) (*each)->memory()->switches.leaveOut(options.without);
        (*each)->to(device);
        toChannelsLast(**each);
    }
    for (Tensor& p : average->parameters()) p.set_requires_grad(false);
    average->eval();
    // Clips go on from a trained network: its statistics stay, for a frame that memory leads looks different
    // from one that clicks lead. Stage 3 teaches the memory alone.
    net->train(!onClips());
    if (options.stage == 3)
        for (auto& p : net->named_parameters()) p.value().set_requires_grad(p.key().starts_with("memory."));
    AdamWOptions adam;
    adam.weightDecay = options.weightDecay;
    optimizer = std::make_unique<AdamW>(net->named_parameters(), adam);
    movingAverage = std::make_unique<MovingAverage>(*net, *average, options.averageDecay);
    at.seed = options.seed;
    if (!options.resume.empty()) {
        auto loaded = loadResume(options.resume, net, average, *optimizer);
        if (!loaded) return loaded.error();
        at = *loaded;
    }
    Mixture mixture{options.stage == 1 ? 1 : options.synthetic, options.paste};
    clicks = std::make_unique<InteractiveStep>(*pool, device, mixture, at.seed, half);
    if (onClips()) {
        ClipOptions moving;
        moving.scenes = options.synthetic;
        clips = std::make_unique<ClipStep>(*pool, device, moving, at.seed, half);
    }
    refiner = std::make_unique<RefinerStep>(*pool, device, at.seed, half, options.size, std::max(1, options.batch / 8));
    sums = torch::zeros({kLossTerms + 2}, torch::TensorOptions().dtype(torch::kFloat).device(device));
    clipSums = torch::zeros({kClipTerms}, sums.options());
    schedule.base = options.rate * (options.autoScaleRate ? double(options.batch) * options.accumulate / 64 : 1);
    schedule.warmUp = options.warmUp >= 0 ? options.warmUp : options.init.empty() ? 200 : 50;
    schedule.from = options.scheduleFrom;
    totalSteps = options.steps;
    if (totalSteps <= 0 && options.minutes <= 0)
        totalSteps = std::max<std::int64_t>(1, std::llround(options.epochs * double(std::max<std::size_t>(1, pool->samples())) /
                                                             (options.batch * options.accumulate)));
    if (totalSteps > 0) schedule.warmUp = std::min(schedule.warmUp, totalSteps / 10 + 1);
    return {};
}

Result<void> Trainer::State::readValidation() {
    if (options.validate.empty()) return {};
    auto samples = indexShards(options.validate);
    if (!samples) return samples.error();
    auto made = SamplePool::make(std::move(*samples), device,
                                 {512, std::int64_t(options.poolMib) << 20, options.threads, options.seed});
    if (!made) return made.error();
    validation = std::move(*made);
    return {};
}

void Trainer::State::announce() const {
    std::int64_t parameters = 0;
    for (const Tensor& p : net->parameters()) parameters += p.numel();
    const Json line{{"start",
                     {{"device", device.str()},
                      {"seed", at.seed},
                      {"step", at.step},
                      {"parameters", parameters},
                      {"pictures", pool->samples()},
                      {"in_pool", pool->count()},
                      {"objects", pool->objects()},
                      {"validation_pictures", validation ? validation->samples() : 0},
                      {"batch", options.batch},
                      {"accumulate", options.accumulate},
                      {"size", options.size},
                      {"lr", schedule.base},
                      {"steps", totalSteps},
                      {"minutes", options.minutes},
                      {"amp", half}}}};
    emit(line.dump());
}

double Trainer::State::progressNow() const {
    if (totalSteps > 0) return double(at.step) / double(totalSteps);
    return at.seconds / (60 * options.minutes);
}

/// The crops of this step and how many, at about the same number of pixels.
std::pair<int, int> Trainer::State::sizeAndCount() const {
    if (!options.mixSizes || progressNow() < 2.0 / 3) return {options.size, options.batch};
    const auto choice = below(keyOf({at.seed, kSize, std::uint64_t(at.step)}), 3);
    const int size = (options.size * (3 + int(choice)) / 3 + 31) / 32 * 32;
    const double share = double(options.size) * options.size / (double(size) * size);
    return {size, std::max(1, int(options.batch * share))};
}

void Trainer::State::learnClicks(std::uint64_t number) {
    const auto [size, count] = sizeAndCount();
    for (int k = 0; k < options.accumulate; ++k) {
        const auto loss = clicks->loss(net, keyOf({kDraw, number, std::uint64_t(k)}), count, size);
        (loss.total / double(options.accumulate)).backward();
        sums.narrow(0, 0, kLossTerms).add_(loss.terms.nan_to_num(0, 0, 0), 1.0 / options.accumulate);
        at.images += count;
    }
}

/// Every fourth step has clips of twice the length, half as many: they fill more of the memory.
void Trainer::State::learnClips(std::uint64_t number) {
    const bool longer = number % 4 == 3 && options.clips > 1;
    const int count = longer ? options.clips / 2 : options.clips, frames = longer ? options.frames * 2 : options.frames;
    for (int k = 0; k < options.accumulate; ++k) {
        const auto draw = keyOf({kClipDraw, number, std::uint64_t(k)});
        const auto loss = clips->loss(net, draw, count, frames, options.clipSize, options.stage == 3);
        (loss.total * (options.clipWeight / options.accumulate)).backward();
        clipSums.add_(loss.terms.nan_to_num(0, 0, 0), 1.0 / options.accumulate);
        at.images += std::int64_t(count) * frames;
    }
}

void Trainer::State::refineEdges(std::uint64_t number) {
    const bool training = net->is_training();
    const Tensor loss = refiner->loss(net, keyOf({kRefineDraw, number}));
    loss.backward();
    net->train(training);
    sums[kRefine].add_(loss.detach().nan_to_num(0, 0, 0));
    ++refined;
}

void Trainer::State::step() {
    const auto number = std::uint64_t(at.step);
    torch::manual_seed(keyOf({at.seed, kTorch, number}));
    if (onClicks()) learnClicks(number);
    if (onClips()) learnClips(number);
    if (onClicks() && options.refineEvery > 0 && at.step % options.refineEvery == options.refineEvery - 1)
        refineEdges(number);
    rate = schedule.rate(at.step, progressNow());
    const StepReport report = optimizer->step(rate);
    sums[kLossTerms].add_(report.gradientNorm.nan_to_num(0, 0, 0));
    sums[kLossTerms + 1].add_(report.skipped);
    movingAverage->update(at.step);
    ++at.step;
    ++steps;
    pace.stepQueued();
}

/// Adds the time since the last call to the run's own clock.
void Trainer::State::elapse() {
    at.seconds += secondsSince(since);
    since = Clock::now();
}

Result<void> Trainer::State::report() {
    if (steps == 0) return {};
    const Tensor host = torch::cat({sums, clipSums}).to(torch::kCPU, false, /*copy=*/true);  // the only wait for the device
    sums.zero_();
    clipSums.zero_();
    elapse();
    const auto value = [&](std::int64_t k) { return double(host[k].item<float>()); };
    const double skipped = value(kLossTerms + 1);
    const double seconds = std::max(1e-9, at.seconds - secondsThen);
    Json line{{"step", at.step},
              {"gradient_norm", value(kLossTerms) / steps},
              {"skipped", std::int64_t(skipped)},
              {"lr", rate},
              {"images", at.images},
              {"images_per_s", double(at.images - imagesThen) / seconds},
              {"seconds", at.seconds},
              {"gpu_mem_mb", peakGpuMb(device)}};
    if (onClicks()) {
        Json losses;
        for (std::int64_t k = 0; k < kLossTerms; ++k) {
            const int count = k == kRefine ? refined : steps;
            if (count > 0) losses[kLossNames[std::size_t(k)]] = value(k) / count;
        }
        line["task"] = taskName(Task::InteractiveImage);
        line["loss"] = losses;
        emit(line.dump());
    }
    if (onClips()) {
        Json losses;
        for (std::int64_t k = 0; k < kClipTerms; ++k)
            losses[kClipNames[std::size_t(k)]] = value(kLossTerms + 2 + k) / steps;
        line["task"] = taskName(Task::Vos);
        line["loss"] = losses;
        emit(line.dump());
    }
    const bool lost = skipped >= steps && steps >= 10;
    if (skipped > 0) {
        // One faulty batch must not stay in BatchNorm's running statistics.
        const torch::NoGradGuard guard;
        for (FastSam2* each : {&net, &average})
            for (const auto& item : (*each)->named_buffers())
                if (item.value().is_floating_point()) item.value().nan_to_num_(item.key().ends_with("var") ? 1 : 0);
    }
    steps = refined = 0;
    imagesThen = at.images;
    secondsThen = at.seconds;
    if (lost) return Error{ErrorCode::Internal, "the loss is no finite number any more"};
    return {};
}

Result<void> Trainer::State::checkpoint() {
    const std::string weights = options.out + "/weights.safetensors";
    if (auto saved = saveWeights(weights, average, at, options.shardsMib); !saved) return saved;
    if (auto saved = saveResume(options.out + "/resume.safetensors", net, average, *optimizer, at); !saved) return saved;
    emit(Json{{"checkpoint", weights}, {"step", at.step}}.dump());
    return {};
}

void Trainer::State::validateNow() {
    if (!validation) return;
    const auto begin = Clock::now();
    const auto score = validate(average, *validation, device, options.validateObjects, half);
    emit(Json{{"eval", {{"iou@1", score.iou1}, {"iou@3", score.iou3}, {"objects", score.objects}}},
              {"step", at.step},
              {"eval_seconds", secondsSince(begin)}}
             .dump());
}

Trainer::Trainer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Trainer::~Trainer() = default;

Result<std::unique_ptr<Trainer>> Trainer::make(const TrainOptions& given, Emit emit) {
    try {
        if (auto ok = checkOptions(given); !ok) return ok.error();
        TrainOptions options = given;
        if (options.threads <= 0) options.threads = std::clamp(int(std::thread::hardware_concurrency()), 1, 16);
        const auto device = chooseDevice(options.device);
        if (!device) return device.error();
        setUpBackends(*device, options.memoryShare);
        std::error_code failed;
        std::filesystem::create_directories(options.out, failed);
        if (failed) return Error{ErrorCode::ReadOnly, options.out + ": " + failed.message()};
        std::vector<PackedSample> samples;
        if (!options.data.empty()) {
            auto indexed = indexShards(options.data);
            if (!indexed) return indexed.error();
            samples = std::move(*indexed);
        }
        auto pool = SamplePool::make(std::move(samples), *device,
                                     {options.canvas, std::int64_t(options.poolMib) << 20, options.threads, options.seed});
        if (!pool) return pool.error();
        auto state = std::make_unique<State>(options, *device, std::move(*pool), std::move(emit));
        if (auto ok = state->makeNetwork(); !ok) return ok.error();
        if (auto ok = state->readValidation(); !ok) return ok.error();
        state->announce();
        return std::unique_ptr<Trainer>(new Trainer(std::move(state)));
    } catch (const c10::OutOfMemoryError& e) {
        return Error{ErrorCode::OutOfMemory, e.what_without_backtrace()};
    } catch (const std::exception& e) {
        return Error{ErrorCode::Internal, e.what()};
    }
}

Result<void> Trainer::run(Control& control) {
    State& s = *state_;
    try {
        s.since = Clock::now();
        s.imagesThen = s.at.images;
        s.secondsThen = s.at.seconds;
        double savedAt = s.at.seconds, validatedAt = s.at.seconds;
        while (!control.stopped() && s.progressNow() < 1) {
            s.step();
            s.elapse();
            if (auto ok = s.pool->refresh(8); !ok) return ok;
            if (s.at.step % s.options.logEvery == 0)
                if (auto ok = s.report(); !ok) return ok;
            if (s.at.seconds - savedAt >= 60 * s.options.checkpointMinutes) {
                if (auto ok = s.checkpoint(); !ok) return ok;
                savedAt = s.at.seconds;
            }
            if (s.at.seconds - validatedAt >= 60 * s.options.validateMinutes) {
                s.validateNow();
                validatedAt = s.at.seconds;
            }
            s.elapse();
            if (control.waitWhilePaused() > 0) s.since = Clock::now();
        }
        if (auto ok = s.report(); !ok) return ok;
        s.validateNow();
        return s.checkpoint();
    } catch (const c10::OutOfMemoryError& e) {
        return Error{ErrorCode::OutOfMemory, e.what_without_backtrace()};
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "out of memory"};
    } catch (const std::exception& e) {
        return Error{ErrorCode::Internal, e.what()};
    }
}

}  // namespace fs2
