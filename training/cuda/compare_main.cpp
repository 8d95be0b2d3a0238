// fs2-training-kernels-check: every training kernel on the GPU against its CPU twin, then the time
// of each call. Exit code: 0 all agree, 1 some do not, 77 no GPU.
//
// Agreement: float results within the stated mean and share of outliers (the GPU contracts
// multiplications and additions, and its sines differ in the last bits, so that pixels on an edge
// may fall on the other side); integer results of integer arithmetic exactly.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include <cuda_runtime.h>

#include "training/cuda/kernels.h"

namespace fs2::kernels {
namespace {

void check(cudaError_t e) {
    if (e != cudaSuccess) throw std::runtime_error(cudaGetErrorString(e));
}

// The same values on the host and on the device.
template <class T>
class Twin {
  public:
    explicit Twin(std::size_t n) : host(n) {
        check(cudaMalloc(&device_, std::max<std::size_t>(n, 1) * sizeof(T)));
        upload();
    }
    Twin(const Twin&) = delete;
    Twin& operator=(const Twin&) = delete;
    ~Twin() { cudaFree(device_); }
    void upload() {
        check(cudaMemcpy(device_, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice));
    }
    std::vector<T> download() const {
        std::vector<T> v(host.size());
        check(cudaMemcpy(v.data(), device_, v.size() * sizeof(T), cudaMemcpyDeviceToHost));
        return v;
    }
    T* at(bool cuda) { return cuda ? static_cast<T*>(device_) : host.data(); }
    std::vector<T> host;

  private:
    void* device_ = nullptr;
};
using Bytes = Twin<std::uint8_t>;

bool allAgree = true;

void report(const char* what, bool ok, double mean, double outliers) {
    std::printf("%-34s %s  mean difference %.2e, outliers %.4f %%\n", what, ok ? "ok  " : "FAIL",
                mean, 100 * outliers);
    allAgree = allAgree && ok;
}
// Outliers differ by more than `each`; a NaN is one.
template <class T>
void compare(const char* what, const Twin<T>& twin, double each, double meanLimit,
             double outlierLimit) {
    const std::vector<T> gpu = twin.download();
    double sum = 0, outliers = 0;
    for (std::size_t i = 0; i < gpu.size(); ++i) {
        const double d = std::fabs(double(gpu[i]) - double(twin.host[i]));
        if (!(d <= each)) ++outliers;
        if (std::isfinite(d)) sum += d;
    }
    const double n = double(std::max<std::size_t>(gpu.size(), 1));
    report(what, sum / n <= meanLimit && outliers / n <= outlierLimit, sum / n, outliers / n);
}
// Copies the CPU's result over the GPU's, so that the next comparison starts from equal inputs.
template <class... T>
void align(Twin<T>&... twins) {
    (twins.upload(), ...);
}

struct Photos {
    static constexpr int kSide = 256;
    Bytes photos;
    Twin<std::int16_t> labels;
    Twin<std::int32_t> sizes;
    int count;
    explicit Photos(int n)
        : photos(std::size_t(n) * 3 * kSide * kSide),
          labels(std::size_t(n) * kSide * kSide),
          sizes(std::size_t(n) * 2),
          count(n) {
        std::vector<std::uint8_t> scratch(sceneScratch(n, kSide)), target(labels.host.size());
        std::vector<float> image(photos.host.size());
        renderScenes({}, {77, nullptr}, n, kSide, {}, {}, scratch.data(), image.data(),
                     labels.host.data(), target.data(), nullptr);
        for (std::size_t i = 0; i < image.size(); ++i)
            photos.host[i] = std::uint8_t(std::lround(image[i] * 255));
        for (int i = 0; i < n; ++i) {
            sizes.host[2 * std::size_t(i)] = kSide - 16 * (i % 3);
            sizes.host[2 * std::size_t(i) + 1] = kSide - 24 * (i % 2);
        }
        align(photos, labels, sizes);
    }
    PhotoPool at(bool cuda) {
        return {photos.at(cuda), labels.at(cuda), sizes.at(cuda), count, kSide};
    }
    PoolObject object(int image, int which) const {  // a label of that photo with its box
        PoolObject o;
        o.image = image, o.label = which;
        o.x0 = o.y0 = kSide;
        for (int i = 0; i < kSide * kSide; ++i) {
            if (labels.host[std::size_t(image) * kSide * kSide + std::size_t(i)] != which) continue;
            const int x = i % kSide, y = i / kSide;
            o.x0 = std::min(o.x0, x), o.y0 = std::min(o.y0, y), o.x1 = std::max(o.x1, x),
            o.y1 = std::max(o.y1, y);
            ++o.area;
        }
        if (o.area == 0) o.x0 = o.y0 = 0, o.x1 = o.y1 = kSide - 1;
        return o;
    }
};

// Everything that one batch needs.
struct Batch {
    int n, size;
    Photos& pool;
    Twin<float> image, logits, normal, clicks, boxes, maps;
    Twin<std::int16_t> labels;
    Bytes target, valid, hasPrior, half, sceneMemory, pasteMemory, photoMemory, clickMemory,
        distanceMemory;
    Twin<std::uint16_t> bf16;
    Twin<std::int32_t> counts, squared, extents;
    Twin<SampleSpec> samples;
    Twin<PasteSpec> pastes;
    static constexpr int kLayers = 3;

    Batch(int count, int side, Photos& photos)
        : n(count),
          size(side),
          pool(photos),
          image(pixels() * 3),
          logits(pixels()),
          normal(pixels() * 3),
          clicks(std::size_t(n) * kMaxClicks * 3),
          boxes(std::size_t(n) * 4),
          maps(pixels() * 4),
          labels(pixels()),
          target(pixels()),
          valid(pixels()),
          hasPrior(std::size_t(n)),
          half(pixels()),
          sceneMemory(sceneScratch(n, size)),
          pasteMemory(pasteScratch(n, size)),
          photoMemory(photometricScratch(n)),
          clickMemory(clickScratch(n, size)),
          distanceMemory(distanceScratch(n, size, size)),
          bf16(pixels() * 4),
          counts(std::size_t(n)),
          squared(pixels()),
          extents(std::size_t(n) * 5),
          samples(std::size_t(n)),
          pastes(std::size_t(n) * kLayers) {
        for (int i = 0; i < n; ++i) {
            const auto at = std::size_t(i);
            samples.host[at] =
                chooseSample(at, pool.object(i % pool.count, 1 + i % 3),
                             pool.sizes.host[2 * std::size_t(i % pool.count)],
                             pool.sizes.host[2 * std::size_t(i % pool.count) + 1], size);
            for (int k = 0; k < kLayers; ++k) {
                pastes.host[at * kLayers + std::size_t(k)] = choosePaste(
                    at * 7 + std::size_t(k), pool.object((i + k) % pool.count, 1 + k), size);
            }
        }
        align(samples, pastes);
    }
    std::size_t pixels() const { return std::size_t(n) * std::size_t(size) * std::size_t(size); }
    ClickState state(bool cuda) { return {clicks.at(cuda), counts.at(cuda), boxes.at(cuda)}; }

    void scenes(bool cuda) {
        renderScenes({cuda, nullptr}, {1, nullptr}, n, size, {}, pool.at(cuda),
                     sceneMemory.at(cuda), image.at(cuda), labels.at(cuda), target.at(cuda),
                     valid.at(cuda));
    }
    void warp(bool cuda) {
        warpSamples({cuda, nullptr}, pool.at(cuda), samples.at(cuda), n, size, image.at(cuda),
                    labels.at(cuda), target.at(cuda), valid.at(cuda));
    }
    void paste(bool cuda) {
        pasteCutouts({cuda, nullptr}, {2, nullptr}, pool.at(cuda), pastes.at(cuda), n, kLayers,
                     size, pasteMemory.at(cuda), image.at(cuda), labels.at(cuda), target.at(cuda),
                     valid.at(cuda));
    }
    void photo(bool cuda) {
        photometric({cuda, nullptr}, {3, nullptr}, n, size, 1, image.at(cuda), valid.at(cuda),
                    photoMemory.at(cuda), normal.at(cuda), DType::Float32, Layout::ChannelsLast);
    }
    void photoHalf(bool cuda) {
        photometric({cuda, nullptr}, {3, nullptr}, n, size, 1, image.at(cuda), valid.at(cuda),
                    photoMemory.at(cuda), bf16.at(cuda), DType::BFloat16, Layout::ChannelsLast);
    }
    void halve(bool cuda) {
        downsampleMax({cuda, nullptr}, target.at(cuda), n, size, size, half.at(cuda));
    }
    void distance(bool cuda) {
        distanceSquared({cuda, nullptr}, target.at(cuda), n, size, size, distanceMemory.at(cuda),
                        squared.at(cuda));
    }
    void box(bool cuda) { maskBoxes({cuda, nullptr}, target.at(cuda), n, size, extents.at(cuda)); }
    void first(bool cuda) {
        firstClicks({cuda, nullptr}, {4, nullptr}, n, size, {}, target.at(cuda), valid.at(cuda),
                    clickMemory.at(cuda), state(cuda), logits.at(cuda), hasPrior.at(cuda));
    }
    void next(bool cuda) {
        nextClicks({cuda, nullptr}, {5, nullptr}, n, size, 0.1F, logits.at(cuda), DType::Float32,
                   target.at(cuda), valid.at(cuda), clickMemory.at(cuda), state(cuda));
    }
    void draw(bool cuda) {
        drawClicks({cuda, nullptr}, {6, nullptr}, n, size, 0.1F, state(cuda), logits.at(cuda),
                   DType::Float32, maps.at(cuda), DType::Float32, Layout::ChannelsLast);
    }
    void drawHalf(bool cuda) {
        drawClicks({cuda, nullptr}, {6, nullptr}, n, size, 0.1F, state(cuda), logits.at(cuda),
                   DType::Float32, bf16.at(cuda), DType::BFloat16, Layout::ChannelsLast);
    }
    void both(void (Batch::*f)(bool)) {
        (this->*f)(false);
        (this->*f)(true);
        check(cudaDeviceSynchronize());
    }
};

void compareAll(Photos& pool) {
    Batch b(16, 136, pool);  // 136: not a multiple of the tiles
    b.both(&Batch::scenes);
    compare("renderScenes image", b.image, 0.05, 2e-3, 0.01);
    compare("renderScenes labels", b.labels, 0, 1, 0.005);
    compare("renderScenes target", b.target, 0, 1, 0.02);
    compare("renderScenes valid", b.valid, 0, 0, 0);
    b.both(&Batch::warp);
    compare("warpSamples image", b.image, 0.01, 1e-4, 1e-3);
    compare("warpSamples labels", b.labels, 0, 1, 1e-3);
    compare("warpSamples target", b.target, 0, 1, 1e-3);
    compare("warpSamples valid", b.valid, 0, 1, 1e-3);
    align(b.image, b.labels, b.target, b.valid);
    b.both(&Batch::paste);
    compare("pasteCutouts image", b.image, 0.02, 1e-4, 2e-3);
    compare("pasteCutouts labels", b.labels, 0, 20, 1e-3);
    compare("pasteCutouts target", b.target, 0, 1, 1e-3);
    compare("pasteCutouts valid", b.valid, 0, 1, 1e-3);
    align(b.image, b.labels, b.target, b.valid);
    b.both(&Batch::photo);
    compare("photometric", b.normal, 0.02, 2e-3, 0.02);  // JPEG rounds
    b.both(&Batch::halve);
    compare("downsampleMax", b.half, 0, 0, 0);
    b.both(&Batch::distance);
    compare("distanceSquared", b.squared, 0, 0, 0);
    b.both(&Batch::box);
    compare("maskBoxes", b.extents, 0, 0, 0);
    b.both(&Batch::first);
    compare("firstClicks clicks", b.clicks, 0, 1, 0.02);
    compare("firstClicks counts", b.counts, 0, 0.2, 0.07);
    compare("firstClicks boxes", b.boxes, 1e-3, 1e-4, 0);
    compare("firstClicks prior", b.hasPrior, 0, 0, 0);
    compare("firstClicks logits", b.logits, 0.01, 0.02, 2e-3);
    // a made-up network answer: the target, moved
    const auto side = std::size_t(b.size);
    for (std::size_t i = 0; i < b.pixels(); ++i)
        b.logits.host[i] = i >= 5 * side + 3 && b.target.host[i - 5 * side - 3] ? 3.0F : -3.0F;
    align(b.clicks, b.counts, b.boxes, b.logits);
    b.both(&Batch::next);
    compare("nextClicks clicks", b.clicks, 0, 0, 0);
    compare("nextClicks counts", b.counts, 0, 0, 0);
    b.both(&Batch::draw);
    compare("drawClicks", b.maps, 1e-5, 1e-6, 0);
}

void measure(Photos& pool, int n) {
    Batch b(n, 384, pool);
    cudaEvent_t from = nullptr, to = nullptr;
    check(cudaEventCreate(&from));
    check(cudaEventCreate(&to));
    const auto time = [&](const char* what, void (Batch::*f)(bool)) {
        constexpr int kRuns = 20;
        for (int i = 0; i < 3; ++i) (b.*f)(true);
        check(cudaEventRecord(from));
        for (int i = 0; i < kRuns; ++i) (b.*f)(true);
        check(cudaEventRecord(to));
        check(cudaEventSynchronize(to));
        float ms = 0;
        check(cudaEventElapsedTime(&ms, from, to));
        std::printf("n %3d  384x384  %-18s %8.3f ms\n", n, what, double(ms) / kRuns);
    };
    time("renderScenes", &Batch::scenes);
    time("warpSamples", &Batch::warp);
    time("pasteCutouts", &Batch::paste);
    time("photometric f32", &Batch::photo);
    time("photometric bf16", &Batch::photoHalf);
    time("distanceSquared", &Batch::distance);
    time("maskBoxes", &Batch::box);
    time("firstClicks", &Batch::first);
    time("nextClicks", &Batch::next);
    time("drawClicks f32", &Batch::draw);
    time("drawClicks bf16", &Batch::drawHalf);
    check(cudaEventDestroy(from));
    check(cudaEventDestroy(to));
}

int run() {
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        std::puts("no CUDA device: nothing compared");
        return 77;
    }
    Photos pool(8);
    compareAll(pool);
    for (const int n : {32, 64}) measure(pool, n);
    std::puts(allAgree ? "all agree" : "some differ");
    return allAgree ? 0 : 1;
}

}  // namespace
}  // namespace fs2::kernels

int main() {
    try {
        return fs2::kernels::run();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "fs2-training-kernels-check: %s\n", e.what());
        return 1;
    }
}
