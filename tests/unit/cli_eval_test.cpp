// The interactive evaluation and the bench that fastsam2 and fastsam2-lab share.
#include <QtTest>

#include <atomic>
#include <cmath>
#include <set>

#include "annotation/core/mask_ops.h"
#include "annotation/metrics/overlap.h"
#include "model/bench.h"
#include "model/interactive_eval.h"

namespace fs2 {

namespace {

constexpr int kSide = 60;

/// Objects 1..perPicture on each picture; the sets have the names given.
std::vector<ObjectRow> table(const std::vector<std::string>& sets, int pictures, int perPicture) {
    std::vector<ObjectRow> rows;
    for (const auto& set : sets)
        for (int p = 0; p < pictures; ++p)
            for (int id = 1; id <= perPicture; ++id) {
                ObjectRow row;
                row.set = set;
                row.image = set + "/img/" + std::to_string(p) + ".jpg";
                row.mask = set + "/mask/" + std::to_string(p) + ".png";
                row.id = id;
                row.seedX = 10 * id;
                row.seedY = 30;
                rows.push_back(row);
            }
    return rows;
}

/// Two discs of radius 6 (ids 1 and 2) at (10, 30) and (20, 30): what the disc model draws at kSide.
IdImage twoDiscs() {
    IdImage image{kSide, kSide, std::vector<std::uint16_t>(kSide * kSide, 0)};
    for (int id = 2; id >= 1; --id) {
        const auto disc = stroked(Mask::blank(kSide, kSide), {{10. * id + .5, 30.5}}, 5, Brush::Paint);
        const auto bitmap = disc.toBitmap();
        for (std::size_t i = 0; i < bitmap.size(); ++i)
            if (bitmap[i]) image.ids[i] = std::uint16_t(id);
    }
    return image;
}

EvalReaders readers() {
    return {[](const std::string&) -> Result<Frame> { return Frame(makeFrame(kSide, kSide)); },
            [](const std::string&) -> Result<IdImage> { return twoDiscs(); }};
}

Result<std::unique_ptr<Segmenter>> disc() {
    SegmenterOptions options;
    options.network = "disc";
    return makeSegmenter(options);
}

EvalOptions everything() {
    EvalOptions options;
    options.split = EvalSplit::All;
    return options;
}

/// The report without its time.
std::string withoutTime(ClickReport report) {
    report.seconds = 0;
    return evalJson(report);
}

}  // namespace

class CliEvalTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void choiceIsSpreadAndStable() {
        const auto rows = table({"a", "b"}, 6, 5);
        auto options = everything();
        QCOMPARE(chooseObjects(rows, options).size(), rows.size());
        options.perSet = 6;
        const auto chosen = chooseObjects(rows, options);
        QCOMPARE(chosen.size(), std::size_t(12));
        std::set<std::string> pictures;
        for (const auto& row : chosen) pictures.insert(row.image);
        QCOMPARE(pictures.size(), std::size_t(12));  // one object of each picture
        // The same rows whatever order the table has.
        auto turned = rows;
        std::reverse(turned.begin(), turned.end());
        std::set<std::pair<std::string, int>> one;
        std::set<std::pair<std::string, int>> other;
        for (const auto& row : chosen) one.insert({row.image, row.id});
        for (const auto& row : chooseObjects(turned, options)) other.insert({row.image, row.id});
        QVERIFY(one == other);
        options.perSet = 8;
        QCOMPARE(chooseObjects(rows, options).size(), std::size_t(16));
        options.sets = {"b"};
        for (const auto& row : chooseObjects(rows, options)) QCOMPARE(row.set, std::string("b"));
    }

    void splitsArePartsOfTheWhole() {
        const auto rows = table({"a"}, 40, 1);
        auto options = everything();
        options.split = EvalSplit::Val;
        const auto val = chooseObjects(rows, options);
        for (const auto& row : val) QVERIFY(isValidation(row.image));
        options.split = EvalSplit::Train;
        const auto train = chooseObjects(rows, options);
        for (const auto& row : train) QVERIFY(!isValidation(row.image));
        QCOMPARE(val.size() + train.size(), rows.size());
        QVERIFY(!val.empty() && !train.empty());
    }

    void reportDoesNotDependOnTheJobs() {
        const auto rows = table({"a", "b"}, 7, 2);
        auto options = everything();
        std::string first;
        for (const int jobs : {1, 3}) {
            options.jobs = jobs;
            int last = 0;
            const auto report = evaluateInteractive(
                rows, options, readers(), disc, [&](int done, int) { last = done; }, {});
            QVERIFY(report.ok());
            QCOMPARE(last, 28);
            if (first.empty()) first = withoutTime(*report);
            QCOMPARE(withoutTime(*report), first);
        }
    }

    void firstClickIsTheMiddleAndTheCurveIsRight() {
        const auto report = evaluateInteractive(table({"a"}, 3, 1), everything(), readers(), disc, {}, {});
        QVERIFY(report.ok());
        const auto& set = report->sets.at("a");
        const auto truth = stroked(Mask::blank(kSide, kSide), {{10.5, 30.5}}, 5, Brush::Paint);
        const auto drawn = stroked(Mask::blank(kSide, kSide), {{10.5, 30.5}}, 6, Brush::Paint);
        QVERIFY(std::abs(set.iou.at(1) - iou(truth, drawn)) < 1e-9);
        QCOMPARE(set.n, 3);
        QCOMPARE(report->weights, std::string("none"));
        QVERIFY(report->mean.averaged);
    }

    void neverReachedCountsTwenty() {
        auto options = everything();
        options.protocol.maxClicks = 3;
        const EvalReaders nothingToFind{
            readers().photo, [](const std::string&) -> Result<IdImage> {
                IdImage all{kSide, kSide, std::vector<std::uint16_t>(kSide * kSide, 1)};
                return all;
            }};
        const auto report = evaluateInteractive(table({"a"}, 3, 1), options, nothingToFind, disc, {}, {});
        QVERIFY(report.ok());
        QCOMPARE(report->sets.at("a").noc90, 20.0);
    }

    void boxFirst() {
        auto options = everything();
        options.protocol.firstIsBox = true;
        options.protocol.maxClicks = 1;
        const auto report = evaluateInteractive(table({"a"}, 3, 1), options, readers(), disc, {}, {});
        QVERIFY(report.ok());
        // The disc model fills the box: a disc of radius 5 covers about pi/4 of it.
        const double share = report->sets.at("a").iou.at(1);
        QVERIFY(share > .6 && share < .8);
    }

    void largePicturesAreReduced() {
        auto options = everything();
        options.longSide = 30;
        std::atomic<int> width = 0;
        struct Watch : Segmenter {
            std::unique_ptr<Segmenter> inner;
            std::atomic<int>* width;
            SegmenterInfo info() const override { return inner->info(); }
            Result<void> prefetch(const Frame& f, std::stop_token s) override { return inner->prefetch(f, s); }
            Result<Prediction> predict(const Frame& f, const Prompt& p, const Mask& m) override {
                *width = f->width;
                return inner->predict(f, p, m);
            }
        };
        const auto make = [&]() -> Result<std::unique_ptr<Segmenter>> {
            auto watch = std::make_unique<Watch>();
            watch->inner = disc().value();
            watch->width = &width;
            return std::unique_ptr<Segmenter>(std::move(watch));
        };
        QVERIFY(evaluateInteractive(table({"a"}, 1, 1), options, readers(), make, {}, {}).ok());
        QCOMPARE(width.load(), 30);
    }

    void errorsNameTheFile() {
        const auto rows = table({"a"}, 2, 1);
        auto options = everything();
        options.root = "/data";
        auto bad = readers();
        bad.photo = [](const std::string& path) -> Result<Frame> {
            return Error{ErrorCode::Unreadable, path + ": no picture"};
        };
        auto report = evaluateInteractive(rows, options, bad, disc, {}, {});
        QVERIFY(!report.ok());
        QVERIFY(report.error().detail.starts_with("/data/a/img/"));
        bad = readers();
        bad.ids = [](const std::string&) -> Result<IdImage> {
            return IdImage{2, 2, std::vector<std::uint16_t>(4, 1)};
        };
        report = evaluateInteractive(rows, options, bad, disc, {}, {});
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::Unreadable);
        QVERIFY(report.error().detail.starts_with("/data/a/mask/"));
        report = evaluateInteractive(
            rows, options, readers(),
            []() -> Result<std::unique_ptr<Segmenter>> {
                return Error{ErrorCode::WrongModel, "net: other tensors"};
            },
            {}, {});
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::WrongModel);
        QCOMPARE(evaluateInteractive({}, options, readers(), disc, {}, {}).error().code, ErrorCode::NotFound);
    }

    void stops() {
        const auto source = std::make_unique<std::stop_source>();
        const auto report = evaluateInteractive(
            table({"a"}, 50, 2), everything(), readers(), disc,
            [&](int done, int) {
                if (done == 3) source->request_stop();
            },
            source->get_token());
        QVERIFY(!report.ok());
        QCOMPARE(report.error().code, ErrorCode::Cancelled);
    }

    void reducedIsTheMeanOfWhatAPixelCovers() {
        auto frame = makeFrame(6, 4);
        for (int y = 0; y < 4; ++y)
            for (int x = 0; x < 6; ++x) {
                const int at = y * frame->stride + 4 * x;
                frame->pixels[std::size_t(at)] = std::uint8_t(40 * x + 3 * y);
            }
        const auto small = reduced(frame, 3);
        QCOMPARE(small->width, 3);
        QCOMPARE(small->height, 2);
        QCOMPARE(small->fullWidth, 3);
        for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 3; ++x) {
                const double mean = 40 * (2 * x + .5) + 3 * (2 * y + .5);
                QVERIFY(std::abs(small->row(y)[4 * x] - mean) <= .5 + 1e-6);
                QCOMPARE(int(small->row(y)[4 * x + 3]), 255);
            }
        QVERIFY(reduced(frame, 6) == frame);
        const auto odd = reduced(frame, 5);  // 5 x 3, pixels cut by the new edges
        QCOMPARE(odd->height, 3);
        QVERIFY(std::abs(odd->row(0)[0] - (0 * 1.0 + 40 * .2) / 1.2 - 3 * (1 * (1. / 3)) / (4. / 3)) < 1);
    }

    void quantiles() {
        QCOMPARE(quantile({}, .5), 0.0);
        QCOMPARE(quantile({3, 1, 2}, .5), 2.0);
        QCOMPARE(quantile({4, 3, 2, 1}, .95), 4.0);
        std::vector<double> hundred;
        for (int i = 100; i >= 1; --i) hundred.push_back(i);
        QCOMPARE(quantile(hundred, .95), 95.0);
        QCOMPARE(quantile(hundred, .99), 99.0);
    }

    void benchCountsItsWork() {
        BenchOptions options;
        options.model.network = "disc";
        options.width = 64;
        options.height = 48;
        options.pictures = 5;
        int decoded = 0;
        const auto report = runBench(
            options,
            [&]() -> Result<Frame> {
                ++decoded;
                return Frame(benchPicture(64, 48));
            },
            {});
        QVERIFY(report.ok());
        QVERIFY(decoded >= 5);
        QVERIFY(report->phases.contains("decode") && report->phases.contains("click"));
        const auto generated = runBench(options, {}, {});
        QVERIFY(generated.ok());
        QVERIFY(!generated->phases.contains("decode"));
        options.task = BenchTask::Image;
        QVERIFY(!runBench(options, {}, {})->phases.contains("click"));
        const auto stopped = std::make_unique<std::stop_source>();
        stopped->request_stop();
        QCOMPARE(runBench(options, {}, stopped->get_token()).error().code, ErrorCode::Cancelled);
    }
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::CliEvalTest)
#include "cli_eval_test.moc"
