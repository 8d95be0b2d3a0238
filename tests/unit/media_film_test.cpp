// Films that are odd, hurt, growing or gone; the index beside the project; where decoding is done; what the
// bench measures.
#include <QtTest>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "annotation/core/files.h"
#include "annotation/media/clip_reader.h"
#include "annotation/media/media_bench.h"
#include "tests/unit/media_films.h"
#include "tests/unit/media_paff.h"

using namespace fs2;
using namespace fs2::test;

namespace {

const QString kH264 = QStringLiteral("-c:v libx264 -preset veryfast -g 20 -bf 2 -sc_threshold 0 "
                                     "-pix_fmt yuv420p");

}  // namespace

class MediaFilmTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString path(const QString& name) const { return folder_.filePath(name); }
    std::string file(const char* name) const {
        return path(QString::fromLatin1(name)).toStdString();
    }
    void make(const char* name, const QString& arguments, QString input = {}) {
        input.replace(QLatin1String("DIR"), folder_.path());
        const QString fault = encoded(path(QStringLiteral("raw")), arguments,
                                      path(QString::fromLatin1(name)), input);
        QVERIFY2(fault.isEmpty(), qPrintable(fault));
    }

  private Q_SLOTS:
    void initTestCase() {
        if (!hasPrograms()) QSKIP("the programs ffmpeg and ffprobe are not installed");
        QVERIFY(folder_.isValid());
        QVERIFY(writeWholeFile(file("raw"), rawBarCodes()).ok());
        make("plain.mkv", kH264);
        make("long.mkv", QStringLiteral("-c:v mjpeg -q:v 2 -pix_fmt yuvj420p"),
             QStringLiteral("-stream_loop 9 -f rawvideo -pixel_format gray -video_size 160x96 -framerate 25 "
                            "-i DIR/raw"));  // more than FFmpeg reads at once
    }

    /// One packet a field: frames are counted, not fields, as ffprobe counts them.
    void fieldsWithPacketsOfTheirOwn_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("mkv") << QStringLiteral("paff.mkv");
        QTest::newRow("ts") << QStringLiteral("paff.ts");
    }

    void fieldsWithPacketsOfTheirOwn() {
        QFETCH(QString, name);
        constexpr int kCount = 60;
        QVERIFY(writeWholeFile(file("paff.h264"), paffStream(kCount)).ok());
        make(name.toLatin1().data(), QStringLiteral("-c copy -bsf:v setts=pts=N*20:dts=N*20"),
             QStringLiteral("-f h264 -i DIR/paff.h264"));
        if (QTest::currentTestFailed()) return;
        const auto probed = probedTimes(path(name));
        QCOMPARE(int(probed.size()), kCount);
        const auto index = buildVideoIndex(path(name).toStdString());
        QVERIFY2(index.ok(), index.ok() ? "" : index.error().detail.c_str());
        QCOMPARE(int(index->packets.size()), 2 * kCount);
        QCOMPARE(int(index->frames.size()), kCount);
        const auto video = VideoSource::open(path(name).toStdString(), *index);
        QVERIFY(video.ok());
        std::mt19937 random(11);
        const auto shows = [&](int n) {
            const auto frame = (*video)->frame({n});
            return frame && barCode(*frame) == n;
        };
        for (int i = 0; i < 100; ++i) QVERIFY(shows(int(random() % kCount)));
        for (int n = 0; n < kCount; ++n) {
            QVERIFY2(shows(n), qPrintable(QString::number(n)));
            QVERIFY(std::abs((*video)->seconds({n}) - probed[std::size_t(n)]) < 2e-3);
        }
    }

    /// Noise in the middle of a frame of the fourth group (60 to 79): all other groups stay exact.
    void brokenPacket_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("arguments");
        QTest::newRow("h264") << QStringLiteral("hurt.mp4") << kH264;
        QTest::newRow("hevc") << QStringLiteral("hurt_hevc.mkv")
                              << QStringLiteral("-c:v libx265 -preset ultrafast -x265-params log-level=none:"
                                                "pools=none:keyint=20:min-keyint=20:scenecut=0:open-gop=0:"
                                                "bframes=2 -pix_fmt yuv420p");
        QTest::newRow("vp9") << QStringLiteral("hurt.webm")
                             << QStringLiteral("-c:v libvpx-vp9 -deadline good -cpu-used 5 -g 20 "
                                               "-keyint_min 20 -lag-in-frames 0 -b:v 300k -pix_fmt yuv420p");
        QTest::newRow("mpeg4") << QStringLiteral("hurt_4.mkv")
                               << QStringLiteral("-c:v mpeg4 -q:v 3 -bf 2 -g 20 -sc_threshold 1000000000");
    }

    void brokenPacket() {
        QFETCH(QString, name);
        QFETCH(QString, arguments);
        make(name.toLatin1().data(), arguments);
        if (QTest::currentTestFailed()) return;
        const std::string film = path(name).toStdString();
        const auto whole = buildVideoIndex(film);
        QVERIFY(whole.ok());
        const VideoPacket& packet = whole->packets[std::size_t(whole->frames[66])];
        std::fstream bytes(film, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(packet.pos + packet.size / 2);
        std::mt19937 random(3);
        for (int i = 0; i < packet.size / 3; ++i) bytes.put(char(random()));
        bytes.close();
        // The groups around the hurt one, by key packets: encoders place them as they like.
        const auto group = [&](int frame, int way) {
            for (frame += way > 0; frame > 0 && frame < kFrames; frame += way) {
                if (whole->packets[std::size_t(whole->frames[std::size_t(frame)])].key) break;
            }
            return frame;
        };
        const int first = group(66, -1), end = group(66, 1);
        QVERIFY(first > 0 && end < kFrames);
        for (const bool back : {false, true}) {
            const auto video = opened(film);
            QVERIFY(video);
            QCOMPARE(video->frameCount(), kFrames);
            for (int i = 0; i < kFrames; ++i) {
                const int n = back ? kFrames - 1 - i : i;
                const auto frame = video->frame({n});
                if (n >= first && n < end) continue;
                QVERIFY2(frame.ok(), frame.ok() ? "" : frame.error().detail.c_str());
                QCOMPARE(barCode(*frame), n);
            }
        }
    }

    void noFrames() {
        make("zero.mkv", QStringLiteral("-ss 1000 -c copy"), QStringLiteral("-i DIR/plain.mkv"));
        const auto index = buildVideoIndex(file("zero.mkv"));
        QVERIFY(!index.ok());
        QCOMPARE(index.error().code, ErrorCode::Unreadable);
        QVERIFY2(index.error().detail.find("its first frame") != std::string::npos,
                 index.error().detail.c_str());
    }

    /// Opening a pipe that nobody writes to would wait for ever.
    void noFile() {
        QCOMPARE(mkfifo(file("pipe.mkv").c_str(), 0600), 0);
        QCOMPARE(buildVideoIndex(file("pipe.mkv")).error().code, ErrorCode::Unsupported);
    }

    void indexIsKept() {
        const std::string film = file("kept.mkv");
        QVERIFY(writeWholeFile(film, *readWholeFile(file("plain.mkv"))).ok());
        const std::string saved = videoIndexFile(file("project.files"), film);
        QVERIFY(saved.ends_with(".index"));
        QVERIFY(saved.find("/kept-") != std::string::npos);
        QVERIFY(saved != videoIndexFile(file("project.files"), file("other/kept.mkv")));
        const auto built = loadOrBuildVideoIndex(film, saved);
        QVERIFY(built.ok());
        QVERIFY(std::filesystem::exists(saved));
        QCOMPARE(videoIndexBytes(*loadOrBuildVideoIndex(film, saved)), videoIndexBytes(*built));

        // A mark in the saved file shows that it is read, not made again.
        VideoIndex marked = *built;
        marked.packets[0].size += 1;
        QVERIFY(saveVideoIndex(saved, marked).ok());
        double progress = 0;
        const auto loaded = loadOrBuildVideoIndex(film, saved, [&](double part) { progress = part; });
        QCOMPARE(loaded->packets[0].size, marked.packets[0].size);
        QCOMPARE(progress, 1.0);
        // Damaged, or of another state of the film: made again.
        QVERIFY(writeWholeFile(saved, readWholeFile(saved)->substr(0, 100)).ok());
        QCOMPARE(videoIndexBytes(*loadOrBuildVideoIndex(film, saved)), videoIndexBytes(*built));
        QVERIFY(saveVideoIndex(saved, marked).ok());
        std::filesystem::last_write_time(film, std::filesystem::last_write_time(film) +
                                                   std::chrono::seconds(2));
        QCOMPARE(loadOrBuildVideoIndex(film, saved)->packets[0].size, built->packets[0].size);
        // Where it cannot be kept, it is made all the same.
        QVERIFY(loadOrBuildVideoIndex(film, file("plain.mkv") + "/x.index").ok());
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(loadOrBuildVideoIndex(film, file("none.index"), {}, stop.get_token()).error().code,
                 ErrorCode::Cancelled);
    }

    /// A film that is still written: what was there when it was opened stays exact, the rest comes with a
    /// new index, and a part is never kept for the whole.
    void growingFilm() {
        const auto whole = readWholeFile(file("plain.mkv"));
        const std::string film = file("growing.mkv"), saved = file("growing.index");
        QVERIFY(writeWholeFile(film, whole->substr(0, whole->size() / 2)).ok());
        const auto index = loadOrBuildVideoIndex(film, saved);
        QVERIFY(index.ok());
        QVERIFY(!index->cut.empty());
        QVERIFY(!std::filesystem::exists(saved));
        const auto video = VideoSource::open(film, *index);
        QVERIFY(video.ok());
        const int count = (*video)->frameCount();
        QVERIFY(count > 20 && count < kFrames);
        QCOMPARE(barCode((*video)->frame({10}).value()), 10);

        std::ofstream(film, std::ios::app | std::ios::binary) << whole->substr(whole->size() / 2);
        QCOMPARE(checkVideoUnchanged(film, *index).error().code, ErrorCode::NotFound);
        QVERIFY(checkVideoUsable(film, *index).ok());
        for (int n = count - 4; n >= 0; --n) QCOMPARE(barCode((*video)->frame({n}).value()), n);
        const auto again = VideoSource::open(film, *index);
        QVERIFY(again.ok());
        QCOMPARE(barCode((*again)->frame({15}).value()), 15);
        const auto grown = loadOrBuildVideoIndex(film, saved);
        QVERIFY(grown.ok() && grown->cut.empty());
        QCOMPARE(int(grown->frames.size()), kFrames);
        QVERIFY(std::filesystem::exists(saved));
    }

    /// The drive goes away while frames are read, and comes back.
    void driveGoesAway() {
        const auto whole = readWholeFile(file("long.mkv"));
        const std::string film = file("gone.mkv");
        QVERIFY(writeWholeFile(film, *whole).ok());
        const auto time = std::filesystem::last_write_time(film);
        const auto video = opened(film);
        QVERIFY(video);
        QCOMPARE(barCode(video->frame({5}).value()), 5);
        std::filesystem::resize_file(film, 0);
        const FrameIndex far{9 * kFrames + 100};
        const auto emptied = video->frame(far);
        QVERIFY(!emptied.ok());
        QCOMPARE(emptied.error().code, ErrorCode::NotFound);
        QVERIFY(emptied.error().detail.find("has changed") != std::string::npos);
        std::filesystem::remove(film);
        const auto gone = video->frame(far);
        QVERIFY(!gone.ok());
        QVERIFY2(gone.error().detail.find("No such file") != std::string::npos,
                 gone.error().detail.c_str());
        QVERIFY(writeWholeFile(film, *whole).ok());
        std::filesystem::last_write_time(film, time);
        const auto back = video->frame(far);
        QVERIFY2(back.ok(), back.ok() ? "" : back.error().detail.c_str());
        QCOMPARE(barCode(*back), 100);  // it was not given up as lost
    }

    /// While a film is indexed: an error, never an index of what was left.
    void driveGoesAwayWhileIndexing() {
        for (const bool removed : {true, false}) {
            const std::string film = file("leaving.mkv");
            QVERIFY(writeWholeFile(film, *readWholeFile(file("long.mkv"))).ok());
            bool left = false;
            const auto index = buildVideoIndex(film, [&](double part) {
                if (part > .6 || left) return;
                left = true;
                std::filesystem::resize_file(film, 0);
                if (removed) std::filesystem::remove(film);
            });
            QVERIFY(left);
            QVERIFY(!index.ok());
            const std::string reason = removed ? "No such file" : "shorter";
            QVERIFY2(index.error().detail.find(reason) != std::string::npos,
                     index.error().detail.c_str());
        }
    }

    /// Asked for or not, the frames are right; where the CPU does it instead, it is said why.
    void decodesOnWhatIsThere() {
        make("lossless.mkv", QStringLiteral("-c:v ffv1 -level 3 -g 10 -pix_fmt yuv444p"));
        for (const char* name : {"plain.mkv", "lossless.mkv"}) {
            auto index = buildVideoIndex(file(name));
            QVERIFY(index.ok());
            const auto asked = VideoSource::open(file(name), *index, DecodeOn::Cuda);
            QVERIFY2(asked.ok(), asked.ok() ? "" : asked.error().detail.c_str());
            for (const int n : {0, 77, 30, 31, 119}) {
                const auto frame = (*asked)->frame({n});
                QVERIFY(frame.ok());
                QCOMPARE(barCode(*frame), n);
            }
            const DecoderInfo info = (*asked)->decoder();
            QCOMPARE(info.on == DecodeOn::Cpu, !info.reason.empty());
            const bool lossless = std::string(name) == "lossless.mkv";
            if (lossless) QCOMPARE(info.reason, "this FFmpeg has no NVIDIA decoder for ffv1");
            if (!lossless && info.on == DecodeOn::Cpu) {
                QVERIFY2(info.reason.find("NVIDIA") != std::string::npos, info.reason.c_str());
            }
            const auto plain = VideoSource::open(file(name), *index);
            QVERIFY(plain.ok() && (*plain)->frame({3}).ok());
            QVERIFY((*plain)->decoder().on == DecodeOn::Cpu && (*plain)->decoder().reason.empty());
        }
    }

    /// The reader over a real film: scrubbing, stepping, both ways of playing.
    void readerOnAFilm() {
        constexpr std::size_t kFrameBytes = 192 * 4 * 96;  // rows are padded
        ClipReader reader(opened(file("plain.mkv")), 30 * kFrameBytes);
        const auto scrubbed = reader.glimpse({75});
        QVERIFY(scrubbed.ok() && !scrubbed->exact);
        QCOMPARE(scrubbed->frame->index.value, 60);
        QCOMPARE(barCode(scrubbed->frame), 60);
        QCOMPARE(barCode(reader.frame({75}).value()), 75);
        reader.play(Playing::Backward);
        for (int n = 74; n >= 0; --n) {
            QCOMPARE(barCode(reader.frame({n}).value()), n);
            if (n % 3 == 0) reader.readAhead();
        }
        reader.play(Playing::Forward);
        for (int n = 0; n < kFrames; ++n) {
            QCOMPARE(barCode(reader.frame({n}).value()), n);
            if (n % 2 == 0) reader.readAhead();
        }
        QVERIFY(reader.heldBytes() <= 30 * kFrameBytes);
    }

    void benchMeasures() {
        QVERIFY(writeBenchFilm(file("bench.mp4"), 192, 108, 60).ok());
        const auto bench = benchDecode(file("bench.mp4"), {.linear = 20, .random = 8});
        QVERIFY2(bench.ok(), bench.ok() ? "" : bench.error().detail.c_str());
        QCOMPARE(bench->width, 192);
        QCOMPARE(bench->height, 108);
        QCOMPARE(bench->frames, 60);
        QVERIFY(bench->framesPerSecond > 0);
        QStringList names;
        for (const DecodeBenchPhase& phase : bench->phases) {
            names << QString::fromStdString(phase.name);
            QVERIFY(phase.quantile(.5) > 0 && phase.quantile(.5) <= phase.quantile(.95));
        }
        QCOMPARE(names.join(QLatin1Char(' ')),
                 QStringLiteral("index linear glimpse exact neighbour backward"));
        QCOMPARE((DecodeBenchPhase{"four", {1, 2, 3, 9}}).quantile(.5), 2.0);
        QCOMPARE((DecodeBenchPhase{"four", {1, 2, 3, 9}}).quantile(.95), 9.0);
        QVERIFY(!benchDecode(file("absent.mp4")).ok());
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(benchDecode(file("bench.mp4"), {}, stop.get_token()).error().code,
                 ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(MediaFilmTest)
#include "media_film_test.moc"
