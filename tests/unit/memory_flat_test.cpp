// The thousandth frame needs no more memory than the five-hundredth: the real network, with a memory of
// random values where its weights hold none, follows three objects through a clip of 854x480. 1,000 frames,
// or as many as FS2_FRAMES says.
#include <QtTest>

#include <algorithm>
#include <fstream>
#include <string>

#include "model/bench_clip.h"
#include "model/segmenter.h"

extern "C" std::size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));

namespace fs2 {

namespace {

constexpr int kMeasuredFrom = 500;
constexpr double kMostGrowthMb = 50;

/// Resident memory; under the address sanitizer, which keeps what was freed, what is allocated.
double usedMb() {
    if (__sanitizer_get_current_allocated_bytes)
        return double(__sanitizer_get_current_allocated_bytes()) / (1 << 20);
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024.0;
    return 0;
}

}  // namespace

class MemoryFlatTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void memoryStaysFlat() {
        SegmenterOptions options;
        options.device = "cpu";
        options.videoSize = 96;
        options.threads = 1;  // small pictures: more only wait for each other
        const auto segmenter = makeUntrainedSegmenter(options);
        if (!segmenter && segmenter.error().code == ErrorCode::NotFound) QSKIP("there are no weights here");
        QVERIFY2(segmenter.ok(), segmenter.ok() ? "" : segmenter.error().detail.c_str());
        const int frames = std::max(kMeasuredFrom + 1, qEnvironmentVariable("FS2_FRAMES", QStringLiteral("1000")).toInt());
        const BenchClip clip(854, 480, 3);
        const auto given = clip.masks(0);
        QVERIFY((*segmenter)->remember(clip.frame(0), given).ok());
        const std::vector<ObjectId> objects{given[0].object, given[1].object, given[2].object};
        double before = 0;
        std::size_t most = 0;
        for (int n = 1; n <= frames; ++n) {
            const auto tracked = (*segmenter)->step(clip.frame(n), objects, {});
            QVERIFY2(tracked.ok(), tracked.ok() ? "" : tracked.error().detail.c_str());
            most = std::max(most, (*segmenter)->memory()->entries().size());
            if (n == kMeasuredFrom) before = usedMb();
        }
        const double after = usedMb();
        qInfo("%.1f MB after frame %d, %.1f MB after frame %d, at most %zu entries", before, kMeasuredFrom, after,
              frames, most);
        QVERIFY(before > 0);
        QVERIFY(after - before < kMostGrowthMb);
        const auto set = (*segmenter)->memory()->settings();
        QVERIFY(most <= 3 * std::size_t(set.longEntries + set.shortEntries));
    }
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::MemoryFlatTest)
#include "memory_flat_test.moc"
