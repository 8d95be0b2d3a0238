#include "model/bench.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
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

double peakRssMb() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024.0;
    return 0;
}

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

}  // namespace

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
        if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "the bench was stopped"};
        if (i == 0) {
            times.measuring = true;
            clock = Clock();
            done = 0;
        }
        const auto count = measureOne(**segmenter, options, generated, decode, times, stop);
        if (!count) return count.error();
        done += *count;
    }
    BenchReport report;
    report.fps = done / (clock.milliseconds() / 1000.0);
    for (const auto& [name, values] : times.phases)
        report.phases[name] = {quantile(values, .5), quantile(values, .95), quantile(values, .99)};
    const auto info = (*segmenter)->info();
    report.device = info.device;
    report.weights = info.weightsId;
    report.peakRssMb = peakRssMb();
    report.peakGpuMb = peakGpuMb(info.device);
    return report;
}

std::shared_ptr<FrameData> benchPicture(int width, int height) {
    auto frame = makeFrame(width, height);
    std::uint32_t random = 1;
    for (int y = 0; y < height; ++y) {
        auto* out = frame->pixels.data() + std::size_t(y) * std::size_t(frame->stride);
        for (int x = 0; x < width; ++x, out += 4) {
            random = random * 1664525u + 1013904223u;
            const int grain = int(random >> 28);
            out[0] = std::uint8_t(x * 160 / width + grain);
            out[1] = std::uint8_t(y * 160 / height + grain + 20);
            out[2] = std::uint8_t(((x >> 5) + (y >> 5)) % 2 * 40 + grain + 60);
        }
    }
    struct Disc {
        double x, y, radius;  // shares of the sides; of the short side
        std::array<int, 3> colour;
    };
    const std::array<Disc, 3> discs{{{.5, .5, .2, {220, 60, 50}},
                                     {.25, .35, .12, {240, 220, 70}},
                                     {.75, .7, .15, {40, 90, 220}}}};
    for (const auto& disc : discs) {
        const double radius = disc.radius * std::min(width, height);
        for (int y = 0; y < height; ++y) {
            const double dy = y - disc.y * height;
            if (std::abs(dy) > radius) continue;
            const double half = std::sqrt(radius * radius - dy * dy);
            const int first = std::max(0, int(std::ceil(disc.x * width - half)));
            const int last = std::min(width - 1, int(std::floor(disc.x * width + half)));
            auto* row = frame->pixels.data() + std::size_t(y) * std::size_t(frame->stride);
            for (int x = first; x <= last; ++x)
                for (std::size_t c = 0; c < 3; ++c)
                    row[std::size_t(x) * 4 + c] = std::uint8_t(disc.colour[c]);
        }
    }
    return frame;
}

std::string benchJson(const BenchReport& report) {
    nlohmann::ordered_json phases = nlohmann::ordered_json::object();
    for (const auto& [name, t] : report.phases)
        phases[name] = {{"median_ms", t.median}, {"p95_ms", t.p95}, {"p99_ms", t.p99}};
    const nlohmann::ordered_json all{{"phases", std::move(phases)},    {"fps", report.fps},
                                     {"peak_rss_mb", report.peakRssMb}, {"peak_gpu_mb", report.peakGpuMb},
                                     {"device", report.device},        {"weights", report.weights}};
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
