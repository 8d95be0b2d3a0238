// The segmenter on a GPU against the CPU: the same three clicks on a generated picture must give the
// same masks but for the rounding of bf16. Exit code 77 where there is no GPU.
#include <algorithm>
#include <array>
#include <cstdio>

#include "model/bench.h"
#include "model/segmenter.h"

namespace {

using namespace fs2;

constexpr double kLeastIou = 0.95;

double iou(const Mask& a, const Mask& b) {
    const auto both = intersectionArea(a, b), either = a.area() + b.area() - both;
    return either == 0 ? 1 : double(both) / double(either);
}

Result<std::unique_ptr<Segmenter>> on(const std::string& device) {
    SegmenterOptions options;
    options.device = device;
    options.workingSize = 640;
    return makeSegmenter(options);
}

int failed(const Error& error) {
    std::printf("failed: %s\n", error.detail.c_str());
    return 1;
}

}  // namespace

int main() {
    auto gpu = on("cuda:0");
    if (!gpu && gpu.error().code == ErrorCode::Unsupported) {
        std::printf("skipped: %s\n", gpu.error().detail.c_str());
        return 77;
    }
    if (!gpu) return failed(gpu.error());
    auto cpu = on("cpu");
    if (!cpu) return failed(cpu.error());
    const Frame frame = benchPicture(1500, 1000);
    Prompt prompt;
    prompt.object = ObjectId{1};
    // Each device is fed with its own masks: the logits behind them must be found there.
    Mask before, beforeOnGpu;
    double worst = 1;
    constexpr std::array<std::array<double, 3>, 3> clicks{{{750, 500, 1}, {760, 600, 1}, {1100, 700, 0}}};
    for (const auto& [x, y, positive] : clicks) {
        prompt.clicks.push_back({x, y, positive > 0});
        auto there = (*gpu)->predict(frame, prompt, beforeOnGpu);
        if (!there) return failed(there.error());
        auto here = (*cpu)->predict(frame, prompt, before);
        if (!here) return failed(here.error());
        beforeOnGpu = there->mask;
        before = here->mask;
        const double share = iou(before, beforeOnGpu);
        worst = std::min(worst, share);
        std::printf("after %zu clicks: IoU %.4f, %lld and %lld pixels, scores %.3f and %.3f\n", prompt.clicks.size(),
                    share, static_cast<long long>(before.area()), static_cast<long long>(beforeOnGpu.area()),
                    double(here->score), double(there->score));
        if (before.empty()) return failed({ErrorCode::Internal, "an empty mask proves nothing"});
    }
    std::printf(worst >= kLeastIou ? "the devices agree\n" : "the devices differ\n");
    return worst >= kLeastIou ? 0 : 1;
}
