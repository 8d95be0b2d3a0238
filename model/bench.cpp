#include "model/bench.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "model/vos_eval.h"
#ifdef FS2_TORCH
#include <ATen/DeviceAccelerator.h>
#endif

namespace fs2 {

namespace {

constexpr int kWarmUp = 2;

class Clock {
  public:
    double milliseconds() const {
        const auto passed = std::chrono::steady_clock::now() - started_;
        return std::chrono::duration<double, std::milli>(passed).count();
    }

  private:
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// All times by phase; the model calls add() through onPhase while `measuring`.
struct Times {
    std::map<std::string, std::vector<double>> phases;
    bool measuring = false;
    void add(const std::string& phase, double ms) {
        if (measuring) phases[phase].push_back(ms);
    }
};

double peakGpuMb([[maybe_unused]] const std::string& device) {
#ifdef FS2_TORCH
    if (device.starts_with("cuda")) {
        const auto colon = device.find(':');
        const auto number = colon == std::string::npos ? 0 : std::stoi(device.substr(colon + 1));
        const auto stats = at::accelerator::getDeviceStats(c10::DeviceIndex(number));
        return double(stats.reserved_bytes[0].peak) / (1 << 20);
    }
#endif
    return 0;
}

/// One picture: read, encode, and for the task Click three clicks, each fed with the mask before.
Result<int> measureOne(Segmenter& segmenter, const BenchOptions& options, const Frame& generated,
                       const BenchDecoder& decode, Times& times, std::stop_token stop) {
    Frame frame = generated;
    if (decode) {
        const Clock reading;
        auto decoded = decode();
        if (!decoded) return decoded.error();
        times.add("decode", reading.milliseconds());
        frame = *decoded;
    } else {
        auto copy = makeFrame(generated->width, generated->height);  // a fresh `source`: not cached
        copy->pixels = generated->pixels;
        frame = copy;
    }
    if (options.task == BenchTask::Panoptic) {
        const Clock looking;
        if (auto scene = segmenter.panoptic(frame, stop); !scene) return scene.error();
        times.add("panoptic", looking.milliseconds());
        return 1;
    }
    const Clock opening;
    if (auto opened = segmenter.prefetch(frame, stop); !opened) return opened.error();
    times.add("prefetch", opening.milliseconds());
    if (options.task == BenchTask::Image) return 1;
    Prompt prompt;
    prompt.object = ObjectId{1};
    Mask previous;
    constexpr std::array<std::array<double, 3>, 3> clicks{{{.5, .5, 1}, {.3, .4, 1}, {.7, .8, 0}}};
    for (const auto& [x, y, positive] : clicks) {
        prompt.clicks.push_back({std::floor(x * frame->fullWidth), std::floor(y * frame->fullHeight),
                                 positive > 0});
        const Clock clicking;
        auto prediction = segmenter.predict(frame, prompt, previous);
        if (!prediction) return prediction.error();
        times.add("click", clicking.milliseconds());
        previous = std::move(prediction->mask);
    }
    return int(clicks.size());
}

BenchReport reported(const Times& times, double fps, const SegmenterInfo& info) {
    BenchReport report;
    report.fps = fps;
    for (const auto& [name, values] : times.phases)
        report.phases[name] = {quantile(values, .5), quantile(values, .95), quantile(values, .99)};
    report.device = info.device;
    report.weights = info.weightsId;
    report.peakRssMb = peakRssMb();
    report.peakGpuMb = peakGpuMb(info.device);
    return report;
}

Error stopped() { return {ErrorCode::Cancelled, "the bench was stopped"}; }

/// Making a frame is not measured: frames come from memory.
Result<BenchReport> runTrack(const BenchOptions& options, SegmenterOptions model, Times& times,
                             std::stop_token stop) {
    model.videoSize = options.longSide;
    auto segmenter = makeVideoSegmenter(model);
    if (!segmenter && segmenter.error().code == ErrorCode::Unsupported)
        segmenter = makeUntrainedSegmenter(model);
    if (!segmenter) return segmenter.error();
    if (!(*segmenter)->memory()) return Error{ErrorCode::Unsupported, (*segmenter)->info().whyNoMemory};
    if (auto set = (*segmenter)->memory()->configure(options.memory); !set) return set.error();
    const BenchClip clip(options.width, options.height, options.objects);
    const auto given = clip.masks(0);
    std::vector<ObjectId> objects;
    for (const auto& known : given) objects.push_back(known.object);
    if (auto known = (*segmenter)->remember(clip.frame(0), given); !known) return known.error();
    const auto& settings = options.memory;
    const int filling = (settings.longEntries + settings.shortEntries) * settings.writeEvery;
    double seconds = 0;
    for (int i = -filling; i < options.pictures; ++i) {
        if (stop.stop_requested()) return stopped();
        times.measuring = i >= 0;
        const auto frame = clip.frame(filling + i + 1);
        const Clock clock;
        if (auto tracked = (*segmenter)->step(frame, objects, stop); !tracked) return tracked.error();
        const double ms = clock.milliseconds();
        times.add("step", ms);
        if (times.measuring) seconds += ms / 1000;
    }
    return reported(times, options.pictures / seconds, (*segmenter)->info());
}

}  // namespace

double peakRssMb() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024.0;
    return 0;
}

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    const auto rank = std::size_t(std::ceil(share * double(values.size())));
    const auto place = values.begin() + std::ptrdiff_t(std::clamp<std::size_t>(rank, 1, values.size()) - 1);
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

Result<BenchReport> runBench(const BenchOptions& options, const BenchDecoder& decode,
                             std::stop_token stop) {
    Times times;
    auto model = options.model;
    model.onPhase = [&times](const char* phase, double ms) { times.add(phase, ms); };
    if (options.task == BenchTask::Track) return runTrack(options, model, times, stop);
    const bool panoptic = options.task == BenchTask::Panoptic;
    if (panoptic && model.network == "fastsam2_s" && model.weightsPath.empty()) model.network = "rapsam_r50";
    if (panoptic && model.workingSize == 0) model.workingSize = std::max(options.width, options.height);
    auto segmenter = panoptic && model.weightsPath.empty() ? makeUntrainedSegmenter(model)
                                                           : makeSegmenter(model);
    if (!segmenter) return segmenter.error();
    const Frame generated = decode ? nullptr : benchPicture(options.width, options.height);
    Clock clock;
    int done = 0;
    for (int i = -kWarmUp; i < options.pictures; ++i) {
        if (stop.stop_requested()) return stopped();
        if (i == 0) {
            times.measuring = true;
            clock = Clock();
            done = 0;
        }
        const auto count = measureOne(**segmenter, options, generated, decode, times, stop);
        if (!count) return count.error();
        done += *count;
    }
    return reported(times, done / (clock.milliseconds() / 1000.0), (*segmenter)->info());
}

std::string benchJson(const BenchReport& report) {
    nlohmann::ordered_json phases = nlohmann::ordered_json::object();
    for (const auto& [name, t] : report.phases)
        phases[name] = {{"median_ms", t.median}, {"p95_ms", t.p95}, {"p99_ms", t.p99}};
    nlohmann::ordered_json all{{"phases", std::move(phases)},
                               {"fps", report.fps},
                               {"peak_rss_mb", report.peakRssMb},
                               {"peak_gpu_mb", report.peakGpuMb},
                               {"device", report.device}};
    if (!report.weights.empty()) all["weights"] = report.weights;
    return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string benchTable(const BenchReport& report) {
    std::string table = "phase       median ms    p95 ms    p99 ms\n";
    char line[120];
    for (const auto& [name, t] : report.phases) {
        std::snprintf(line, sizeof line, "%-10s %10.2f%10.2f%10.2f\n", name.c_str(), t.median, t.p95, t.p99);
        table += line;
    }
    std::snprintf(line, sizeof line, "%.2f a second on %s, peak memory %.0f MB", report.fps,
                  report.device.c_str(), report.peakRssMb);
    table += line;
    if (report.peakGpuMb > 0) {
        std::snprintf(line, sizeof line, ", on the GPU %.0f MB", report.peakGpuMb);
        table += line;
    }
    return table + '\n';
}

}  // namespace fs2
