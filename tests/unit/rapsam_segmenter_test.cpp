// The Segmenter of RAP-SAM on formula weights: what it promises whatever the weights are.
#include <QtTest>

#include <torch/torch.h>

#include <cmath>
#include <limits>
#include <set>

#include "model/bench.h"
#include "model/label_masks.h"
#include "model/rapsam/rapsam_backbones.h"
#include "model/rapsam/rapsam_net.h"
#include "model/checkpoints/safetensors.h"
#include "model/segmenter.h"

namespace fs2 {

namespace {

SegmenterOptions options(const char* network) {
    return {.network = network, .device = "cpu", .workingSize = 160};
}

Prompt clicks(std::vector<Click> all) {
    Prompt p;
    p.object = ObjectId{1};
    p.clicks = std::move(all);
    return p;
}

std::string detail(const auto& result) { return result.ok() ? "" : result.error().detail; }

}  // namespace

class RapSamSegmenterTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        auto made = makeUntrainedSegmenter(options("rapsam_r50"));
        QVERIFY2(made.ok(), detail(made).c_str());
        segmenter_ = std::move(*made);
        frame_ = benchPicture(200, 150);
    }

    void info() {
        const auto i = segmenter_->info();
        QCOMPARE(i.network, std::string("rapsam_r50"));
        QCOMPARE(i.parameters, std::int64_t(47'252'245));
        QVERIFY(i.subtractsNegatives && i.box && !i.memory);
        QVERIFY(!i.whyNoMemory.empty() && !i.text && !i.whyNoText.empty());
    }

    void maskHasThePhotosSize_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        for (const auto& [w, h] : {std::pair{1, 1}, {3, 90}, {97, 61}, {333, 250}})
            QTest::addRow("%dx%d", w, h) << w << h;
    }
    void maskHasThePhotosSize() {
        QFETCH(int, width);
        QFETCH(int, height);
        const auto got = segmenter_->predict(benchPicture(width, height),
                                             clicks({{width / 2., height / 2., true}}), {});
        QVERIFY2(got.ok(), detail(got).c_str());
        QCOMPARE(got->mask.width(), width);
        QCOMPARE(got->mask.height(), height);
        QVERIFY(got->score >= 0 && got->score <= 1);
    }

    /// Prompts do not see one another: together they give the union of what each one gives.
    void positiveClicksAndBoxAreUnited() {
        const Click a{40, 50, true}, b{150, 110, true};
        auto both = clicks({a, b});
        both.box = Box{20, 30, 100, 120};
        auto box = clicks({});
        box.box = both.box;
        QCOMPARE(maskOf(both), unite(unite(maskOf(clicks({a})), maskOf(clicks({b}))), maskOf(box)));
    }

    void negativeMaskIsTakenAway() {
        const Click away{40, 50, false};
        const auto there = maskOf(clicks({{away.x, away.y, true}}));
        int taken = 0, left = 0;
        for (int x = 10; x < 200; x += 45)
            for (int y = 10; y < 150; y += 30) {
                const bool within = there.contains(x, y);
                if (within && left > 2) continue;
                const Click at{double(x), double(y), true};
                const auto whole = maskOf(clicks({at}));
                const auto got = maskOf(clicks({at, away}));
                QCOMPARE(got, within ? whole : subtract(whole, there));
                left += within ? 1 : 0;  // it would undo the positive click
                taken += got == whole ? 0 : 1;
            }
        QVERIFY2(left > 0 && taken > 0, qPrintable(QStringLiteral("%1 %2").arg(left).arg(taken)));
    }

    void badPrompts() {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        auto flat = clicks({});
        flat.box = Box{10, 10, 10, 40};
        for (const auto& p : {clicks({}), clicks({{-3, 5, true}}), clicks({{5, 151, true}}),
                              clicks({{nan, 5, true}}), flat}) {
            const auto got = segmenter_->predict(frame_, p, {});
            QVERIFY(!got.ok());
            QCOMPARE(got.error().code, ErrorCode::BadRequest);
        }
        auto words = clicks({});
        words.text = "cat";
        const auto got = segmenter_->predict(frame_, words, {});
        QVERIFY(!got.ok());
        QCOMPARE(got.error().code, ErrorCode::Unsupported);
    }

    void stopped() {
        stop_.request_stop();
        const auto other = benchPicture(100, 80);
        QCOMPARE(segmenter_->prefetch(other, stop_.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(segmenter_->panoptic(other, stop_.get_token()).error().code, ErrorCode::Cancelled);
    }

    void sceneCoversWithoutOverlap() {
        const auto scene = segmenter_->panoptic(frame_, {});
        QVERIFY2(scene.ok(), detail(scene).c_str());
        QVERIFY(scene->segments.size() >= 2);
        auto all = Mask::blank(200, 150);
        std::set<int> instances;
        for (const auto& s : scene->segments) {
            QVERIFY(!s.mask.empty() && !s.name.empty() && s.score > .8f);
            QCOMPARE(intersectionArea(all, s.mask), std::int64_t(0));
            all = unite(all, s.mask);
            QCOMPARE(s.isThing, s.category < 80);
            if (s.isThing) QVERIFY(instances.insert(s.instance).second);
            else QCOMPARE(s.instance, 0);
        }
        const auto again = segmenter_->panoptic(frame_, {});
        QVERIFY(again.ok());
        QCOMPARE(again->segments.size(), scene->segments.size());
    }

    void labelsBecomeMasks() {
        // 3 x 10 pixels, column after column
        std::vector<std::uint8_t> labels(30, 1);
        std::fill(labels.begin() + 9, labels.begin() + 21, std::uint8_t(3));
        labels[29] = 0;
        labels[28] = 200;
        const auto masks = masksOfLabels(labels.data(), 3, 10, 3);
        QCOMPARE(masks.size(), std::size_t(3));
        QCOMPARE(masks[0].area(), std::int64_t(16));
        QVERIFY(masks[1].empty());
        QCOMPARE(masks[2].area(), std::int64_t(12));
        QVERIFY(masks[2].contains(0, 9) && masks[2].contains(1, 4) && masks[2].contains(2, 0));
        QVERIFY(!masks[2].contains(0, 8) && !masks[2].contains(2, 1));
        QCOMPARE(masks[0].height(), 10);
    }

    /// A file without any name in it is known by its tensors; what is missing is told.
    void weightsFile() {
        QTemporaryDir folder;
        const auto path = folder.filePath(QStringLiteral("r18.safetensors")).toStdString();
        RapSam net(rapsamBackbone("rapsam_r18"));
        TensorMap state;
        for (const auto& p : net->named_parameters()) state[p.key()] = p.value().detach().to(torch::kHalf);
        for (const auto& b : net->named_buffers()) state[b.key()] = b.value();
        QVERIFY(saveSafetensors(path, state).ok());
        const auto made = makeSegmenter({.weightsPath = path, .device = "cpu", .workingSize = 96});
        QVERIFY2(made.ok(), detail(made).c_str());
        const auto info = (*made)->info();
        QCOMPARE(info.network, std::string("rapsam_r18"));
        QCOMPARE(info.weightsId.size(), std::size_t(16));
        QVERIFY(!info.panoptic && !info.whyNoPanoptic.empty());
        const auto scene = (*made)->panoptic(frame_, {});
        QVERIFY(!scene.ok());
        QCOMPARE(scene.error().code, ErrorCode::Unsupported);
        QVERIFY((*made)->predict(frame_, clicks({{20, 20, true}}), {}).ok());

        state.erase("neck.loc_conv.bias");
        QVERIFY(saveSafetensors(path, state).ok());
        const auto wrong = makeSegmenter({.weightsPath = path, .device = "cpu"});
        QVERIFY(!wrong.ok());
        QCOMPARE(wrong.error().code, ErrorCode::WrongModel);
        QVERIFY(wrong.error().detail.find("neck.loc_conv.bias") != std::string::npos);
    }

    void otherNetworksHaveNoScene() {
        const auto disc = makeSegmenter({.network = "disc"});
        QVERIFY(disc.ok());
        QCOMPARE((*disc)->panoptic(frame_, {}).error().code, ErrorCode::Unsupported);
    }

  private:
    Mask maskOf(const Prompt& prompt) {
        const auto got = segmenter_->predict(frame_, prompt, {});
        return got.ok() ? got->mask : Mask();
    }

    std::stop_source stop_;
    std::unique_ptr<Segmenter> segmenter_;
    Frame frame_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::RapSamSegmenterTest)
#include "rapsam_segmenter_test.moc"
