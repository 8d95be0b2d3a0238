// Whole small runs on the CPU: three steps from nothing, resume, stop and pause, bad jobs.
#include <QTemporaryDir>
#include <QtTest>

#include <torch/types.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "model/checkpoints/safetensors.h"
#include "tests/unit/training_shards.h"
#include "training/trainer.h"

using namespace fs2;
using namespace fs2::testing;
using Json = nlohmann::json;

class TrainingRunTest : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;

    TrainOptions small(const char* out, int steps) const {
        TrainOptions o;
        o.out = dir_.filePath(QString::fromUtf8(out)).toStdString();
        o.stage = 1;
        o.steps = steps;
        o.size = 64;
        o.batch = 2;
        o.device = "cpu";
        o.seed = 5;
        o.logEvery = 1;
        o.refineEvery = 2;
        return o;
    }
    std::string shards() const {
        const auto folder = dir_.filePath(QStringLiteral("shards"));
        QDir().mkpath(folder);
        const auto saved = writeWholeFile(folder.toStdString() + "/a.tar",
                                          exampleSample("k1", exampleJson()) + exampleSample("k2", exampleJson()) + tarEnd());
        return saved ? folder.toStdString() : std::string();
    }
    struct Run {
        std::vector<Json> lines;
        Result<void> result;
        std::vector<double> losses() const {
            std::vector<double> all;
            for (const Json& line : lines)
                if (line.contains("loss")) all.push_back(line["loss"]["total"].get<double>());
            return all;
        }
    };
    /// Stops after the progress line of step `stopAt`.
    static Run run(const TrainOptions& options, int stopAt = -1) {
        Run r;
        Control control;
        auto trainer = Trainer::make(options, [&](const std::string& text) {
            r.lines.push_back(Json::parse(text));
            if (r.lines.back().contains("loss") && r.lines.back()["step"] == stopAt) control.stop();
        });
        r.result = trainer ? (*trainer)->run(control) : Result<void>(trainer.error());
        return r;
    }

  private Q_SLOTS:
    void photosAndScenesFromEndToEnd() {
        auto options = small("whole", 3);
        options.stage = 2;
        options.batch = 4;
        options.data = options.validate = {shards()};
        options.canvas = 64;
        options.synthetic = options.paste = 0.34;
        options.validateObjects = 2;
        options.shardsMib = 15;
        const Run r = run(options);
        QVERIFY2(r.result.ok(), r.result.ok() ? "" : r.result.error().detail.c_str());
        QCOMPARE(r.lines.front()["start"]["seed"], 5);
        QCOMPARE(r.lines.front()["start"]["pictures"], 2);
        QCOMPARE(r.losses().size(), std::size_t(3));
        for (const double loss : r.losses()) QVERIFY(std::isfinite(loss) && loss > 0);
        const Json& last = r.lines[3];
        QCOMPARE(last["task"], "interactive_image");
        for (const char* name : {"mask", "dice", "boundary", "coarse", "iou", "prompt_align"})
            QVERIFY2(last["loss"][name].get<double>() > 0, name);
        QVERIFY(last["images"].get<int>() <= 12);
        QVERIFY(r.lines[2]["loss"]["refine"].get<double>() > 0);
        const auto eval = std::find_if(r.lines.begin(), r.lines.end(), [](const Json& j) { return j.contains("eval"); });
        QVERIFY(eval != r.lines.end());
        QCOMPARE((*eval)["eval"]["objects"], 2);
        QVERIFY(r.lines.back().contains("checkpoint"));

        const auto weights = loadSafetensors(options.out + "/weights.safetensors");
        QVERIFY(weights.ok());
        QCOMPARE(weights->metadata.at("step"), std::string("3"));
        const auto whole = readWholeFile(options.out + "/weights.safetensors");
        std::string joined;
        for (const char* piece : {".00", ".01", ".02"})
            if (const auto bytes = readWholeFile(options.out + "/weights.safetensors" + piece)) joined += *bytes;
        QVERIFY(whole.ok() && joined == *whole);

        auto again = small("again", 1);
        again.init = options.out + "/weights.safetensors";
        again.scheduleFrom = 0.5;
        QVERIFY(run(again).result.ok());
    }

    void resumeGoesOnAsIfNothingHappened() {
        const Run whole = run(small("uninterrupted", 3));
        QVERIFY(whole.result.ok());
        auto options = small("resumed", 3);
        const Run first = run(options, 2);
        QVERIFY(first.result.ok());
        options.resume = options.out + "/resume.safetensors";
        options.seed = 99;  // the run's own seed counts
        const Run second = run(options);
        QVERIFY(second.result.ok());
        auto losses = first.losses();
        for (const double loss : second.losses()) losses.push_back(loss);
        QCOMPARE(losses.size(), std::size_t(3));
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY2(std::abs(losses[i] - whole.losses()[i]) < 1e-4 * whole.losses()[i],
                     qPrintable(QString::number(losses[i]) + QStringLiteral(" ") + QString::number(whole.losses()[i])));
    }

    void badJobsSayWhy() {
        const auto detail = [&](auto change) {
            auto options = small("bad", 1);
            change(options);
            const Run r = run(options);
            return r.result.ok() ? std::string() : r.result.error().detail;
        };
        const auto says = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
        QVERIFY(says(detail([](TrainOptions& o) { o.stage = 2; }), "--data"));
        QVERIFY(says(detail([](TrainOptions& o) { o.steps = 0; }), "--steps"));
        QVERIFY(says(detail([](TrainOptions& o) { o.size = 70; }), "--size"));
        QVERIFY(says(detail([](TrainOptions& o) { o.stage = 4; }), "--stage"));
        QVERIFY(says(detail([](TrainOptions& o) { o.device = "cuda:9"; }), "cuda:9"));
        QVERIFY(says(detail([](TrainOptions& o) { o.data = {"/nowhere/shards"}; }), "/nowhere/shards"));
        QVERIFY(says(detail([](TrainOptions& o) { o.init = "/nowhere/w.safetensors"; }), "/nowhere/w.safetensors"));
        QVERIFY(says(detail([](TrainOptions& o) { o.resume = "/nowhere/r.safetensors"; }), "/nowhere/r.safetensors"));
    }

    void controlPausesAndStops() {
        Control control;
        QCOMPARE(control.waitWhilePaused(), 0.0);
        control.pause();
        std::jthread other([&] { control.resume(); });
        control.waitWhilePaused();
        control.pause();
        control.stop();
        control.resume();
        QVERIFY(control.stopped());
        QCOMPARE(control.waitWhilePaused(), 0.0);
    }
};

QTEST_GUILESS_MAIN(TrainingRunTest)
#include "training_run_test.moc"
