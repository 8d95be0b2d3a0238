// The CPU twins of the training kernels: scenes, warps, pastes, photometry, distances, clicks.
#include <QtTest>

#include <cmath>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include "training/cuda/kernels.h"

using namespace fs2::kernels;

namespace {

constexpr int kSize = 64;
constexpr std::size_t kArea = std::size_t(kSize) * kSize;
using Bytes = std::vector<std::uint8_t>;

struct Batch {
    int n;
    std::vector<float> image;
    std::vector<std::int16_t> labels;
    Bytes target, valid;
    explicit Batch(int count)
        : n(count),
          image(std::size_t(count) * 3 * kArea),
          labels(std::size_t(count) * kArea),
          target(std::size_t(count) * kArea),
          valid(std::size_t(count) * kArea) {}
    double share(int i) const {
        double sum = 0;
        for (std::size_t k = 0; k < kArea; ++k) sum += target[std::size_t(i) * kArea + k];
        return sum / double(kArea);
    }
};

Batch scenes(std::uint64_t seed, int n, const PhotoPool& pool = {},
             const std::uint64_t* counter = nullptr) {
    Batch b(n);
    Bytes scratch(sceneScratch(n, kSize));
    renderScenes({}, {seed, counter}, n, kSize, {}, pool, scratch.data(), b.image.data(),
                 b.labels.data(), b.target.data(), b.valid.data());
    return b;
}

// Two photos of 48 x 40 (height, width) on 64 x 64 canvases; label 7 is a disc in the middle.
struct Pool {
    Bytes photos;
    std::vector<std::int16_t> labels;
    std::vector<std::int32_t> sizes{48, 40, 48, 40};
    PhotoPool view;
    Pool() : photos(2 * 3 * kArea), labels(2 * kArea) {
        for (std::size_t i = 0; i < 2; ++i) {
            for (std::size_t y = 0; y < 48; ++y) {
                for (std::size_t x = 0; x < 40; ++x) {
                    for (std::size_t c = 0; c < 3; ++c) {
                        photos[((i * 3 + c) * kSize + y) * kSize + x] =
                            std::uint8_t((x * 5 + y * 3 + c * 40 + i * 60) % 256);
                    }
                    const double dx = double(x) - 20, dy = double(y) - 24;
                    labels[(i * kSize + y) * kSize + x] = dx * dx + dy * dy < 144 ? 7 : 1;
                }
            }
        }
        view = {photos.data(), labels.data(), sizes.data(), 2, kSize};
    }
};

struct Clicks {
    std::vector<float> clicks, boxes, logits;
    std::vector<std::int32_t> counts;
    Bytes hasPrior, scratch;
    explicit Clicks(int n)
        : clicks(std::size_t(n) * kMaxClicks * 3),
          boxes(std::size_t(n) * 4),
          logits(std::size_t(n) * kArea),
          counts(std::size_t(n)),
          hasPrior(std::size_t(n)),
          scratch(clickScratch(n, kSize)) {}
    ClickState state() { return {clicks.data(), counts.data(), boxes.data()}; }
    const float* click(int sample, int k) const {
        return clicks.data() + (sample * kMaxClicks + k) * 3;
    }
    std::size_t pixel(int sample, int k) const {
        const float* c = click(sample, k);
        return std::size_t(sample) * kArea + std::size_t(c[1]) * kSize + std::size_t(c[0]);
    }
};

}  // namespace

class ScenesTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void scenesAreAFunctionOfTheSeed() {
        const Batch a = scenes(5, 6), b = scenes(5, 6), c = scenes(6, 6);
        QVERIFY(a.image == b.image);
        QVERIFY(a.labels == b.labels);
        QVERIFY(a.target == b.target);
        QVERIFY(a.image != c.image);
        const std::uint64_t first = 0, second = 1;
        QVERIFY(scenes(5, 2, {}, &first).image == scenes(5, 2).image);
        QVERIFY(scenes(5, 2, {}, &second).image != scenes(5, 2).image);
        // a sample does not depend on how many are made with it
        const Batch d = scenes(5, 2);
        QVERIFY(std::equal(d.image.begin(), d.image.end(), a.image.begin()));
    }

    void scenesHaveSaneTargets() {
        const int n = 200;
        const Batch b = scenes(11, n);
        int small = 0, large = 0, plain = 0;
        std::set<int> kinds;
        for (int i = 0; i < n; ++i) {
            const double share = b.share(i);
            QVERIFY2(share > 0, qPrintable(QString::number(i)));
            small += share<0.02, large += share> 0.3, plain += share > 0.9;
            std::set<int> labels;
            for (std::size_t k = 0; k < kArea; ++k)
                labels.insert(b.labels[std::size_t(i) * kArea + k]);
            kinds.insert(int(labels.size()));
        }
        QVERIFY2(small > n / 20 && small < n / 2, qPrintable(QString::number(small)));
        QVERIFY2(large > n / 20 && large < n / 2, qPrintable(QString::number(large)));
        QVERIFY2(plain < n / 10, qPrintable(QString::number(plain)));
        QVERIFY(kinds.size() > 8);  // simple and cluttered ones
        for (const float v : b.image) QVERIFY(v >= 0 && v <= 1);
        for (const std::uint8_t v : b.valid) QCOMPARE(int(v), 1);
    }

    // A target is made of whole labels.
    void targetsAreUnionsOfLabels() {
        const Batch b = scenes(21, 20);
        for (int i = 0; i < b.n; ++i) {
            std::set<int> in, out;
            for (std::size_t k = std::size_t(i) * kArea; k < std::size_t(i + 1) * kArea; ++k)
                (b.target[k] ? in : out).insert(b.labels[k]);
            for (const int l : in) QVERIFY(!out.contains(l));
        }
    }

    void photosServeAsTextures() {
        const Pool pool;
        QVERIFY(scenes(3, 8, pool.view).image != scenes(3, 8).image);
    }

    void badSizesAreRefused() {
        Bytes none(16);
        QVERIFY_THROWS_EXCEPTION(
            std::runtime_error,
            renderScenes({}, {}, 0, 64, {}, {}, none.data(), nullptr, nullptr, nullptr, nullptr));
        QVERIFY_THROWS_EXCEPTION(std::runtime_error,
                                 nextClicks({}, {}, 1, 8, 0, nullptr, DType::Float32, nullptr,
                                            nullptr, none.data(), {}));
    }

    void identityWarpGivesThePhotoBack() {
        const Pool pool;
        SampleSpec spec;
        spec.image = 1;
        spec.labels[0] = 7;
        Batch b(1);
        warpSamples({}, pool.view, &spec, 1, kSize, b.image.data(), b.labels.data(),
                    b.target.data(), b.valid.data());
        for (std::size_t y = 0; y < kSize; ++y) {
            for (std::size_t x = 0; x < kSize; ++x) {
                const bool inside = x < 40 && y < 48;
                const std::size_t at = y * kSize + x;
                QCOMPARE(int(b.valid[at]), int(inside));
                QCOMPARE(int(b.target[at]), int(inside && pool.labels[kArea + at] == 7));
                QCOMPARE(int(b.labels[at]), inside ? int(pool.labels[kArea + at]) : 0);
                for (std::size_t c = 0; c < 3; ++c) {  // outside: the edge repeated
                    const std::size_t sx = std::min<std::size_t>(x, 39),
                                      sy = std::min<std::size_t>(y, 47);
                    const float want =
                        float(pool.photos[((3 + c) * kSize + sy) * kSize + sx]) / 255;
                    QVERIFY(std::fabs(b.image[c * kArea + at] - want) < 1e-5F);
                }
            }
        }
        // and 0 after the normalisation
        std::vector<float> out(3 * kArea);
        Bytes scratch(photometricScratch(1));
        photometric({}, {9, nullptr}, 1, kSize, 1, b.image.data(), b.valid.data(), scratch.data(),
                    out.data(), DType::Float32, Layout::ChannelsLast);
        for (std::size_t i = 0; i < kArea; ++i) {
            if (!b.valid[i])
                QVERIFY(out[3 * i] == 0.0F && out[3 * i + 1] == 0.0F && out[3 * i + 2] == 0.0F);
        }
    }

    // Halving averages 2 x 2 pixels; the window's middle shows the point that was asked for.
    void warpAveragesOverItsFootprint() {
        const Pool pool;
        SampleSpec spec;
        spec.labels[0] = 7;
        spec.affine = windowAffine(19.5F, 23.5F, 0.5F, 0.5F, 0, false, kSize);
        Batch b(1);
        warpSamples({}, pool.view, &spec, 1, kSize, b.image.data(), b.labels.data(),
                    b.target.data(), b.valid.data());
        // output (31, 31) is centred on source (18.5, 22.5): pixels 18, 19 and 22, 23
        float want = 0;
        for (const std::size_t y : {22U, 23U}) {
            for (const std::size_t x : {18U, 19U})
                want += float(pool.photos[y * kSize + x]) / 255 / 4;
        }
        QVERIFY(std::fabs(b.image[31 * kSize + 31] - want) < 1e-4F);
        const double wanted = 144 * 3.14159 / 4 / double(kArea);
        QVERIFY(std::fabs(b.share(0) - wanted) < 0.1 * wanted);
    }

    void chosenWindowsShowTheirObject() {
        const Pool pool;
        const PoolObject object{0, 7, 441, 9, 13, 31, 35};
        int shown = 0;
        for (std::uint64_t key = 0; key < 50; ++key) {
            const SampleSpec spec = chooseSample(key, object, 48, 40, kSize);
            Batch b(1);
            warpSamples({}, pool.view, &spec, 1, kSize, b.image.data(), nullptr, b.target.data(),
                        b.valid.data());
            shown += b.share(0) > 0.002;
        }
        QVERIFY2(shown >= 40, qPrintable(QString::number(shown)));
    }

    void pastedObjectsCoverTheBase() {
        const Pool pool;
        const int n = 24;
        Batch b(n);
        std::vector<PasteSpec> specs(n);
        const PoolObject object{1, 7, 441, 9, 13, 31, 35};
        for (int i = 0; i < n; ++i) {
            specs[std::size_t(i)] = choosePaste(std::uint64_t(i), object, kSize);
            specs[std::size_t(i)].affine = windowAffine(20, 24, 1, 1, 0, false, kSize);
        }
        std::fill(b.target.begin(), b.target.end(), std::uint8_t(1));
        Bytes scratch(pasteScratch(n, kSize));
        pasteCutouts({}, {4, nullptr}, pool.view, specs.data(), n, 1, kSize, scratch.data(),
                     b.image.data(), b.labels.data(), b.target.data(), b.valid.data());
        int pasted = 0;
        for (int i = 0; i < n; ++i) {
            const std::size_t middle = std::size_t(i) * kArea + 32 * kSize + 32,
                              corner = std::size_t(i) * kArea;
            QCOMPARE(int(b.labels[middle]), kPastedLabel);
            QCOMPARE(int(b.valid[middle]), 1);
            QCOMPARE(int(b.valid[corner]), 0);
            QCOMPARE(int(b.labels[corner]), 0);
            QVERIFY(b.target[middle] !=
                    b.target[corner]);  // either the object or what is left of the base
            pasted += b.target[middle];
            const double object1 = 441.0 / double(kArea), share = b.share(i);
            QVERIFY(std::fabs((b.target[middle] ? share : 1 - share) - object1) < 0.2 * object1);
        }
        QVERIFY2(pasted > n / 3 && pasted < n, qPrintable(QString::number(pasted)));
    }

    void photometryNormalises() {
        Batch b = scenes(2, 2);
        std::vector<float> planar(2 * 3 * kArea);
        std::vector<std::uint16_t> half(2 * 3 * kArea);
        Bytes scratch(photometricScratch(2));
        photometric({}, {1, nullptr}, 2, kSize, 0, b.image.data(), b.valid.data(), scratch.data(),
                    planar.data(), DType::Float32, Layout::Planar);
        photometric({}, {1, nullptr}, 2, kSize, 0, b.image.data(), b.valid.data(), scratch.data(),
                    half.data(), DType::BFloat16, Layout::ChannelsLast);
        for (std::size_t i = 0; i < planar.size(); ++i) {
            const std::size_t sample = i / (3 * kArea), c = i / kArea % 3, at = i % kArea;
            QVERIFY(std::fabs(planar[i] * kStd[c] + kMean[c] - b.image[i]) < 1e-5F);
            const std::uint32_t bits = std::uint32_t(half[(sample * kArea + at) * 3 + c]) << 16;
            float v;
            std::memcpy(&v, &bits, 4);
            QVERIFY(std::fabs(v - planar[i]) <= 0.005F * std::max(1.0F, std::fabs(planar[i])));
        }
        // at full strength it changes the picture, differently each time, within the normalised
        // range
        std::vector<float> other(2 * 3 * kArea);
        int changed = 0;
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            photometric({}, {seed, nullptr}, 2, kSize, 1, b.image.data(), b.valid.data(),
                        scratch.data(), other.data(), DType::Float32, Layout::Planar);
            changed += other != planar;
            for (std::size_t i = 0; i < other.size(); ++i) {
                const float v = other[i] * kStd[i / kArea % 3] + kMean[i / kArea % 3];
                QVERIFY(v > -1e-4F && v < 1.0001F);
            }
        }
        QVERIFY(changed >= 7);
    }

    void distanceEqualsBruteForce() {
        const int h = 23, w = 31, n = 3;
        std::mt19937 random(3);
        Bytes mask(std::size_t(n * h * w), 1);
        for (int i = 0; i < h * w; ++i) mask[std::size_t(i)] = random() % 8 != 0;  // dense zeros
        for (int i = h * w; i < 2 * h * w; ++i)
            mask[std::size_t(i)] = random() % 100 != 0;  // a few; the third: none
        std::vector<std::int32_t> d(mask.size());
        Bytes scratch(distanceScratch(n, h, w));
        distanceSquared({}, mask.data(), n, h, w, scratch.data(), d.data());
        for (int i = 0; i < n; ++i) {
            for (int y = 0; y < h; ++y) {
                for (int x = 0; x < w; ++x) {
                    int best = 1 << 30;
                    for (int v = -1; v <= h; ++v) {
                        for (int u = -1; u <= w; ++u) {
                            const bool zero = u < 0 || v < 0 || u == w || v == h ||
                                              !mask[std::size_t((i * h + v) * w + u)];
                            if (zero) best = std::min(best, (u - x) * (u - x) + (v - y) * (v - y));
                        }
                    }
                    QCOMPARE(d[std::size_t((i * h + y) * w + x)], best);
                }
            }
        }
    }

    void halfAndBoxes() {
        Bytes mask(25, 0);
        mask[2 * 5 + 4] = 1;  // x 4, y 2
        Bytes half(9);
        downsampleMax({}, mask.data(), 1, 5, 5, half.data());
        const Bytes want{0, 0, 0, 0, 0, 1, 0, 0, 0};
        QVERIFY(half == want);
        Bytes two(2 * kArea, 0);
        for (std::size_t y = 5; y <= 9; ++y) {
            for (std::size_t x = 20; x <= 40; ++x) two[y * kSize + x] = 1;
        }
        std::vector<std::int32_t> box(10);
        maskBoxes({}, two.data(), 2, kSize, box.data());
        const std::vector<std::int32_t> wanted{20, 5, 40, 9, 105, kSize, kSize, -1, -1, 0};
        QVERIFY(box == wanted);
    }

    void firstClicksAreInTheirRegion() {
        const int n = 150;
        const Batch b = scenes(31, n);
        Clicks c(n);
        firstClicks({}, {8, nullptr}, n, kSize, {}, b.target.data(), b.valid.data(),
                    c.scratch.data(), c.state(), c.logits.data(), c.hasPrior.data());
        int boxes = 0, priors = 0, several = 0, negatives = 0;
        for (int i = 0; i < n; ++i) {
            const bool box = c.boxes[std::size_t(i) * 4 + 2] >= c.boxes[std::size_t(i) * 4];
            boxes += box, priors += c.hasPrior[std::size_t(i)];
            const int count = c.counts[std::size_t(i)];
            several += count > 1;
            QVERIFY(box || count > 0 || c.hasPrior[std::size_t(i)]);
            for (int k = 0; k < kMaxClicks; ++k) {
                const float type = c.click(i, k)[2];
                QVERIFY(k < count ? type >= 0 : type < 0);
                if (k >= count) continue;
                QCOMPARE(type > 0.5F, b.target[c.pixel(i, k)] != 0);
                negatives += type < 0.5F;
            }
            if (c.hasPrior[std::size_t(i)]) {  // its click is where the prior is wrong
                if (count > 0) QCOMPARE(c.logits[c.pixel(i, 0)] > 0, b.target[c.pixel(i, 0)] == 0);
            } else {
                for (std::size_t k = 0; k < kArea; ++k)
                    QCOMPARE(c.logits[std::size_t(i) * kArea + k], 0.0F);
            }
            if (!box) continue;
            double inside = 0, all = 0;
            for (std::size_t k = 0; k < kArea; ++k) {
                if (!b.target[std::size_t(i) * kArea + k]) continue;
                const float x = float(k % kSize), y = float(k / kSize);
                const float* e = c.boxes.data() + i * 4;
                ++all, inside += x >= e[0] && x <= e[2] && y >= e[1] && y <= e[3];
            }
            QVERIFY(inside > 0.5 * all);
        }
        QVERIFY2(boxes > n / 7 && boxes < n / 2, qPrintable(QString::number(boxes)));
        QVERIFY2(priors > n / 20 && priors < n / 3, qPrintable(QString::number(priors)));
        QVERIFY(several > n / 10 && negatives > n / 20);
    }

    void nextClicksCorrectTheWorstError() {
        // 0: a missed disc and a smaller spill; 1: only a spill; 2: no error; 3: an error that is
        // not valid
        const int n = 4;
        Bytes target(n * kArea, 0), valid(n * kArea, 1);
        std::vector<float> logits(n * kArea, -2);
        const auto disc = [](int cx, int cy, int r, std::size_t k) {
            const int x = int(k % kSize) - cx, y = int(k / kSize) - cy;
            return x * x + y * y <= r * r;
        };
        for (std::size_t k = 0; k < kArea; ++k) {
            target[k] = disc(20, 20, 12, k);
            if (disc(50, 50, 6, k)) logits[k] = 3;
            if (disc(40, 30, 9, k)) logits[kArea + k] = 1;
            target[2 * kArea + k] = disc(30, 30, 9, k);
            logits[2 * kArea + k] = target[2 * kArea + k] ? 4.0F : -4.0F;
            target[3 * kArea + k] = disc(30, 30, 9, k);
            valid[3 * kArea + k] = target[3 * kArea + k] ? 0 : 1;
        }
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            Clicks c(n);
            nextClicks({}, {seed, nullptr}, n, kSize, 0, logits.data(), DType::Float32,
                       target.data(), valid.data(), c.scratch.data(), c.state());
            QCOMPARE(c.counts[0], 1);
            QCOMPARE(c.click(0, 0)[2], 1.0F);
            QVERIFY(disc(20, 20, 8, c.pixel(0, 0)));  // deeper than half of the largest depth
            QCOMPARE(c.counts[1], 1);
            QCOMPARE(c.click(1, 0)[2], 0.0F);
            QVERIFY(disc(40, 30, 6, c.pixel(1, 0) - kArea));
            QCOMPARE(c.counts[2], 0);
            QCOMPARE(c.counts[3], 0);
            // two at once: both errors, or twice the worst; never beyond the list
            nextClicks({}, {seed, nullptr}, n, kSize, 1, logits.data(), DType::Float32,
                       target.data(), valid.data(), c.scratch.data(), c.state());
            QCOMPARE(c.counts[0], 3);
            for (int k = 0; k < 3; ++k)
                QCOMPARE(c.click(0, k)[2] > 0.5F, target[c.pixel(0, k)] != 0);
            for (int k = 0; k < 20; ++k) {
                nextClicks({}, {seed + 100 + std::uint64_t(k), nullptr}, n, kSize, 1, logits.data(),
                           DType::Float32, target.data(), valid.data(), c.scratch.data(),
                           c.state());
            }
            QCOMPARE(c.counts[0], kMaxClicks);
        }
    }

    void mapsShowThePrompts() {
        Clicks c(1);
        c.counts[0] = 2;
        const float clicks[6] = {10, 20, 1, 40, 30, 0}, box[4] = {4, 6, 50, 40};
        std::copy(clicks, clicks + 6, c.clicks.begin());
        std::copy(box, box + 4, c.boxes.begin());
        for (std::size_t i = 0; i < kArea; ++i) c.logits[i] = float(i % 40) - 20;
        std::vector<float> maps(4 * kArea), last(4 * kArea), dropped(4 * kArea);
        drawClicks({}, {1, nullptr}, 1, kSize, 0, c.state(), c.logits.data(), DType::Float32,
                   maps.data(), DType::Float32, Layout::Planar);
        drawClicks({}, {1, nullptr}, 1, kSize, 0, c.state(), c.logits.data(), DType::Float32,
                   last.data(), DType::Float32, Layout::ChannelsLast);
        drawClicks({}, {1, nullptr}, 1, kSize, 1, c.state(), c.logits.data(), DType::Float32,
                   dropped.data(), DType::Float32, Layout::Planar);
        for (std::size_t i = 0; i < kArea; ++i) {
            const float x = float(i % kSize), y = float(i / kSize);
            const auto near = [&](float u, float v) {
                return (x - u) * (x - u) + (y - v) * (y - v) <= 25;
            };
            QVERIFY(std::fabs(maps[i] - std::min(1.0F, std::max(-1.0F, c.logits[i] / 6))) < 1e-6F);
            QCOMPARE(dropped[i], 0.0F);
            QCOMPARE(maps[kArea + i], near(10, 20) ? 1.0F : 0.0F);
            QCOMPARE(maps[2 * kArea + i], near(40, 30) ? 1.0F : 0.0F);
            QCOMPARE(maps[3 * kArea + i], x >= 4 && x <= 50 && y >= 6 && y <= 40 ? 1.0F : 0.0F);
            for (std::size_t k = 0; k < 4; ++k) QCOMPARE(last[4 * i + k], maps[k * kArea + i]);
        }
    }
};

QTEST_GUILESS_MAIN(ScenesTest)
#include "scenes_test.moc"
