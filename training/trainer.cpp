#include "training/trainer.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#ifdef FS2_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAEvent.h>
#include <c10/cuda/CUDACachingAllocator.h>
#endif

#include "model/fastsam2/blocks.h"
#include "model/checkpoints/weights.h"
#include "training/amp.h"
#include "training/batch.h"
#include "training/checkpoint.h"
#include "training/losses.h"
#include "training/optimizer.h"
#include "training/random.h"
#include "training/refiner_step.h"
#include "training/validation.h"

namespace fs2 {

using torch::Tensor;
using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

namespace {

enum Purpose : std::uint64_t { kRounds = 101, kFirst, kNext, kDraw, kDrop, kSize, kTorch, kRefineDraw };

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

Error wrong(std::string detail) { return {ErrorCode::BadRequest, std::move(detail)}; }

Result<void> checkOptions(const TrainOptions& o) {
    if (o.out.empty()) return wrong("--out is missing");
    if (o.size < 64 || o.size % 32 != 0) return wrong("--size must be a multiple of 32 and at least 64");
    if (o.batch < 1 || o.accumulate < 1) return wrong("--batch and --accumulate must be at least 1");
    if (o.stage != 1 && o.stage != 2) return wrong("--stage must be 1 or 2: this version trains no other");
    if (o.steps <= 0 && o.minutes <= 0 && o.epochs <= 0) return wrong("one of --steps, --minutes, --epochs is needed");
    if (o.stage == 2 && o.data.empty() && o.synthetic < 1)
        return wrong("--data is missing (or --synthetic 1, or --stage 1)");
    if (o.synthetic < 0 || o.synthetic > 1 || o.paste < 0 || o.paste > 1 || o.scheduleFrom < 0 || o.scheduleFrom >= 1)
        return wrong("--synthetic and --paste go from 0 to 1, --schedule-from from 0 to below 1");
    if (o.rate <= 0 || !std::isfinite(o.rate)) return wrong("--lr must be above 0");
    if (o.canvas < 64 || o.canvas > 2048) return wrong("--canvas must be from 64 to 2048");
    return {};
}

Result<torch::Device> chooseDevice(const std::string& name) {
#ifdef FS2_CUDA
    const int gpus = int(at::cuda::device_count());
#else
    const int gpus = 0;
#endif
    if (name == "cpu" || (name == "auto" && gpus == 0)) return torch::Device(torch::kCPU);
    if (name == "auto" || name == "cuda") {
        if (gpus > 0) return torch::Device(torch::kCUDA, 0);
    } else if (name.starts_with("cuda:") && name.size() == 6 && name[5] >= '0' && name[5] - '0' < gpus) {
        return torch::Device(torch::kCUDA, c10::DeviceIndex(name[5] - '0'));
    }
    return Error{ErrorCode::Unsupported, "--device " + name + ": there is no such device in this build or machine"};
}

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

/// Keeps the host at most a few steps ahead of the device, so that the clock means something and stop
/// is heard.
class Pace {
  public:
    explicit Pace(torch::Device device) : device_(device) {}
    void stepQueued() {
#ifdef FS2_CUDA
        if (!device_.is_cuda()) return;
        events_.emplace_back();
        events_.back().record(at::cuda::getCurrentCUDAStream(device_.index()));
        if (events_.size() <= 3) return;
        events_.front().synchronize();
        events_.pop_front();
#endif
    }

  private:
    torch::Device device_;
#ifdef FS2_CUDA
    std::deque<at::cuda::CUDAEvent> events_;
#endif
};

void toChannelsLast(torch::nn::Module& module) {
    const torch::NoGradGuard guard;
    for (Tensor& p : module.parameters())
        if (p.dim() == 4) p.set_data(p.contiguous(torch::MemoryFormat::ChannelsLast));
}

}  // namespace

struct Trainer::State {
    State(const TrainOptions& o, torch::Device d, std::unique_ptr<SamplePool> p, Emit e)
        : options(o),
          device(d),
          half(o.amp && d.is_cuda()),
          emit(std::move(e)),
          pool(std::move(p)),
          clicks(d, half),
          pace(d) {}

    // ---- set-up
    Result<void> makeNetwork();
    Result<void> readValidation();
    void announce() const;
    // ---- one step
    double progressNow() const;
    void step();
    void microStep(std::uint64_t draw, int count, int size);
    Tensor clickRounds(const Features& features, const Batch& batch, std::uint64_t draw);
    std::pair<int, int> sizeAndCount() const;
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
    std::unique_ptr<BatchMaker> maker;
    std::unique_ptr<RefinerStep> refiner;
    ClickSimulator clicks;
    Pace pace;
    FastSam2 net{nullptr}, average{nullptr};
    std::unique_ptr<AdamW> optimizer;
    std::unique_ptr<MovingAverage> movingAverage;
    Schedule schedule;
    Progress at;
    std::int64_t totalSteps = 0;
    Clock::time_point since;

    Tensor sums;     // (kLossTerms + 2): losses, gradient norm, skipped steps since the last report
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
        (*each)->to(device);
        toChannelsLast(**each);
    }
    for (Tensor& p : average->parameters()) p.set_requires_grad(false);
    average->eval();
    net->train();
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
    maker = std::make_unique<BatchMaker>(*pool, device, mixture, at.seed, half);
    refiner = std::make_unique<RefinerStep>(*pool, device, at.seed, half, options.size, std::max(1, options.batch / 8));
    sums = torch::zeros({kLossTerms + 2}, torch::TensorOptions().dtype(torch::kFloat).device(device));
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

/// 0 to 3 rounds of clicks without gradient; the prompts that they end with are left in `clicks`.
/// Returns (B): 1 where the last prompt may mean several objects.
Tensor Trainer::State::clickRounds(const Features& features, const Batch& batch, std::uint64_t draw) {
    const auto key = [&](std::uint64_t purpose, std::uint64_t round) {
        return keyOf({at.seed, draw, purpose, round});
    };
    clicks.begin(key(kFirst, 0), batch);
    const double chance = unit(key(kRounds, 0));
    const int rounds = chance < 0.3 ? 0 : chance < 0.6 ? 1 : chance < 0.85 ? 2 : 3;
    if (rounds == 0) return clicks.ambiguous();
    const torch::NoGradGuard guard;
    net->eval();
    const Features seen = features.detached();
    for (int round = 0; round < rounds; ++round) {
        Tensor chosen;
        {
            const Amp amp(half);
            const auto decoded = net->decode(seen, clicks.prompts(key(kDrop, std::uint64_t(round)), 0));
            const auto logits = decoded.logits.to(torch::kFloat);
            // After one click the window shows the reading of the best predicted IoU: half of the
            // samples go on from that one, the others from the first token's mask.
            const auto several = clicks.ambiguous() * (torch::rand_like(decoded.iou.select(1, 0)) < 0.5);
            const auto token = (decoded.iou.argmax(1) * several).to(torch::kLong);
            chosen = logits.gather(1, token.view({-1, 1, 1, 1}).expand({-1, 1, logits.size(2), logits.size(3)}));
        }
        const auto full = upsample(chosen, batch.target.size(1), batch.target.size(2));
        clicks.next(key(kNext, std::uint64_t(round)), batch, full, 0.1F);
    }
    net->train();
    return torch::zeros({batch.target.size(0)}, torch::TensorOptions().dtype(torch::kFloat).device(device));
}

void Trainer::State::microStep(std::uint64_t draw, int count, int size) {
    const Batch batch = maker->make(draw, count, size);
    Features features;
    {
        const Amp amp(half);
        features = net->encode(batch.images);
    }
    const Tensor ambiguous = clickRounds(features, batch, draw);
    const PromptTensors prompts = clicks.prompts(keyOf({at.seed, draw, kDrop, 9}), 0.1F);
    Decoded decoded;
    {
        const Amp amp(half);
        decoded = net->decode(features, prompts);
    }
    const auto loss = interactiveLoss(decoded, {batch.target, batch.valid, clicks.clicks(), ambiguous}, {});
    (loss.total / double(options.accumulate)).backward();
    sums.narrow(0, 0, kLossTerms).add_(loss.terms.nan_to_num(0, 0, 0), 1.0 / options.accumulate);
}

void Trainer::State::step() {
    const auto number = std::uint64_t(at.step);
    torch::manual_seed(keyOf({at.seed, kTorch, number}));
    const auto [size, count] = sizeAndCount();
    for (int k = 0; k < options.accumulate; ++k) {
        microStep(keyOf({kDraw, number, std::uint64_t(k)}), count, size);
        at.images += count;
    }
    if (options.refineEvery > 0 && at.step % options.refineEvery == options.refineEvery - 1) {
        const Tensor loss = refiner->loss(net, keyOf({kRefineDraw, number}));
        loss.backward();
        sums[kRefine].add_(loss.detach().nan_to_num(0, 0, 0));
        ++refined;
    }
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
    const Tensor host = sums.to(torch::kCPU, false, /*copy=*/true);  // the only wait for the device
    sums.zero_();
    elapse();
    const auto value = [&](std::int64_t k) { return double(host[k].item<float>()); };
    Json losses;
    for (std::int64_t k = 0; k < kLossTerms; ++k) {
        const int count = k == kRefine ? refined : steps;
        if (count > 0) losses[kLossNames[std::size_t(k)]] = value(k) / count;
    }
    const double skipped = value(kLossTerms + 1);
    const double seconds = std::max(1e-9, at.seconds - secondsThen);
    const Json line{{"step", at.step},
                    {"task", "interactive_image"},
                    {"loss", losses},
                    {"gradient_norm", value(kLossTerms) / steps},
                    {"skipped", std::int64_t(skipped)},
                    {"lr", rate},
                    {"images", at.images},
                    {"images_per_s", double(at.images - imagesThen) / seconds},
                    {"seconds", at.seconds},
                    {"gpu_mem_mb", peakGpuMb(device)}};
    emit(line.dump());
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
