// The Segmenter of fastsam2_s on random weights: what it promises whatever the weights are.
#include <QtTest>

#include <torch/torch.h>

#include <cmath>
#include <limits>

#include "model/fastsam2/nets.h"
#include "model/segmenter.h"
#include "model/checkpoints/weights.h"

namespace fs2 {

namespace {

Frame picture(int width, int height) {
    auto frame = makeFrame(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            auto* p = frame->pixels.data() + std::size_t(y) * std::size_t(frame->stride) + 4 * std::size_t(x);
            p[0] = std::uint8_t(x * 3 + y);
            p[1] = std::uint8_t(y * 5);
            p[2] = std::uint8_t((x / 16 + y / 16) % 2 * 200);
        }
    return frame;
}

Prompt click(double x, double y, bool positive = true) {
    Prompt p;
    p.object = ObjectId{1};
    p.clicks.push_back({x, y, positive});
    return p;
}

}  // namespace

class TorchSegmenterTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        torch::manual_seed(5);
        FastSam2 net;
        weights_ = dir_.filePath(QStringLiteral("net.safetensors")).toStdString();
        QVERIFY(saveSafetensors(weights_, shippedState(net)).ok());
        segmenter_ = make(160);
        QVERIFY(segmenter_);
    }

    void info() {
        const auto i = segmenter_->info();
        QCOMPARE(i.network, std::string("fastsam2_s"));
        QCOMPARE(i.device, std::string("cpu"));
        QCOMPARE(i.workingSize, 160);
        QCOMPARE(i.weightsId.size(), std::size_t(16));
        QVERIFY(i.parameters > 10'000'000 && !i.text && !i.panoptic);
    }

    void maskHasThePhotosSize_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        for (const auto& [w, h] : {std::pair{1, 1}, {3, 200}, {97, 61}, {160, 160}, {333, 250}})
            QTest::addRow("%dx%d", w, h) << w << h;
    }
    void maskHasThePhotosSize() {
        QFETCH(int, width);
        QFETCH(int, height);
        const auto frame = picture(width, height);
        const auto got = segmenter_->predict(frame, click(width / 2, height / 2), {});
        QVERIFY2(got.ok(), got.ok() ? "" : got.error().detail.c_str());
        QCOMPARE(got->mask.width(), width);
        QCOMPARE(got->mask.height(), height);
        QVERIFY(got->score >= 0 && got->score <= 1);
        QVERIFY(got->milliseconds > 0);
    }

    void sameAnswerWithAndWithoutPrefetch() {
        const auto frame = picture(200, 150);
        auto other = make(160);
        QVERIFY(other->prefetch(frame, {}).ok());
        const auto a = segmenter_->predict(frame, click(50, 60), {});
        const auto b = other->predict(frame, click(50, 60), {});
        QVERIFY(a.ok() && b.ok());
        QCOMPARE(a->mask, b->mask);
        QCOMPARE(a->score, b->score);
    }

    void ownLogitsAreFoundByTheMask() {
        const auto frame = picture(200, 150);
        auto prompt = click(50, 60);
        const auto first = segmenter_->predict(frame, prompt, {});
        QVERIFY(first.ok());
        prompt.clicks.push_back({120, 80, false});
        const auto known = segmenter_->predict(frame, prompt, first->mask);
        auto stranger = make(160);  // has never made that mask: the bitmap is fed as it is
        const auto bitmap = stranger->predict(frame, prompt, first->mask);
        const auto none = segmenter_->predict(frame, prompt, {});
        QVERIFY(known.ok() && bitmap.ok() && none.ok());
        QVERIFY(known->alternatives.empty());
        QVERIFY(known->score != none->score);
        QVERIFY(known->score != bitmap->score);
    }

    void stoppedPrefetch() {
        stop_.request_stop();
        const auto got = segmenter_->prefetch(picture(100, 100), stop_.get_token());
        QVERIFY(!got.ok());
        QCOMPARE(got.error().code, ErrorCode::Cancelled);
    }

    void badPrompts() {
        const auto frame = picture(100, 80);
        const double nan = std::numeric_limits<double>::quiet_NaN();
        Prompt empty, flat, away, words;
        flat.box = Box{10, 10, 10, 40};
        away.box = Box{200, 10, 220, 40};
        words.text = "cat";
        for (const auto& p : {empty, click(-3, 5), click(5, 81), click(nan, 5), click(5, INFINITY), flat, away}) {
            const auto got = segmenter_->predict(frame, p, {});
            QVERIFY(!got.ok());
            QCOMPARE(got.error().code, ErrorCode::BadRequest);
        }
        const auto text = segmenter_->predict(frame, words, {});
        QVERIFY(!text.ok());
        QCOMPARE(text.error().code, ErrorCode::Unsupported);
        const auto prior = segmenter_->predict(frame, click(5, 5), Mask::blank(3, 3));
        QVERIFY(!prior.ok());
        QCOMPARE(prior.error().code, ErrorCode::BadRequest);
    }

    void manyClicksAndABox() {
        const auto frame = picture(120, 90);
        Prompt p;
        p.box = Box{10, 10, 100, 80};
        for (int i = 0; i < 60; ++i) p.clicks.push_back({double(i), double(i), i % 3 != 0});
        QVERIFY(segmenter_->predict(frame, p, {}).ok());
    }

    void devices() {
        SegmenterOptions o{.weightsPath = weights_, .device = "cuda:7"};
        const auto gone = makeSegmenter(o);
        QVERIFY(!gone.ok());
        QCOMPARE(gone.error().code, ErrorCode::Unsupported);
        o.device = "abacus";
        QCOMPARE(makeSegmenter(o).error().code, ErrorCode::BadRequest);
    }

  private:
    std::unique_ptr<Segmenter> make(int workingSize) {
        auto made = makeSegmenter({.weightsPath = weights_, .device = "cpu", .workingSize = workingSize, .threads = 1});
        return made.ok() ? std::move(made).value() : nullptr;
    }

    QTemporaryDir dir_;
    std::stop_source stop_;
    std::string weights_;
    std::unique_ptr<Segmenter> segmenter_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::TorchSegmenterTest)
#include "torch_segmenter_test.moc"
