// J and F against TrackEval (PyPI), by way of DAVIS folders that both read: several objects that move,
// leave, split and overlap with void pixels. Skipped where its Python is not installed.
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <filesystem>

#include "annotation/core/mask_ops.h"
#include "annotation/media/png_io.h"
#include "annotation/metrics/contour.h"

using namespace fs2;

namespace {

constexpr int kFrames = 9;
constexpr std::uint16_t kVoid = 255;

struct Clip {
    std::string name;
    int width;
    int height;
    int objects;
    bool voids;
};

/// Where object `id` is on that frame; `error` = how far the tracker's answer has drifted.
Mask bodyOf(const Clip& clip, int id, int frame, double error) {
    const double size = .12 * clip.height * (1 + .3 * id);
    const double x = clip.width * (.2 * id) + frame * (2.5 + id) + error;
    const double y = clip.height * (.3 + .13 * id) + std::sin(frame * .7 + id) * 6 - error / 2;
    Mask mask = stroked(Mask::blank(clip.width, clip.height), {{x, y}, {x + size, y + size / 3}}, size / 2,
                        Brush::Paint);
    if (id == 1 && frame % 3 == 1)  // in two parts
        mask = stroked(mask, {{x + size / 2, 0.}, {x + size / 2, double(clip.height)}}, 2, Brush::Erase);
    const bool gone = id == 2 && (error > 0 ? frame > 5 : frame > 6);
    return gone ? Mask::blank(clip.width, clip.height) : mask;
}

IdImage painted(const Clip& clip, int frame, bool truth) {
    IdImage image{clip.width, clip.height, {}};
    image.ids.resize(std::size_t(clip.width) * std::size_t(clip.height));
    for (int id = 1; id <= clip.objects; ++id) {
        const auto bitmap = bodyOf(clip, id, frame, truth ? 0 : frame * .9).toBitmap();
        for (std::size_t i = 0; i < bitmap.size(); ++i)
            if (bitmap[i]) image.ids[i] = std::uint16_t(id);
    }
    if (truth && clip.voids)
        for (int y = clip.height / 3; y < clip.height / 2; ++y)
            for (int x = clip.width / 3; x < clip.width / 2; ++x)
                image.ids[std::size_t(y) * std::size_t(clip.width) + std::size_t(x)] = kVoid;
    return image;
}

}  // namespace

class TrackevalTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sameAsTrackEval() {
        const QString python = qEnvironmentVariable("FS2_PYTHON");
        if (python.isEmpty() || !QFile::exists(python))
            QSKIP("no Python with the checkers: packaging/test installs what is needed");
        const std::vector<Clip> clips{{"one", 160, 90, 1, false}, {"odd", 201, 133, 3, false},
                                      {"void", 320, 180, 3, true}, {"large", 854, 480, 2, false}};
        QTemporaryDir folder;
        VosScoreSheet sheet;
        for (const auto& clip : clips) writeAndScore(folder.path(), clip, sheet);
        QProcess process;
        process.start(python, {QStringLiteral(FS2_SOURCE_DIR "/tests/bench/trackeval_davis.py"),
                               folder.filePath(QStringLiteral("gt")), folder.filePath(QStringLiteral("trackers"))});
        QVERIFY(process.waitForFinished(240'000));
        if (process.exitCode() == 77) QSKIP(process.readAllStandardOutput().constData());
        const auto complaint = process.readAllStandardError();
        QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0, complaint.constData());
        const auto theirs = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
        const auto ours = sheet.scores();
        for (const auto& [name, score] : ours.sequences) compare(name, score, theirs);
        compare("COMBINED_SEQ", ours.mean, theirs);
        QVERIFY(ours.mean.j > .2 && ours.mean.j < .9 && ours.mean.f > .2 && ours.mean.f < .95);
    }

  private:
    /// TrackEval scores every file that it finds: the first and last frame are not written.
    static void writeAndScore(const QString& folder, const Clip& clip, VosScoreSheet& sheet) {
        namespace fs = std::filesystem;
        const fs::path gt = fs::path(folder.toStdString()) / "gt" / clip.name;
        const fs::path answers = fs::path(folder.toStdString()) / "trackers/ours/data" / clip.name;
        fs::create_directories(gt);
        fs::create_directories(answers);
        std::vector<std::vector<FrameScore>> scores(std::size_t(clip.objects));
        for (int frame = 0; frame < kFrames; ++frame) {
            const IdImage truth = painted(clip, frame, true), answer = painted(clip, frame, false);
            const Mask nothing = maskOfId(truth, kVoid);
            for (int id = 1; id <= clip.objects; ++id)
                scores[std::size_t(id - 1)].push_back(
                    frameScore(maskOfId(truth, std::uint16_t(id)),
                               subtract(maskOfId(answer, std::uint16_t(id)), nothing)));
            if (frame == 0 || frame == kFrames - 1) continue;
            const auto file = std::to_string(frame) + ".png";
            QVERIFY(writeIdPng((gt / file).string(), truth).ok());
            QVERIFY(writeIdPng((answers / file).string(), answer).ok());
        }
        for (const auto& object : scores) QVERIFY(sheet.add(clip.name, object));
    }

    static void compare(const std::string& name, const VosScore& score, const QJsonObject& theirs) {
        const auto entry = theirs[QString::fromStdString(name)].toObject();
        const double j = entry[QStringLiteral("J")].toDouble(-1), f = entry[QStringLiteral("F")].toDouble(-1);
        const auto text = QStringLiteral("%1: J %2 and %3, F %4 and %5")
                              .arg(QString::fromStdString(name)).arg(score.j).arg(j).arg(score.f).arg(f);
        QVERIFY2(std::abs(score.j - j) < 1e-3 && std::abs(score.f - f) < 1e-3, qPrintable(text));
    }
};

QTEST_GUILESS_MAIN(TrackevalTest)
#include "trackeval_test.moc"
