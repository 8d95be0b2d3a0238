// `fastsam2 track`, `eval vos` and `bench track|decode` as programs, with the disc model: through a clip its
// masks sway by whole pixels, so every answer is known.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "annotation/core/mask_ops.h"
#include "annotation/formats/clip_export.h"
#include "annotation/media/media_bench.h"
#include "annotation/media/png_io.h"
#include "cli_process.h"

namespace fs2 {

namespace {

constexpr int kWidth = 64;  // of tests/data/pictures/plain.png
constexpr int kHeight = 48;
constexpr int kSway = 8;  // of the disc double

QStringList words(const char* text) { return QString::fromLatin1(text).split(QLatin1Char(' '), Qt::SkipEmptyParts); }

Mask square() {
    return clipped(inverted(Mask::blank(kWidth, kHeight)), {10, 10, 20, 20});
}

}  // namespace

class CliTrackTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        folder_.reset(new QTemporaryDir);
        QVERIFY(QDir().mkpath(at("clip")));
        for (int f = 0; f < 20; ++f)
            QVERIFY(QFile::copy(test::picture("plain.png"), at(QStringLiteral("clip/%1.png").arg(f))));
        IdImage first{kWidth, kHeight, std::vector<std::uint16_t>(std::size_t(kWidth) * kHeight, 0)};
        const auto bitmap = square().toBitmap();
        for (std::size_t i = 0; i < bitmap.size(); ++i) first.ids[i] = bitmap[i] ? 3 : 0;
        QVERIFY(writeIdPng(at("first.png").toStdString(), first).ok());
    }

    void fromAFirstMask() {
        const auto ran = track({QStringLiteral("--first-mask"), at("first.png")}, "png", at("out"));
        QVERIFY2(ran.exit == 0, ran.err.constData());
        const auto clips = readClips(ClipFormat::Png, at("out").toStdString());
        QVERIFY2(clips.ok(), clips.ok() ? "" : clips.error().detail.c_str());
        QCOMPARE(clips->size(), std::size_t(1));
        const auto& clip = clips->front();
        QCOMPARE(clip.frames, 20);
        QCOMPARE(clip.objects.size(), std::size_t(1));
        for (int f = 0; f < 20; ++f) {
            const auto* label = clip.objects[0].seenAt(f);
            QVERIFY2(label && label->mask == shifted(square(), f % kSway, 0), qPrintable(QString::number(f)));
        }
        const auto report = QJsonDocument::fromJson(ran.out).object();
        QCOMPARE(report[QStringLiteral("frames")].toInt(), 20);
        QVERIFY(report[QStringLiteral("fps")].toDouble() > 0);
        const auto object = report[QStringLiteral("objects")].toArray()[0].toObject();
        QCOMPARE(object[QStringLiteral("object")].toInt(), 3);
        QCOMPARE(object[QStringLiteral("masks")].toInt(), 20);
    }

    void rangeAndDirections_data() {
        QTest::addColumn<QString>("direction");
        QTest::addColumn<int>("prompted");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("last");
        QTest::newRow("forward") << QStringLiteral("forward") << 8 << 8 << 15;
        QTest::newRow("backward") << QStringLiteral("backward") << 8 << 5 << 8;
        QTest::newRow("both") << QStringLiteral("both") << 8 << 5 << 15;
        QTest::newRow("prompted before the range") << QStringLiteral("forward") << 2 << 5 << 15;
        QTest::newRow("prompted behind the range") << QStringLiteral("both") << 18 << 5 << 15;
    }
    /// The range is 5:15; masks are on `first` .. `last` and nowhere else.
    void rangeAndDirections() {
        QFETCH(QString, direction);
        QFETCH(int, prompted);
        QFETCH(int, first);
        QFETCH(int, last);
        writePrompts(QStringLiteral(R"({"prompts":[{"frame":%1,"object":1,"box":[10,10,20,20]}]})").arg(prompted));
        const auto ran = track(fromPrompts() << words("--range 5:15 --direction") << direction, "coco", at("out.json"));
        QVERIFY2(ran.exit == 0, ran.err.constData());
        const auto clip = onlyClip(ClipFormat::Coco, "out.json");
        QCOMPARE(clip.frames, 11);
        for (int f = 5; f <= 15; ++f) {
            const auto* label = clip.objects.at(0).seenAt(f - 5);
            QCOMPARE(label != nullptr, f >= first && f <= last);
            const int moved = f % kSway - prompted % kSway;
            if (label) QVERIFY2(label->mask == shifted(square(), moved, 0), qPrintable(QString::number(f)));
        }
    }

    /// A correction is kept pixel by pixel and holds for what follows; an object may start later.
    void correctionsAndLateStarters() {
        const auto corrected = QString::fromStdString(shifted(square(), 20, 15).cocoText());
        writePrompts(QStringLiteral(R"({"prompts":[
            {"frame":0,"object":1,"box":[10,10,20,20],"name":"left","class":"box"},
            {"frame":12,"object":1,"mask":{"size":[48,64],"counts":"%1"}},
            {"frame":6,"object":2,"clicks":[[40,20,1]]}]})").arg(corrected));
        const auto ran = track(fromPrompts(), "ytvis", at("out.json"));
        QVERIFY2(ran.exit == 0, ran.err.constData());
        const auto clip = onlyClip(ClipFormat::YoutubeVis, "out.json");
        const auto& one = clip.objects.at(0);
        const auto& two = clip.objects.at(1);
        QVERIFY(one.seenAt(12)->mask == shifted(square(), 20, 15));
        QVERIFY(one.seenAt(13)->mask == shifted(square(), 21, 15));
        QVERIFY(one.seenAt(2)->mask == shifted(square(), 2, 0));
        QVERIFY(!two.seenAt(5) && two.seenAt(6) && two.seenAt(19));
        QCOMPARE(clip.categories.at(std::size_t(one.category)).name, std::string("box"));
    }

    void filmBecomesAnOverlayFilm() {
        const auto film = at("film.mp4");
        QVERIFY(writeBenchFilm(film.toStdString(), kWidth, kHeight, 30).ok());
        writePrompts(QStringLiteral(R"({"prompts":[{"frame":10,"object":1,"clicks":[[20,20]]}]})"));
        for (const char* format : {"overlay", "davis", "mots"}) {
            const auto out = at(QString::fromLatin1(format) == QStringLiteral("overlay") ? QStringLiteral("o.mp4")
                                                                      : QString::fromLatin1(format));
            const auto ran = test::runDisc(QStringList{QStringLiteral("track"), film} << fromPrompts()
                                           << words("--range 5:24 --direction both --memory long=2,short=1 --format")
                                           << QString::fromLatin1(format) << QStringLiteral("-o") << out);
            QVERIFY2(ran.exit == 0, ran.err.constData());
            QVERIFY(QFileInfo(out).isDir() || QFileInfo(out).size() > 1000);
        }
        QCOMPARE(onlyClip(ClipFormat::Davis, "davis").frames, 20);
    }

    void wrongUse_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exit");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, const char* arguments, int exit, const char* message) {
            QTest::newRow(name) << words(arguments) << exit << QByteArray(message);
        };
        row("neither prompts nor mask", "clip -o out --format png", 2, "");
        row("both", "clip --prompts p.json --first-mask first.png -o out --format png", 2, "");
        row("no output", "clip --first-mask first.png --format png", 2, "");
        row("format", "clip --first-mask first.png -o out --format tiff", 2, "davis, ytvis");
        row("range", "clip --first-mask first.png -o out --format png --range 5:2", 2, "A:B");
        row("range of words", "clip --first-mask first.png -o out --format png --range a:b", 2, "A:B");
        row("memory", "clip --first-mask first.png -o out --format png --memory deep=3", 2, "long=10");
        row("range beyond the end", "clip --first-mask first.png -o out --format png --range 0:20", 4, "0 to 19");
        row("no such clip", "nowhere --first-mask first.png -o out --format png", 4, "nowhere");
        row("no such mask", "clip --first-mask none.png -o out --format png", 4, "none.png");
        row("no such prompts", "clip --prompts none.json -o out --format png", 4, "none.json");
        row("a folder that holds something", "clip --first-mask first.png -o clip --format png", 4, "not empty");
    }
    void wrongUse() {
        QFETCH(QStringList, arguments);
        QFETCH(int, exit);
        QFETCH(QByteArray, message);
        QProcess process;
        process.setWorkingDirectory(folder_->path());
        process.start(test::program(), QStringList{QStringLiteral("track")} << arguments << words("--model disc"));
        const auto ran = test::finished(process);
        QVERIFY2(ran.exit == exit, ran.err.constData());
        QVERIFY2(ran.err.contains(message), ran.err.constData());
        QVERIFY(!QFile::exists(at("out")));
    }

    void faultyPrompts_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, const char* entry, const char* message) {
            QTest::newRow(name) << QStringLiteral(R"({"prompts":[{"frame":0,"object":1,"clicks":[[1,1]]},%1]})")
                                       .arg(QString::fromLatin1(entry))
                                << QByteArray(message);
        };
        QTest::newRow("no JSON") << QStringLiteral("{") << QByteArray("it is no JSON");
        QTest::newRow("a list") << QStringLiteral("[]") << QByteArray("it is {\"prompts\":[...]}");
        QTest::newRow("empty") << QStringLiteral(R"({"prompts":[]})") << QByteArray("there are no prompts");
        row("frame", R"({"frame":20,"object":1,"clicks":[[1,1]]})", "prompts[1]: frame 20 of 20");
        row("object", R"({"frame":1,"object":0,"clicks":[[1,1]]})", "prompts[1]: object");
        row("nothing", R"({"frame":1,"object":1})", "there are no clicks");
        row("key", R"({"frame":1,"object":1,"click":[[1,1]]})", "there is no key \"click\"");
        row("twice", R"({"frame":0,"object":1,"clicks":[[1,1]]})", "already");
        row("size", R"({"frame":1,"object":1,"mask":{"size":[4,4],"counts":"0"}})", "the mask's size");
        row("mask and click", R"({"frame":1,"object":1,"clicks":[[1,1]],"mask":{"size":[48,64],"counts":"P`2"}})", "not both");
    }
    void faultyPrompts() {
        QFETCH(QString, json);
        QFETCH(QByteArray, message);
        writePrompts(json);
        const auto ran = track(fromPrompts(), "png", at("out"));
        QCOMPARE(ran.exit, 4);
        QVERIFY2(ran.err.contains("p.json") && ran.err.contains(message), ran.err.constData());
    }

    void evalVos() {
        QVERIFY(QDir().mkpath(at("data/img/a")) && QDir().mkpath(at("data/mask/a")));
        for (int f = 0; f < 10; ++f) {
            QVERIFY(QFile::copy(test::picture("plain.png"), at(QStringLiteral("data/img/a/%1.png").arg(f))));
            const auto mask = shifted(square(), f % kSway, 0);
            QVERIFY(writeMaskPng(at(QStringLiteral("data/mask/a/%1.png").arg(f)).toStdString(), mask).ok());
        }
        const auto ran = test::runDisc(QStringList{QStringLiteral("eval"), QStringLiteral("vos"), QStringLiteral("--root"),
                                                   at("data"), QStringLiteral("--json")});
        QVERIFY2(ran.exit == 0, ran.err.constData());
        const auto mean = QJsonDocument::fromJson(ran.out).object()[QStringLiteral("mean")].toObject();
        QCOMPARE(mean[QStringLiteral("JF")].toDouble(), 1.0);
        const auto none = test::runDisc(QStringList{QStringLiteral("eval"), QStringLiteral("vos"), QStringLiteral("--root"), at("clip")});
        QCOMPARE(none.exit, 4);
    }

    void benches() {
        for (const char* what : {"track --size 160x90 --objects 2 --frames 5", "decode --size 160x90 --frames 30"}) {
            const auto ran = test::runDisc(words("bench") << words(what) << QStringLiteral("--json"));
            QVERIFY2(ran.exit == 0, ran.err.constData());
            const auto report = QJsonDocument::fromJson(ran.out).object();
            QVERIFY2(report[QStringLiteral("fps")].toDouble() > 0, ran.out.constData());
            QVERIFY(!report[QStringLiteral("phases")].toObject().isEmpty());
        }
    }

  private:
    QString at(const QString& name) const { return folder_->filePath(name); }
    QString at(const char* name) const { return at(QString::fromLatin1(name)); }
    QStringList fromPrompts() const { return {QStringLiteral("--prompts"), at("p.json")}; }
    void writePrompts(const QString& json) {
        QFile file(at("p.json"));
        QVERIFY(file.open(QFile::WriteOnly | QFile::Truncate));
        file.write(json.toUtf8());
    }
    test::Ran track(const QStringList& start, const char* format, const QString& out) const {
        return test::runDisc(QStringList{QStringLiteral("track"), at("clip"), QStringLiteral("--json")}
                             << start << QStringLiteral("--format") << QString::fromLatin1(format)
                             << QStringLiteral("-o") << out);
    }
    ClipLabels onlyClip(ClipFormat format, const char* name) const {
        auto clips = readClips(format, at(name).toStdString());
        return clips && clips->size() == 1 ? std::move(clips->front()) : ClipLabels();
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::CliTrackTest)
#include "cli_track_test.moc"
