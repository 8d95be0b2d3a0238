// Synthetic clips: a function of their key, a target on frame 0, frames that follow each other
// exactly as `previous` says, targets that leave and come back.
#include <QtTest>

#include <cstdlib>
#include <memory>

#include <torch/torch.h>

#include "training/clips.h"
#include "training/scene_pool.h"

using namespace fs2;
using torch::Tensor;
namespace F = torch::nn::functional;

namespace {
constexpr int kSide = 64;

bool equal(const ClipBatch& a, const ClipBatch& b) {
    return torch::equal(a.images, b.images) && torch::equal(a.target, b.target) &&
           torch::equal(a.valid, b.valid) && torch::equal(a.previous, b.previous) &&
           torch::equal(a.seen, b.seen);
}

/// Frames 0 to T-2 of (B, T, C, S, S) brought to frames 1 to T-1 -> (B * (T - 1), C, S, S).
Tensor carried(const Tensor& frames, const ClipBatch& batch) {
    const auto steps = frames.size(1) - 1;
    const auto grid = batch.previous.narrow(1, 1, steps).flatten(0, 1) * (2.0 / (kSide - 1)) - 1;
    return F::grid_sample(
        frames.narrow(1, 0, steps).flatten(0, 1), grid,
        F::GridSampleFuncOptions().padding_mode(torch::kBorder).align_corners(true));
}
Tensor later(const Tensor& t) {
    return t.narrow(1, 1, t.size(1) - 1).flatten(0, 1);
}
/// Mean size of a difference (n, 3, S, S), over 3 x 3 pixels, where grain averages out.
double sizeWhere(const Tensor& difference, const Tensor& where) {
    const auto smooth = F::avg_pool2d(difference * where.unsqueeze(1),
                                      F::AvgPool2dFuncOptions(3).stride(1).padding(1));
    return (smooth.abs().mean(1).sum() / where.sum()).item<double>();
}
}  // namespace

class TrainingClipsTest : public QObject {
    Q_OBJECT

  private:
    std::unique_ptr<SamplePool> pool_;

    ClipMaker maker(const ClipMotion& motion = {}, bool half = false) const {
        ClipOptions options;
        options.scenes = 0.4;
        options.scenePool = 4;
        options.sceneSide = 96;
        options.motion = motion;
        return {*pool_, torch::kCPU, options, 5, half};
    }

  private Q_SLOTS:
    void initTestCase() {
        torch::set_num_threads(1);
        pool_ =
            makeScenePool(*SamplePool::make({}, torch::kCPU, {}).value(), torch::kCPU, 12, 128, 3);
        QVERIFY(pool_->objects() > 12);
    }

    void drawsAreFunctionsOfTheirKey() {
        ClipMaker one = maker();
        ClipMaker other = maker();
        const ClipBatch first = one.make(1, 3, 4, kSide);
        QVERIFY(!equal(one.make(2, 3, 4, kSide), first));
        QVERIFY(equal(other.make(1, 3, 4, kSide), first));
    }

    void shapesAndMemory() {
        const ClipBatch batch = maker({}, true).make(3, 2, 3, kSide);
        QCOMPARE(batch.images.sizes(), (at::IntArrayRef{2, 3, 3, kSide, kSide}));
        QCOMPARE(batch.images.scalar_type(), torch::kBFloat16);
        QVERIFY(batch.images.select(1, 2).is_contiguous(at::MemoryFormat::ChannelsLast));
        QCOMPARE(batch.previous.sizes(), (at::IntArrayRef{2, 3, kSide, kSide, 2}));
        for (const Tensor& map : {batch.target, batch.valid, batch.seen}) {
            QCOMPARE(map.sizes(), (at::IntArrayRef{2, 3, kSide, kSide}));
            QCOMPARE(map.scalar_type(), torch::kByte);
            QVERIFY(map.select(1, 1).is_contiguous());
        }
        QVERIFY(batch.images.isfinite().all().item<bool>());
        QVERIFY(batch.previous.isfinite().all().item<bool>());
        QCOMPARE(batch.previous.select(1, 0).abs().max().item<float>(), 0.F);
        QCOMPARE(batch.seen.select(1, 0).max().item<int>(), 0);
    }

    void frameZeroHasATarget() {
        ClipMaker clips = maker();
        for (std::uint64_t draw = 0; draw < 4; ++draw) {
            const ClipBatch batch = clips.make(draw, 8, 1, kSide);
            const auto target = batch.target.select(1, 0);
            QVERIFY(target.flatten(1).sum(1).min().item<int>() >= 16);
            QCOMPARE(target.logical_and(batch.valid.select(1, 0) == 0).sum().item<int>(), 0);
        }
    }

    void framesFollowEachOther() {
        ClipMotion fast;
        fast.sparse = 1;
        const ClipBatch batch = maker(fast).make(11, 8, 5, kSide);
        const auto seen = later(batch.seen).to(torch::kFloat);
        QVERIFY(seen.mean().item<double>() > 0.6);
        const auto wanted = later(batch.target).to(torch::kFloat) * seen;
        const auto got =
            (carried(batch.target.unsqueeze(2).to(torch::kFloat), batch).squeeze(1) > 0.5) * seen;
        const double iou =
            (torch::min(wanted, got).sum() / torch::max(wanted, got).sum()).item<double>();
        QVERIFY2(iou > 0.95, qPrintable(QString::number(iou)));
        // The pictures move as `previous` says: brought over they differ much less than as they
        // stand.
        const auto images = batch.images.contiguous();
        const double moved = sizeWhere(later(images) - carried(images, batch), seen);
        const double stood = sizeWhere(later(images) - images.narrow(1, 0, 4).flatten(0, 1), seen);
        QVERIFY2(moved < 0.6 * stood, qPrintable(QStringLiteral("%1 %2").arg(moved).arg(stood)));
    }

    void targetsLeaveAndComeBack() {
        const auto shareOf = [&](double gone) {
            ClipMotion motion;
            motion.gone = gone;
            const auto area =
                maker(motion).make(21, 12, 8, kSide).target.flatten(2).sum(2);  // (B, T)
            const auto away = (area < 0.05 * area.narrow(1, 0, 1)).narrow(1, 1, 6).any(1);
            const auto last = area.select(1, 7) > 0;
            return away.logical_and(last).to(torch::kFloat).mean().item<double>();
        };
        const double always = shareOf(1);
        const double never = shareOf(0);
        QVERIFY2(always >= 0.5 && never <= 0.25,
                 qPrintable(QStringLiteral("%1 %2").arg(always).arg(never)));
    }

    void filmsRunInOrder() {
        // Eight frames: a white square that moves to the right.
        constexpr int kFrames = 8;
        auto photos = torch::zeros({kFrames, 3, kSide, kSide}, torch::kByte);
        auto labels = torch::zeros({kFrames, kSide, kSide}, torch::kShort);
        std::vector<LoadedSample> described(kFrames);
        for (int k = 0; k < kFrames; ++k) {
            photos[k].narrow(1, 20, 20).narrow(2, 8 + 3 * k, 20).fill_(255);
            labels[k].narrow(0, 20, 20).narrow(1, 8 + 3 * k, 20).fill_(1);
            described[std::size_t(k)].width = described[std::size_t(k)].height = kSide;
            describeObjects(labels[k].data_ptr<std::int16_t>(), kSide, 1,
                            described[std::size_t(k)]);
        }
        const auto film = SamplePool::of(photos, labels, described, "film");
        for (std::uint64_t key = 0; key < 20; ++key) {
            const auto moments = planFilm(*film, key, 6, kSide).layers[0].moments;
            QCOMPARE(moments[1].image, moments[0].image);
            for (std::size_t i = 2; i < moments.size(); ++i) {
                QVERIFY(moments[i].image >= 0 && moments[i].image < kFrames);
                QVERIFY(std::abs(moments[i].image - moments[i - 1].image) <= 3);
            }
        }
        ClipOptions options;
        options.films = 1;
        options.scenes = 0;
        const auto batch =
            ClipMaker(*pool_, torch::kCPU, options, 5, false, film.get()).make(1, 3, 4, kSide);
        QVERIFY(batch.target.flatten(2).sum(2).min().item<int>() > 100);
        QCOMPARE(batch.seen.max().item<int>(), 0);
        // The target is the white square.
        const auto bright = batch.images.mean(2);
        const auto inside = batch.target.to(torch::kFloat);
        const auto outside = (1 - inside) * batch.valid;
        QVERIFY(((bright * inside).sum() / inside.sum()).item<double>() >
                1 + ((bright * outside).sum() / outside.sum()).item<double>());
    }
};

QTEST_GUILESS_MAIN(TrainingClipsTest)
#include "training_clips_test.moc"
