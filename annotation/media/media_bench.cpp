#include "annotation/media/media_bench.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <random>

#include "annotation/media/clip_reader.h"
#include "annotation/media/overlay_film.h"
#include "annotation/media/video_source.h"

namespace fs2 {
namespace {

/// Runs `work` and adds how long it took; false where it failed, `fault` then says why.
template <class Work>
bool timed(DecodeBenchPhase& phase, Error& fault, const Work& work) {
    const auto before = std::chrono::steady_clock::now();
    const auto result = work();
    const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - before;
    phase.ms.push_back(passed.count());
    if (!result) fault = result.error();
    return result.ok();
}

double longestGroup(const VideoSource& film) {
    double longest = 0;
    for (int n = 0; n < film.frameCount(); ++n) {
        longest = std::max(longest, film.seconds({n}) - film.seconds(film.keyFrameBefore({n})));
    }
    return longest;
}

/// The phases of one film, one after the other.
class Bench {
  public:
    Bench(const std::string& film, const DecodeBenchOptions& options, std::stop_token stop)
        : film_(film), options_(options), stop_(stop), random_(options.seed) {}

    Result<DecodeBench> run() {
        if (!index() || !forward() || !scrubbing() || !steps() || !backward()) return fault_;
        for (DecodeBenchPhase& phase : report_.phases) std::sort(phase.ms.begin(), phase.ms.end());
        return report_;
    }

  private:
    DecodeBenchPhase& phase(const char* name) {
        report_.phases.push_back({name, {}});
        return report_.phases.back();
    }

    bool index() {
        Result<VideoIndex> index = Error{};
        const bool done = timed(phase("index"), fault_, [&]() -> Result<void> {
            index = buildVideoIndex(film_, {}, stop_);
            return index ? Result<void>() : index.error();
        });
        if (!done) return false;
        auto source = VideoSource::open(film_, std::move(*index));
        if (!source) fault_ = source.error();
        if (!source) return false;
        source_ = source->get();
        reader_ = std::make_unique<ClipReader>(std::move(*source), options_.cacheBytes);
        report_.frames = source_->frameCount();
        report_.keyFrameEvery = longestGroup(*source_);
        return true;
    }

    bool forward() {
        DecodeBenchPhase& linear = phase("linear");
        double all = 0;
        for (int n = 0; n < std::min(options_.linear, report_.frames); ++n) {
            const bool done = timed(linear, fault_, [&]() -> Result<void> {
                const auto frame = source_->frame({n}, stop_);
                if (!frame) return frame.error();
                report_.width = (*frame)->width;
                report_.height = (*frame)->height;
                return {};
            });
            if (!done) return false;
            all += linear.ms.back();
        }
        report_.framesPerSecond = 1000.0 * double(linear.ms.size()) / all;
        report_.decoder = source_->decoder().on == DecodeOn::Cuda ? "cuda" : "cpu";
        return true;
    }

    /// Anywhere, with nothing held near it.
    bool scrubbing() {
        DecodeBenchPhase shown{"glimpse", {}}, exact{"exact", {}};
        std::uniform_int_distribution<int> any(0, report_.frames - 1);
        for (int i = 0; i < options_.random; ++i) {
            reader_->drop();
            const FrameIndex frame{any(random_)};
            if (!timed(shown, fault_, [&] { return reader_->glimpse(frame, stop_); })) return false;
            if (!timed(exact, fault_, [&] { return reader_->frame(frame, stop_); })) return false;
            exact.ms.back() += shown.ms.back();
        }
        report_.phases.push_back(std::move(shown));
        report_.phases.push_back(std::move(exact));
        return true;
    }

    bool steps() {
        DecodeBenchPhase& neighbour = phase("neighbour");
        reader_->play(Playing::Steps);
        int at = report_.frames / 2;
        if (const auto start = reader_->frame({at}, stop_); !start) return false;
        for (int i = 0; i < options_.random; ++i) {
            while (reader_->readAhead(stop_)) {
            }
            at = std::clamp(at + (random_() % 2 == 0 ? 1 : -1), 0, report_.frames - 1);
            const FrameIndex next{at};
            if (!timed(neighbour, fault_, [&] { return reader_->frame(next, stop_); })) return false;
        }
        return true;
    }

    bool backward() {
        DecodeBenchPhase& back = phase("backward");
        reader_->drop();
        reader_->play(Playing::Backward);
        const int first = std::max(0, report_.frames - options_.linear);
        for (int n = report_.frames - 1; n >= first; --n) {
            if (!timed(back, fault_, [&] { return reader_->frame({n}, stop_); })) return false;
        }
        return true;
    }

    const std::string film_;
    const DecodeBenchOptions options_;
    const std::stop_token stop_;
    std::mt19937 random_;
    Error fault_;
    VideoSource* source_ = nullptr;  ///< reader_'s own
    std::unique_ptr<ClipReader> reader_;
    DecodeBench report_;
};

/// Smooth colours that run across the picture, and a little noise, as cameras have it.
Frame movingPicture(int width, int height, int number) {
    auto frame = makeFrame(width, height);
    std::minstd_rand random(unsigned(number) + 1);
    constexpr double kWave = 40, kSpeed = .35, kRange = 90;
    constexpr int kNoise = 8;
    std::vector<int> across, down;
    const auto wave = [](int at, double phase) {
        return int(128 + kRange * std::sin(at / kWave + phase));
    };
    for (int x = 0; x < width; ++x) across.push_back(wave(x, number * kSpeed));
    for (int y = 0; y < height; ++y) down.push_back(wave(y, -number * kSpeed));
    for (int y = 0; y < height; ++y) {
        std::uint8_t* row = frame->pixels.data() + std::size_t(y) * std::size_t(frame->stride);
        for (int x = 0; x < width; ++x) {
            const int noise = int(random() % kNoise);
            row[4 * x] = std::uint8_t(across[std::size_t(x)] + noise);
            row[4 * x + 1] = std::uint8_t(down[std::size_t(y)] + noise);
            row[4 * x + 2] = std::uint8_t((across[std::size_t(x)] ^ down[std::size_t(y)]) / 2 + noise);
        }
    }
    return frame;
}

}  // namespace

double DecodeBenchPhase::quantile(double share) const {
    if (ms.empty()) return 0;
    const double place = std::ceil(std::clamp(share, 0.0, 1.0) * double(ms.size()));
    return ms[std::size_t(std::max(place, 1.0)) - 1];
}

Result<DecodeBench> benchDecode(const std::string& film, const DecodeBenchOptions& options,
                                std::stop_token stop) {
    return Bench(film, options, stop).run();
}

Result<void> writeBenchFilm(const std::string& film, int width, int height, int frames,
                            std::stop_token stop) {
    constexpr double kRate = 25;
    OverlayFilm content;
    for (int n = 0; n < frames; ++n) content.seconds.push_back(n / kRate);
    content.picture = [&](int n) -> Result<Frame> { return movingPicture(width, height, n); };
    content.masks = [](int) { return std::vector<Mask>(); };
    content.goOn = [&](int) { return !stop.stop_requested(); };
    const auto written = writeOverlayFilm(film, content);
    return written ? Result<void>() : written.error();
}

}  // namespace fs2
