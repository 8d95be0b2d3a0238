// Films whose frames carry their own number as a bar code, made by the program ffmpeg: the frame shown
// for a number is that very frame, however one gets there.
#include <QtTest>

#include <cmath>
#include <filesystem>
#include <random>

#include "annotation/core/files.h"
#include "annotation/media/image_folder_source.h"
#include "annotation/media/playback.h"
#include "annotation/media/png_io.h"
#include "annotation/media/video_source.h"
#include "tests/unit/media_films.h"

using namespace fs2;
using namespace fs2::test;

class MediaVideoTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString path(const QString& name) const { return folder_.filePath(name); }
    std::string file(const char* name) const {
        return path(QString::fromLatin1(name)).toStdString();
    }

    /// Encodes the bar codes, or what `input` names, with the arguments between input and output.
    void make(const char* name, const char* arguments, const char* input = nullptr) {
        QString from = QString::fromLatin1(input != nullptr ? input : "");
        from.replace(QLatin1String("DIR"), folder_.path());
        const QString fault = encoded(path(QStringLiteral("raw")), QString::fromLatin1(arguments),
                                      path(QString::fromLatin1(name)), from);
        QVERIFY2(fault.isEmpty(), qPrintable(fault));
    }

  private Q_SLOTS:
    void initTestCase() {
        if (!hasPrograms()) QSKIP("the programs ffmpeg and ffprobe are not installed");
        QVERIFY(folder_.isValid());
        QVERIFY(writeWholeFile(file("raw"), rawBarCodes()).ok());
        make("plain.mp4", "-c:v libx264 -preset veryfast -g 24 -bf 3 -pix_fmt yuv420p");
    }

    void exactFrames_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QString>("input");
        QTest::addColumn<int>("first");  ///< the number on the first frame shown
        const auto film = [](const char* name, const char* arguments, const char* input = "",
                             int first = 0) {
            QTest::newRow(name) << QString::fromLatin1(name) << QString::fromLatin1(arguments)
                                << QString::fromLatin1(input) << first;
        };
        film("h264.mp4", "-c:v libx264 -preset veryfast -g 24 -bf 3 -pix_fmt yuv420p");
        film("h264_open.mkv", "-c:v libx264 -preset veryfast -x264-params "
                              "open-gop=1:keyint=20:bframes=3:b-adapt=0 -pix_fmt yuv420p");
        film("h264_open.ts", "-c:v libx264 -preset veryfast -x264-params "
                             "open-gop=1:keyint=20:bframes=3:b-adapt=0 -pix_fmt yuv420p");
        film("h264_refresh.mkv", "-c:v libx264 -preset veryfast -x264-params "
                                 "intra-refresh=1:keyint=20:bframes=2 -pix_fmt yuv420p");
        film("h264_422_10.mov", "-c:v libx264 -preset veryfast -g 24 -pix_fmt yuv422p10le");
        film("h264_raw.h264", "-c:v libx264 -preset veryfast -g 24 -bf 3 -pix_fmt yuv420p");
        film("hevc_open.mp4", "-c:v libx265 -preset ultrafast -x265-params "
                              "log-level=none:pools=none:open-gop=1:keyint=20:bframes=4:b-adapt=0 "
                              "-pix_fmt yuv420p");
        film("hevc_10.mkv", "-c:v libx265 -preset ultrafast -x265-params "
                            "log-level=none:pools=none:keyint=20:bframes=4 -pix_fmt yuv420p10le");
        film("vp9.webm", "-c:v libvpx-vp9 -deadline good -cpu-used 5 -g 20 -lag-in-frames 16 "
                         "-auto-alt-ref 1 -b:v 300k -pix_fmt yuv420p");
        film("vp8.webm", "-c:v libvpx -deadline good -cpu-used 5 -g 20 -lag-in-frames 16 "
                         "-auto-alt-ref 1 -b:v 300k -pix_fmt yuv420p");
        film("av1.mp4", "-c:v libaom-av1 -cpu-used 8 -g 20 -b:v 300k -pix_fmt yuv420p");
        film("mpeg4.avi", "-c:v mpeg4 -q:v 3 -bf 2 -g 15");
        film("mpeg4.mp4", "-c:v mpeg4 -q:v 3 -bf 2 -g 15");
        film("mpeg2.mpg", "-c:v mpeg2video -q:v 3 -bf 2 -g 15 -pix_fmt yuv420p");
        film("mjpeg.mov", "-c:v mjpeg -q:v 3 -pix_fmt yuvj422p");
        film("ffv1_444.mkv", "-c:v ffv1 -level 3 -g 10 -pix_fmt yuv444p10le");
        film("vfr.mp4", "-vf setpts=(N+3*trunc(N/7)+5*trunc(N/11))/(25*TB) -fps_mode passthrough "
                        "-c:v libx264 -preset veryfast -g 24 -bf 3 -pix_fmt yuv420p");
        film("late.mkv", "-c:v libx264 -preset veryfast -g 24 -bf 3 -pix_fmt yuv420p "
                         "-output_ts_offset 100");
        film("negative.mp4", "-c:v libx264 -preset veryfast -g 24 -bf 3 -pix_fmt yuv420p "
                             "-output_ts_offset -1 -avoid_negative_ts disabled", "", 25);
        film("edited.mp4", "-c copy", "-ss 1.52 -i DIR/plain.mp4", 38);
    }

    void exactFrames() {
        QFETCH(QString, name);
        QFETCH(QString, arguments);
        QFETCH(QString, input);
        QFETCH(int, first);
        make(name.toLatin1().data(), arguments.toLatin1().data(),
             input.isEmpty() ? nullptr : input.toLatin1().data());
        if (QTest::currentTestFailed()) return;
        const std::string film = path(name).toStdString();
        auto index = buildVideoIndex(film);
        QVERIFY2(index.ok(), index.ok() ? "" : index.error().detail.c_str());
        QVERIFY2(index->cut.empty(), index->cut.c_str());
        QCOMPARE(int(index->frames.size()), kFrames - first);
        const std::vector<double> times = probedTimes(path(name));
        QCOMPARE(int(times.size()), kFrames - first);
        auto source = VideoSource::open(film, std::move(*index));
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().detail.c_str());
        VideoSource& video = **source;
        const auto shows = [&](int n) {
            const auto frame = video.frame({n});
            if (!frame) qWarning("%s", frame.error().detail.c_str());
            if (frame && barCode(*frame) != n + first) qWarning("%d shows %d", n, barCode(*frame));
            return frame && barCode(*frame) == n + first && (*frame)->index == FrameIndex{n};
        };
        std::mt19937 random(7);
        std::uniform_int_distribution<int> any(0, video.frameCount() - 1);
        for (int i = 0; i < FS2_SEEKS; ++i) QVERIFY(shows(any(random)));
        for (int n = 0; n < video.frameCount(); ++n) QVERIFY(shows(n));
        for (int n = video.frameCount() - 1; n > video.frameCount() - 20; --n) QVERIFY(shows(n));
        const std::vector<double> shown = frameTimes(video);
        for (int n = 0; n < video.frameCount(); ++n) {
            // A raw stream has no times of its own; ffprobe knows none for some last frames.
            const bool raw = name.endsWith(QLatin1String(".h264"));
            const bool timed = !raw && !std::isnan(times[std::size_t(n)]);
            QVERIFY(timed || raw || n > video.frameCount() - 5);
            if (timed) {
                QVERIFY2(std::abs(video.seconds({n}) - times[std::size_t(n)]) < 2e-3,
                         qPrintable(QStringLiteral("%1: %2, not %3").arg(n).arg(video.seconds({n}))
                                        .arg(times[std::size_t(n)])));
            }
            QCOMPARE(frameAt(shown, video.seconds({n}) + 1e-4).value, n);
            const FrameIndex key = video.keyFrameBefore({n});
            QVERIFY(key.value >= 0 && key.value <= n);
        }
    }

    /// Frames by seeking are the same pixels as by playing, not only the same number.
    void samePixelsEitherWay() {
        const auto played = opened(file("plain.mp4")), sought = opened(file("plain.mp4"));
        QVERIFY(played && sought);
        std::vector<Frame> frames;
        for (int n = 0; n < kFrames; ++n) frames.push_back(played->frame({n}).value());
        for (int n = kFrames - 1; n >= 0; n -= 7) {
            QVERIFY(sought->frame({n}).value()->pixels == frames[std::size_t(n)]->pixels);
        }
    }

    void colours_data() {
        QTest::addColumn<QString>("arguments");
        const auto film = [](const char* name, const char* arguments) {
            QTest::newRow(name) << QString::fromLatin1(arguments);
        };
        film("601 limited", "-vf scale=out_color_matrix=bt601:out_range=tv,format=yuv444p "
                            "-colorspace smpte170m -color_range tv");
        film("709 limited", "-vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p "
                            "-colorspace bt709 -color_range tv");
        film("709 full", "-vf scale=out_color_matrix=bt709:out_range=pc,format=yuv444p "
                         "-colorspace bt709 -color_range pc");
        film("601 full, 10 bits", "-vf scale=out_color_matrix=bt601:out_range=pc,format=yuv422p10le "
                                  "-colorspace smpte170m -color_range pc");
    }

    void colours() {
        QFETCH(QString, arguments);
        make("colour.mkv", ("-c:v libx264 -crf 4 " + arguments.toLatin1()).data(),
             "-f lavfi -i color=c=0xD02840:s=64x48:r=25:d=0.2,format=gbrp");
        if (QTest::currentTestFailed()) return;
        const auto video = opened(file("colour.mkv"));
        QVERIFY(video);
        const Frame frame = video->frame({2}).value();
        const std::uint8_t* p = frame->row(20) + 4 * 30;
        constexpr int kRed = 0xD0, kGreen = 0x28, kBlue = 0x40, kTolerance = 4;
        QVERIFY2(std::abs(p[0] - kRed) <= kTolerance && std::abs(p[1] - kGreen) <= kTolerance &&
                     std::abs(p[2] - kBlue) <= kTolerance && p[3] == 255,
                 qPrintable(QStringLiteral("%1 %2 %3").arg(p[0]).arg(p[1]).arg(p[2])));
    }

    /// Pixels that are not square are stretched; then the film's rotation turns the frame.
    void shapeAndRotation() {
        make("wide.mp4", "-c copy -aspect 320:96", "-i DIR/plain.mp4");
        make("turned.mp4", "-c copy -metadata:s:v rotate=90", "-i DIR/plain.mp4");  // to the left
        const auto wide = opened(file("wide.mp4")), turned = opened(file("turned.mp4"));
        QVERIFY(wide && turned);
        const Frame stretched = wide->frame({77}).value();
        QCOMPARE(stretched->width, 2 * kWidth);
        QCOMPARE(stretched->height, kHeight);
        QCOMPARE(barCode(stretched), 77);
        const Frame left = turned->frame({1}).value();
        QCOMPARE(left->width, kHeight);
        QCOMPARE(left->height, kWidth);
        QVERIFY(left->row(kWidth - kBar / 2)[4 * 40] > 180);  // bar 0, at the left, is now below
        QVERIFY(left->row(kBar / 2)[4 * 40] < 70);
    }

    void truncatedFilm_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("mp4") << QStringLiteral("cut.mp4");
        QTest::newRow("mkv") << QStringLiteral("cut.mkv");
    }

    void truncatedFilm() {
        QFETCH(QString, name);
        make(name.toLatin1().data(), "-c copy -movflags +faststart", "-i DIR/plain.mp4");
        if (QTest::currentTestFailed()) return;
        const std::string film = path(name).toStdString();
        std::filesystem::resize_file(film, std::filesystem::file_size(film) * 6 / 10);
        const auto index = buildVideoIndex(film);
        QVERIFY(index.ok());
        QVERIFY(!index->cut.empty());
        const auto video = VideoSource::open(film, *index);
        QVERIFY(video.ok());
        QVERIFY((*video)->frameCount() > kFrames / 4 && (*video)->frameCount() < kFrames);
        int good = 0;
        for (int n = 0; n < (*video)->frameCount(); ++n) {
            const auto frame = (*video)->frame({n});
            if (!frame) continue;
            QVERIFY(barCode(*frame) >= n);  // numbers may be missing at the break, never swapped
            ++good;
        }
        QVERIFY(good >= (*video)->frameCount() - 3);
    }

    /// A damaged packet costs its own frame (all are key frames here), by seeking as by playing.
    void damagedPacket() {
        make("hurt.avi", "-c:v mjpeg -q:v 3 -pix_fmt yuvj420p");
        auto index = buildVideoIndex(file("hurt.avi"));
        QVERIFY(index.ok());
        auto bytes = readWholeFile(file("hurt.avi"));
        QVERIFY(bytes.ok());
        constexpr int kHurt = 40;
        const VideoPacket& packet = index->packets[kHurt];
        const std::size_t picture = bytes->find("\xFF\xD8", std::size_t(packet.pos));
        std::fill_n(bytes->begin() + std::ptrdiff_t(picture), packet.size, '\0');
        QVERIFY(writeWholeFile(file("hurt.avi"), *bytes).ok());
        for (const bool back : {false, true}) {
            const auto video = opened(file("hurt.avi"));
            QVERIFY(video);
            QCOMPARE(video->frameCount(), kFrames);
            for (int i = 0; i < kFrames; ++i) {
                const int n = back ? kFrames - 1 - i : i;
                const auto frame = video->frame({n});
                QCOMPARE(frame.ok(), n != kHurt);
                if (frame) QCOMPARE(barCode(*frame), n);
                if (!frame) QVERIFY(frame.error().detail.find("frame 40") != std::string::npos);
            }
        }
    }

    /// Noise over a key frame and over a frame in the middle of its group: the groups around them are
    /// exact by seeking as by playing, and the run goes on.
    void damagedGroups() {
        make("noise.mkv", "-c:v libx264 -preset veryfast -g 20 -bf 2 -sc_threshold 0 "
                          "-pix_fmt yuv420p");
        const auto index = buildVideoIndex(file("noise.mkv"));
        auto bytes = readWholeFile(file("noise.mkv"));
        QVERIFY(index.ok() && bytes.ok());
        std::mt19937 random(3);
        for (const int hurt : {40, 71}) {
            const VideoPacket& packet = index->packets[std::size_t(hurt)];
            QCOMPARE(packet.key, hurt == 40);
            const auto from = std::size_t(packet.pos) + std::size_t(packet.size) / 2;
            for (std::size_t i = 0; i < std::size_t(packet.size) / 3; ++i) {
                (*bytes)[from + i] = char(random());
            }
        }
        QVERIFY(writeWholeFile(file("noise.mkv"), *bytes).ok());
        for (const bool back : {false, true}) {
            const auto video = opened(file("noise.mkv"));
            QVERIFY(video);
            QCOMPARE(video->frameCount(), kFrames);
            QVERIFY(!video->frame({40}).ok());
            for (int i = 0; i < kFrames; ++i) {
                const int n = back ? kFrames - 1 - i : i;
                const auto frame = video->frame({n});
                if (n >= 40 && n < 80 && !(n >= 60 && n < 70)) continue;
                QVERIFY2(frame.ok(), qPrintable(QString::number(n)));
                QCOMPARE(barCode(*frame), n);
            }
        }
    }

    void indexOnDisk() {
        const std::string film = file("plain.mp4"), saved = file("plain.index");
        const auto index = buildVideoIndex(film);
        QVERIFY(index.ok() && saveVideoIndex(saved, *index).ok());
        const auto loaded = loadVideoIndex(saved, film);
        QVERIFY(loaded.ok());
        QVERIFY(loaded->frames == index->frames);
        const auto video = VideoSource::open(film, *loaded);
        QVERIFY(video.ok());
        QCOMPARE(barCode((*video)->frame({99}).value()), 99);

        const auto bytes = readWholeFile(saved);
        for (const std::size_t size : {std::size_t(0), std::size_t(20), bytes->size() - 1}) {
            QVERIFY(writeWholeFile(saved, bytes->substr(0, size)).ok());
            QCOMPARE(loadVideoIndex(saved, film).error().code, ErrorCode::Unreadable);
        }
        auto changed = *bytes;
        changed[bytes->size() / 2] = char(changed[bytes->size() / 2] ^ 4);
        QVERIFY(writeWholeFile(saved, changed).ok());
        QCOMPARE(loadVideoIndex(saved, film).error().code, ErrorCode::Unreadable);

        QVERIFY(writeWholeFile(saved, *bytes).ok());
        const std::string other = file("other.mp4");
        QVERIFY(writeWholeFile(other, *readWholeFile(film) + "more").ok());
        QCOMPARE(loadVideoIndex(saved, other).error().code, ErrorCode::NotFound);
        const auto grown = VideoSource::open(other, *loaded);  // what was indexed is still there
        QVERIFY(grown.ok());
        QCOMPARE(barCode((*grown)->frame({98}).value()), 98);
        QVERIFY(writeWholeFile(other, std::string(20, 'x') + *readWholeFile(film)).ok());
        QVERIFY(!VideoSource::open(other, *loaded).ok());
        QVERIFY(writeWholeFile(other, readWholeFile(film)->substr(1)).ok());
        QCOMPARE(VideoSource::open(other, *loaded).error().code, ErrorCode::NotFound);
    }

    void progressAndCancel() {
        double last = -1;
        const auto index = buildVideoIndex(file("plain.mp4"), [&](double part) {
            QVERIFY(part >= last && part <= 1);
            last = part;
        });
        QVERIFY(index.ok());
        QCOMPARE(last, 1.0);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(buildVideoIndex(file("plain.mp4"), {}, stop.get_token()).error().code,
                 ErrorCode::Cancelled);
        const auto video = VideoSource::open(file("plain.mp4"), *index);
        QVERIFY(video.ok());
        QCOMPARE((*video)->frame({50}, stop.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(barCode((*video)->frame({50}).value()), 50);
        QCOMPARE((*video)->frame({kFrames}).error().code, ErrorCode::BadRequest);
        QCOMPARE((*video)->frame({-1}).error().code, ErrorCode::BadRequest);
    }

    void badFiles() {
        make("sound.m4a", "-c:a aac", "-f lavfi -i sine=d=1");
        QVERIFY(writeWholeFile(file("empty.mp4"), "").ok());
        QVERIFY(writeWholeFile(file("note.txt"), "Nothing moves here.\n").ok());
        QVERIFY(writeWholeFile(file("note.mp4"), std::string(5000, 'x')).ok());
        const auto whole = readWholeFile(file("plain.mp4"));
        QVERIFY(writeWholeFile(file("headless.mp4"), whole->substr(0, whole->size() / 2)).ok());
        const std::pair<const char*, const char*> cases[] = {
            {"sound.m4a", "sound only"}, {"empty.mp4", "empty"},        {"note.txt", "no film"},
            {"note.mp4", ""},            {"headless.mp4", "cut off"},   {"absent.mp4", "No such file"},
        };
        for (const auto& [name, reason] : cases) {
            const auto index = buildVideoIndex(file(name));
            QVERIFY2(!index.ok(), name);
            const std::string& detail = index.error().detail;
            QVERIFY2(detail.find(name) != std::string::npos, detail.c_str());
            QVERIFY2(detail.find(reason) != std::string::npos, detail.c_str());
        }
    }

    void folderOfFrames() {
        const std::string folder = file("frames");
        std::filesystem::create_directory(folder);
        for (const int n : {1, 2, 10}) {
            const std::vector<std::uint8_t> rgb(4 * 3 * 3, std::uint8_t(n * 20));
            QVERIFY(writeRgbPng(folder + "/f" + std::to_string(n) + ".png", rgb, 4, 3).ok());
        }
        const auto source = ImageFolderSource::open(folder, 24);
        QVERIFY(source.ok());
        QCOMPARE((*source)->frameCount(), 3);
        const Frame last = (*source)->frame({2}).value();
        QCOMPARE(int(last->row(1)[4]), 200);
        QCOMPARE(last->index.value, 2);
        QCOMPARE((*source)->seconds({2}), 2 / 24.0);
        QCOMPARE((*source)->frame({3}).error().code, ErrorCode::BadRequest);
        QVERIFY(!ImageFolderSource::open(folder, 0).ok());
        QCOMPARE(ImageFolderSource::open(file("nowhere"), 24).error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(MediaVideoTest)
#include "media_video_test.moc"
