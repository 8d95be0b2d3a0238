// The evaluation of clips that fastsam2 and fastsam2-lab share: folders, ids and void, the scores of a model
// and of given masks; settings of memory; the bench of tracking.
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <map>

#include "annotation/core/mask_ops.h"
#include "model/bench.h"
#include "model/disc_segmenter.h"
#include "model/vos_eval.h"

namespace fs2 {

namespace {

constexpr int kWidth = 80;
constexpr int kHeight = 50;
constexpr int kFrames = 12;

Mask disc(double x, double y) {
    return stroked(Mask::blank(kWidth, kHeight), {{x, y}}, 6, Brush::Paint);
}

/// A clip that lives in memory: the disc double sways by frame % kSway, and so do its objects.
struct Clip {
    std::map<std::string, IdImage> masks;
    VosSequence sequence;

    explicit Clip(const std::string& name, const std::map<int, Mask>& objects) {
        sequence.name = name;
        for (int f = 0; f < kFrames; ++f) {
            const auto file = name + "/" + std::to_string(f);
            IdImage ids{kWidth, kHeight, std::vector<std::uint16_t>(std::size_t(kWidth) * kHeight, 0)};
            for (const auto& [id, mask] : objects) {
                const auto bitmap = shifted(mask, f % DiscSegmenter::kSway, 0).toBitmap();
                for (std::size_t i = 0; i < bitmap.size(); ++i)
                    if (bitmap[i]) ids.ids[i] = std::uint16_t(id);
            }
            masks[file + ".png"] = std::move(ids);
            sequence.frames.push_back(file + ".jpg");
            sequence.masks.push_back(file + ".png");
        }
    }
    EvalReaders readers() const {
        return {[](const std::string&) -> Result<Frame> { return Frame(makeFrame(kWidth, kHeight)); },
                [this](const std::string& path) -> Result<IdImage> {
                    const auto found = masks.find(path);
                    if (found == masks.end()) return Error{ErrorCode::NotFound, path + ": not there"};
                    return found->second;
                }};
    }
    Result<VosReport> scored(const EvalReaders& read) {
        DiscSegmenter segmenter;
        return evaluateVos({sequence}, read, trackedBy(segmenter, {}, read, {}), {}, {});
    }
    Result<VosReport> scored() { return scored(readers()); }
};

void put(const QTemporaryDir& root, const std::vector<const char*>& files) {
    for (const char* name : files) {
        const auto path = root.filePath(QString::fromLatin1(name));
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        QFile file(path);
        QVERIFY(file.open(QFile::WriteOnly));
    }
}

}  // namespace

class VosEvalTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aModelThatIsRightScoresOne() {
        Clip clip("a", {{1, disc(20, 15)}, {2, disc(30, 35)}});
        int last = 0;
        DiscSegmenter segmenter;
        const auto read = clip.readers();
        const auto report = evaluateVos({clip.sequence}, read, trackedBy(segmenter, {}, read, {}),
                                        [&](int done, int total) {
                                            last = done;
                                            QCOMPARE(total, kFrames);
                                        },
                                        {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
        QCOMPARE(last, kFrames);
        QCOMPARE(report->scores.mean.j, 1.0);
        QCOMPARE(report->scores.mean.f, 1.0);
        QCOMPARE(report->scores.sequences.at("a").objects, 2);
        QCOMPARE(report->scores.sequences.at("a").frames, kFrames - 2);
        QVERIFY(report->fps > 0);
    }

    void aMaskThatIsMissingIsNotScored() {
        Clip clip("a", {{1, disc(20, 15)}});
        clip.sequence.masks[4].clear();
        QCOMPARE(clip.scored()->scores.mean.frames, kFrames - 3);
    }

    void aloneTheId255IsTheObject() {
        Clip clip("a", {{255, disc(20, 15)}});
        const auto report = clip.scored();
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
        QCOMPARE(report->scores.mean.j, 1.0);
    }

    /// 255 beside an object is void: what the model says there counts neither for nor against it.
    void besideAnObject255IsVoid() {
        Clip clip("a", {{1, disc(20, 15)}});
        for (auto& [file, image] : clip.masks)
            for (std::size_t i = 0; i < image.ids.size(); ++i)
                if (i % kWidth >= 24) image.ids[i] = 255;
        const auto report = clip.scored();
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
        QVERIFY(report->scores.mean.j > .99);
        for (auto& [file, image] : clip.masks)  // the same without the void: most of it is wrong
            std::replace(image.ids.begin(), image.ids.end(), std::uint16_t(255), std::uint16_t(2));
        QVERIFY(clip.scored()->scores.mean.j < .95);
    }

    void theModelForgetsTheLastSequence() {
        Clip one("a", {{1, disc(20, 15)}}), other("b", {{1, disc(50, 30)}});
        other.masks.insert(one.masks.begin(), one.masks.end());
        const auto read = other.readers();
        DiscSegmenter segmenter;
        const auto report = evaluateVos({one.sequence, other.sequence}, read,
                                        trackedBy(segmenter, {}, read, {}), {}, {});
        QVERIFY(report.ok());
        QCOMPARE(report->scores.mean.j, 1.0);
        QCOMPARE(report->scores.mean.objects, 2);
    }

    void givenMasksAreScoredByTheSameRule() {
        Clip clip("a", {{3, disc(20, 15)}});
        for (int f = 1; f < kFrames; ++f) {  // the answers lag one pixel behind; frame 0 is not asked for
            auto& answer = clip.masks["answers/a/" + std::to_string(f) + ".png"];
            answer = clip.masks.at("a/" + std::to_string(f) + ".png");
            std::rotate(answer.ids.begin(), answer.ids.begin() + 1, answer.ids.end());
        }
        const auto read = clip.readers();
        const auto report =
            evaluateVos({clip.sequence}, read, trackedInFolder("answers", read), {}, {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
        const auto moved = shifted(disc(20, 15), -1, 0);
        QVERIFY(std::abs(report->scores.mean.j - frameScore(disc(20, 15), moved).j) < 1e-9);
        QCOMPARE(report->scores.mean.f, 1.0);  // a pixel is within the tolerance
        clip.masks.erase("answers/a/7.png");
        const auto missing = evaluateVos({clip.sequence}, read, trackedInFolder("answers", read), {}, {});
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
    }

    void faultsNameTheFile() {
        Clip clip("a", {{1, disc(20, 15)}});
        clip.masks["a/5.png"].height = 25;
        clip.masks["a/5.png"].ids.resize(std::size_t(kWidth) * 25);
        auto report = clip.scored();
        QVERIFY(!report.ok() && report.error().detail.find("a/5.png") != std::string::npos);
        Clip nothing("b", {});
        QVERIFY(nothing.scored().error().detail.find("b/0.png: there is no object") != std::string::npos);
        Clip brief("c", {{1, disc(20, 15)}});
        for (std::size_t f = 2; f < kFrames; ++f) brief.sequence.masks[f].clear();
        QVERIFY(brief.scored().error().detail.find("fewer than three frames") != std::string::npos);
        Clip broken("d", {{1, disc(20, 15)}});
        auto read = broken.readers();
        read.photo = [](const std::string& path) -> Result<Frame> {
            if (path == "d/3.jpg") return Error{ErrorCode::Unreadable, path + ": damaged"};
            return Frame(makeFrame(kWidth, kHeight));
        };
        QCOMPARE(broken.scored(read).error().detail, std::string("d/3.jpg: damaged"));
    }

    void stops() {
        Clip clip("a", {{1, disc(20, 15)}});
        std::stop_source source;
        DiscSegmenter segmenter;
        const auto read = clip.readers();
        const auto report =
            evaluateVos({clip.sequence}, read, trackedBy(segmenter, {}, read, source.get_token()),
                        [&](int done, int) { if (done == 4) source.request_stop(); }, source.get_token());
        QCOMPARE(report.error().code, ErrorCode::Cancelled);
    }

    void json() {
        VosReport report;
        report.scores.sequences["a"] = {.5, .25, 1, 10};
        report.scores.mean = {.5, .25, 1, 10};
        report.fps = 4;
        QCOMPARE(QByteArray::fromStdString(vosJson(report)),
                 QByteArray(R"({"sequences":{"a":{"J":0.5,"F":0.25,"frames":10}},)"
                            R"("mean":{"J":0.5,"F":0.25,"JF":0.375},"fps":4.0})"));
    }

    void layouts_data() {
        QTest::addColumn<QString>("frames");
        QTest::addColumn<QString>("masks");
        QTest::newRow("img/SEQ") << QStringLiteral("img/%1/") << QStringLiteral("mask/%1/");
        QTest::newRow("SEQ/img") << QStringLiteral("%1/img/") << QStringLiteral("%1/mask/");
        QTest::newRow("DAVIS") << QStringLiteral("JPEGImages/480p/%1/") << QStringLiteral("Annotations/480p/%1/");
        QTest::newRow("YouTube-VOS") << QStringLiteral("JPEGImages/%1/") << QStringLiteral("Annotations/%1/");
    }
    void layouts() {
        QFETCH(QString, frames);
        QFETCH(QString, masks);
        QTemporaryDir root;
        for (const char* name : {"b", "a"}) {
            const auto at = [&](const QString& folder, const char* file) {
                return (folder.arg(QString::fromLatin1(name)) + QString::fromLatin1(file)).toLatin1();
            };
            for (const char* file : {"2.jpg", "10.jpg"}) put(root, {at(frames, file).constData()});
            for (const char* file : {"2.png", "10.png"}) put(root, {at(masks, file).constData()});
        }
        put(root, {"README.md"});
        const auto found = findVosSequences(root.path().toStdString(), {});
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().detail.c_str());
        QCOMPARE(found->size(), std::size_t(2));
        const auto& first = found->front();
        QCOMPARE(first.name, std::string("a"));
        QVERIFY(first.frames[0].ends_with("2.jpg") && first.frames[1].ends_with("10.jpg"));
        QVERIFY(first.masks[1].ends_with("10.png"));
        QCOMPARE(findVosSequences(root.path().toStdString(), {"b"})->size(), std::size_t(1));
        QCOMPARE(findVosSequences(root.path().toStdString(), {"c"}).error().code, ErrorCode::NotFound);
    }

    void foldersThatAreNoClips() {
        QTemporaryDir root;
        const auto at = root.path().toStdString();
        QCOMPARE(findVosSequences(at, {}).error().code, ErrorCode::NotFound);
        QCOMPARE(findVosSequences(at + "/nowhere", {}).error().code, ErrorCode::NotFound);
        put(root, {"a/img/1.jpg", "a/img/2.jpg", "a/mask/2.png"});
        QVERIFY(findVosSequences(at, {}).error().detail.find("1.jpg: the first frame has no mask") != std::string::npos);
        put(root, {"a/mask/1.png", "a/mask/9.png"});
        QVERIFY(findVosSequences(at, {}).error().detail.find("9.png: there is no frame") != std::string::npos);
    }

    void memorySettings() {
        const auto set = parseMemorySettings("long=4,policy=fifo,every=2");
        QVERIFY(set.ok());
        QVERIFY((*set == MemorySettings{4, 5, 2, MemoryPolicy::Fifo}));
        for (const char* wrong : {"", "long", "long=", "long=0", "long=65", "every=101", "policy=best", "len=3",
                                  "long=3,", "long=3.5", "long=4 ,short=5"})
            QVERIFY2(!parseMemorySettings(wrong).ok(), wrong);
    }

    void benchOfTracking() {
        BenchOptions options;
        options.model.network = "disc";
        options.task = BenchTask::Track;
        options.width = 160;
        options.height = 90;
        options.objects = 3;
        options.pictures = 7;
        const auto report = runBench(options, {}, {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
        QVERIFY(report->fps > 0 && report->phases.at("step").median > 0);
        std::stop_source source;
        source.request_stop();
        QCOMPARE(runBench(options, {}, source.get_token()).error().code, ErrorCode::Cancelled);
        const auto json = QJsonDocument::fromJson(QByteArray::fromStdString(benchJson(*report))).object();
        for (const char* key : {"phases", "fps", "peak_rss_mb", "peak_gpu_mb", "device"})
            QVERIFY2(json.contains(QString::fromLatin1(key)), key);
    }

    /// The discs are where the masks say, on every frame.
    void benchClipIsConsistent() {
        const BenchClip clip(200, 120, 4);
        const BenchClip empty(200, 120, 0);
        for (const int number : {0, 1, 57}) {
            const auto with = clip.frame(number), without = empty.frame(number);
            QCOMPARE(with->index.value, number);
            Mask all = Mask::blank(200, 120);
            for (const auto& known : clip.masks(number)) all = unite(all, known.mask);
            const Mask near = grown(all, 1);
            int differing = 0;
            for (int y = 0; y < 120; ++y)
                for (int x = 0; x < 200; ++x) {
                    const bool differs = std::memcmp(with->row(y) + x * 4, without->row(y) + x * 4, 3) != 0;
                    differing += differs;
                    QVERIFY(!differs || near.contains(x, y));
                }
            QVERIFY(std::abs(double(differing) / double(all.area()) - 1) < .1);
        }
        QVERIFY(clip.frame(3)->source != clip.frame(3)->source);
        QVERIFY(!(clip.masks(0)[0].mask == clip.masks(30)[0].mask));
    }
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::VosEvalTest)
#include "vos_eval_test.moc"
