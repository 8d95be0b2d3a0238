// Overlay films, decoded again: frames, times, sound, colours. The originals are made by the program ffmpeg.
#include <QtTest>

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <cmath>
#include <filesystem>

#include "annotation/core/colour.h"
#include "annotation/core/files.h"
#include "annotation/formats/clip_export.h"
#include "annotation/media/overlay_film.h"
#include "annotation/media/video_source.h"
#include "clip_samples.h"

using namespace fs2;
namespace fs = std::filesystem;

namespace {

constexpr int kWidth = 160, kHeight = 96;

std::unique_ptr<VideoSource> opened(const std::string& film) {
    auto index = buildVideoIndex(film);
    if (!index) return nullptr;
    auto source = VideoSource::open(film, std::move(*index));
    return source ? std::move(*source) : nullptr;
}

/// What the program printed; "failed: …" where it failed.
QString outputOf(const QString& program, const QString& arguments) {
    QProcess process;
    process.start(program, arguments.split(QLatin1Char(' '), Qt::SkipEmptyParts));
    const bool ended = process.waitForFinished(120'000) && process.exitCode() == 0;
    const QString text = QString::fromUtf8(process.readAllStandardOutput());
    if (ended) return text.trimmed();
    return QStringLiteral("failed: ") + QString::fromUtf8(process.readAllStandardError());
}

Result<Frame> grey(int width, int height) {
    auto frame = makeFrame(width, height);
    std::fill(frame->pixels.begin(), frame->pixels.end(), std::uint8_t(100));
    return Frame(std::move(frame));
}

/// One object: a block of pixels 40..99 x 30..69 on the frames from 3 on.
ClipLabels blockClip(const VideoSource& source, int first, int frames) {
    ClipLabels clip;
    clip.name = "block";
    clip.width = kWidth;
    clip.height = kHeight;
    clip.frames = frames;
    clip.firstNumber = first;
    for (int i = 0; i < frames; ++i) clip.seconds.push_back(source.seconds({first + i}));
    const Mask mask = sample::bitmap(
        kWidth, kHeight, [](int x, int y) { return x >= 40 && x < 100 && y >= 30 && y < 70; });
    clip.objects = {{1, "", -1, {}}};
    for (int i = 3; i < frames; ++i) clip.objects[0].labels.push_back({i, mask, -1, false});
    return clip;
}

/// Largest difference of a pixel from 55 % of the grey picture's and 45 % of the first colour.
double offTint(const Frame& frame, int x, int y) {
    const Colour colour = cycleColour(0);
    const std::uint8_t* pixel = frame->row(y) + 4 * x;
    const double wanted[] = {.45 * colour.red + 55, .45 * colour.green + 55, .45 * colour.blue + 55};
    double off = 0;
    for (int c = 0; c < 3; ++c) off = std::max(off, std::abs(pixel[c] - wanted[c]));
    return off;
}

}  // namespace

class OverlayFilmTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    bool programs_ = false;

    QString path(const char* name) const { return folder_.filePath(QString::fromLatin1(name)); }
    std::string file(const char* name) const { return path(name).toStdString(); }
    QString soundOf(const char* film) const {
        return outputOf(QStringLiteral("ffmpeg"),
                        QStringLiteral("-v error -i %1 -map 0:a -c copy -f md5 -").arg(path(film)));
    }
    /// 3 s of 25 frames/s with uneven times (each fourth frame is left out), and a tone.
    void makeFilm(const char* name, const char* sound, const char* more = "") {
        const QString made = outputOf(
            QStringLiteral("ffmpeg"),
            QStringLiteral("-v error -nostdin -y -f lavfi -i testsrc=s=160x96:r=25:d=3 -f lavfi -i "
                           "sine=f=440:d=3 -vf select=mod(n\\,4) -fps_mode vfr -c:v libx264 -preset "
                           "ultrafast -pix_fmt yuv420p -c:a %1 %2 %3")
                .arg(QString::fromLatin1(sound), QString::fromLatin1(more), path(name)));
        QVERIFY2(!made.startsWith(QLatin1String("failed")), qPrintable(made));
    }
    static ClipExportOptions greyPictures(const std::string& film) {
        ClipExportOptions options;
        options.pictures = [](std::size_t, int) { return grey(kWidth, kHeight); };
        options.film = film;
        return options;
    }

  private Q_SLOTS:
    void initTestCase() {
        programs_ = !QStandardPaths::findExecutable(QStringLiteral("ffmpeg")).isEmpty() &&
                    !QStandardPaths::findExecutable(QStringLiteral("ffprobe")).isEmpty();
    }
    void timesSoundAndColours_data();
    void timesSoundAndColours();
    void partOfAFilm();
    void soundThatDoesNotFit();
    void oddSizesOfAFolder();
    void faults();
    void fullDisk();
};

void OverlayFilmTest::timesSoundAndColours_data() {
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QByteArray>("sound");
    QTest::newRow("mp4, AAC") << QByteArray("a.mp4") << QByteArray("a_out.mp4") << QByteArray("aac");
    QTest::newRow("mkv, Opus") << QByteArray("b.mkv") << QByteArray("b_out.mkv") << QByteArray("libopus");
    QTest::newRow("ts to mp4") << QByteArray("c.ts") << QByteArray("c_out.mp4") << QByteArray("ac3");
    QTest::newRow("mkv, PCM to mov") << QByteArray("d.mkv") << QByteArray("d_out.mov")
                                     << QByteArray("pcm_s16le");
}

void OverlayFilmTest::timesSoundAndColours() {
    if (!programs_) QSKIP("the programs ffmpeg and ffprobe are not installed");
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(QByteArray, sound);
    makeFilm(from, sound);
    const auto original = opened(file(from));
    QVERIFY(original != nullptr);
    const ClipLabels clip = blockClip(*original, 0, original->frameCount());
    QVERIFY(clip.frames > 50);
    const auto report =
        exportClips(ClipFormat::Overlay, {&clip, 1}, file(to), greyPictures(file(from)));
    QVERIFY2(report.ok(), report ? "" : report.error().detail.c_str());
    QCOMPARE(report->warnings.size(), std::size_t(0));
    QVERIFY(!fs::exists(temporaryName(file(to))));

    const auto film = opened(file(to));
    QVERIFY(film != nullptr);
    QCOMPARE(film->frameCount(), clip.frames);
    const double begin = film->seconds({0}) - original->seconds({0});  // a container may move all
    for (int i = 0; i < clip.frames; ++i) {
        const double off = film->seconds({i}) - original->seconds({i}) - begin;
        QVERIFY2(std::abs(off) < 1e-3, qPrintable(QString::number(off)));
    }
    for (const int i : {0, 2, 3, clip.frames - 1}) {
        const auto frame = film->frame({i});
        QVERIFY(frame.ok());
        QCOMPARE((*frame)->width, kWidth);
        const std::uint8_t* outside = (*frame)->row(10) + 4 * 20;
        QVERIFY(std::abs(outside[0] - 100) < 6 && std::abs(outside[2] - 100) < 6);
        QCOMPARE(offTint(*frame, 70, 50) < 10, i >= 3);
    }
    QCOMPARE(soundOf(to.constData()), soundOf(from.constData()));
    QVERIFY(soundOf(to.constData()).startsWith(QLatin1String("MD5=")));
}

void OverlayFilmTest::partOfAFilm() {
    if (!programs_) QSKIP("the programs ffmpeg and ffprobe are not installed");
    makeFilm("whole.mp4", "aac");
    const auto original = opened(file("whole.mp4"));
    const ClipLabels clip = blockClip(*original, 20, 15);
    ClipExportOptions options = greyPictures(file("whole.mp4"));
    options.filmIsLonger = true;
    const auto report = exportClips(ClipFormat::Overlay, {&clip, 1}, file("part.mp4"), options);
    QVERIFY2(report.ok(), report ? "" : report.error().detail.c_str());
    const auto film = opened(file("part.mp4"));
    QCOMPARE(film->frameCount(), 15);
    for (int i = 0; i < 15; ++i) {
        const double wanted = original->seconds({20 + i}) - original->seconds({20});
        QVERIFY(std::abs(film->seconds({i}) - film->seconds({0}) - wanted) < 1e-3);
    }
    const double length =
        outputOf(QStringLiteral("ffprobe"),
                 QStringLiteral("-v error -select_streams a -show_entries stream=duration -of csv=p=0 %1")
                     .arg(path("part.mp4")))
            .toDouble();
    const double wanted = original->seconds({35}) - original->seconds({20});
    QVERIFY2(std::abs(length - wanted) < .1, qPrintable(QString::number(length)));
}

void OverlayFilmTest::soundThatDoesNotFit() {
    if (!programs_) QSKIP("the programs ffmpeg and ffprobe are not installed");
    makeFilm("wma.mkv", "wmav2");
    const auto original = opened(file("wma.mkv"));
    const ClipLabels clip = blockClip(*original, 0, original->frameCount());
    const auto report =
        exportClips(ClipFormat::Overlay, {&clip, 1}, file("mute.mp4"), greyPictures(file("wma.mkv")));
    QVERIFY(report.ok());
    QCOMPARE(report->warnings.size(), std::size_t(1));
    QVERIFY(report->warnings[0].kind == ClipWarning::Kind::SoundLeftOut);
    QVERIFY(report->warnings[0].detail.find("wmav2") != std::string::npos);
    QCOMPARE(opened(file("mute.mp4"))->frameCount(), clip.frames);
}

void OverlayFilmTest::oddSizesOfAFolder() {
    const ClipLabels clip = sample::clip();
    ClipExportOptions options;
    options.pictures = [&](std::size_t, int) { return grey(clip.width, clip.height); };
    for (const char* name : {"odd.mp4", "odd.mkv"}) {
        const auto report = exportClips(ClipFormat::Overlay, {&clip, 1}, file(name), options);
        QVERIFY2(report.ok(), report ? "" : report.error().detail.c_str());
        const auto film = opened(file(name));
        QVERIFY(film != nullptr);
        QCOMPARE(film->frameCount(), sample::kFrames);
        const auto frame = film->frame({0});
        QCOMPARE((*frame)->width, sample::kWidth + 1);
        QCOMPARE((*frame)->height, sample::kHeight + 1);
        const std::uint8_t* right = (*frame)->row(0) + 4 * sample::kWidth;
        const std::uint8_t* below = (*frame)->row(sample::kHeight);
        QVERIFY(std::abs(right[1] - 100) < 20);
        QVERIFY(std::abs(below[1] - 100) < 20);
        QVERIFY(std::abs(film->seconds({9}) - film->seconds({0}) - 9 / 25.) < 2e-3);
    }
}

void OverlayFilmTest::faults() {
    const auto left = [&] {
        return std::distance(fs::directory_iterator(folder_.path().toStdString()), {});
    };
    const auto before = left();
    OverlayFilm film;
    film.seconds = {0, .04, .08};
    film.picture = [](int) { return grey(32, 32); };
    film.masks = [](int) { return std::vector<Mask>(); };
    const auto codeOf = [&](const std::string& path) { return writeOverlayFilm(path, film).error().code; };
    QVERIFY(codeOf(file("film.avi")) == ErrorCode::BadRequest);
    QVERIFY(codeOf(file("film")) == ErrorCode::BadRequest);
    QVERIFY(codeOf(file("no/such/folder/film.mp4")) == ErrorCode::NotFound);
    film.goOn = [](int frame) { return frame < 2; };
    QVERIFY(codeOf(file("film.mp4")) == ErrorCode::Cancelled);
    film.goOn = nullptr;
    film.picture = [](int frame) { return grey(32 + frame, 32); };
    QVERIFY(codeOf(file("film.mp4")) == ErrorCode::BadRequest);
    film.picture = [](int frame) -> Result<Frame> {
        if (frame == 1) return Error{ErrorCode::Unreadable, "frame 1 is damaged"};
        return grey(32, 32);
    };
    QVERIFY(codeOf(file("film.mp4")) == ErrorCode::Unreadable);
    film.picture = [](int) { return grey(32, 32); };
    film.seconds = {0, .08, .04};
    QVERIFY(codeOf(file("film.mp4")) == ErrorCode::BadRequest);
    film.seconds = {};
    QVERIFY(codeOf(file("film.mp4")) == ErrorCode::BadRequest);
    film.seconds = {0};
    film.original = file("absent.mp4");
    QVERIFY(codeOf(file("film.mp4")) == ErrorCode::NotFound);
    QCOMPARE(left(), before);
    film.original.clear();
    film.seconds = {0, .04, .04};
    QVERIFY(writeOverlayFilm(file("equal.mp4"), film).ok());
    QCOMPARE(opened(file("equal.mp4"))->frameCount(), 3);
    film.seconds = {0};
    QVERIFY(writeOverlayFilm(file("film.mp4"), film).ok());
    QCOMPARE(opened(file("film.mp4"))->frameCount(), 1);
}

void OverlayFilmTest::fullDisk() {
    if (!fs::exists("/dev/full")) QSKIP("there is no /dev/full on this system");
    OverlayFilm film;
    for (int i = 0; i < 30; ++i) film.seconds.push_back(i * .04);
    film.picture = [](int) { return grey(64, 64); };
    film.masks = [](int) { return std::vector<Mask>(); };
    for (const char* name : {"full.mp4", "full.mkv"}) {
        fs::create_symlink("/dev/full", temporaryName(file(name)));
        const auto written = writeOverlayFilm(file(name), film);
        QVERIFY(!written.ok());
        QVERIFY2(written.error().code == ErrorCode::DiskFull, written.error().detail.c_str());
        QVERIFY(!fs::is_symlink(temporaryName(file(name))) && !fs::exists(file(name)));
    }
}

QTEST_GUILESS_MAIN(OverlayFilmTest)
#include "overlay_film_test.moc"
