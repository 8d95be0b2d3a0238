// ClipReader on a source that counts what it decodes; playback by a clock that the test turns; folders of
// frames recognised by their names.
#include <QtTest>

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <random>

#include "annotation/media/clip_reader.h"
#include "annotation/media/folder_layout.h"
#include "annotation/media/playback.h"

using namespace fs2;

namespace {

constexpr std::size_t kFrameBytes = 64 * 4 * 8;

/// Decodes like a film: from the key frame on, or on from where it stands.
class CountingSource final : public MediaSource {
  public:
    CountingSource(int frames, int group) : frames_(frames), group_(group) {}
    int frameCount() const override { return frames_; }
    double seconds(FrameIndex frame) const override { return frame.value / 25.0; }
    FrameIndex keyFrameBefore(FrameIndex frame) const override {
        return {frame.value - frame.value % group_};
    }
    Result<Frame> frame(FrameIndex frame, std::stop_token stop) override {
        if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "cancelled"};
        if (frame.value < 0 || frame.value >= frames_) return Error{ErrorCode::BadRequest, "no frame"};
        if (gone) return Error{ErrorCode::NotFound, "the drive is gone"};
        const int key = keyFrameBefore(frame).value;
        const bool on = at_ < frame.value && key <= at_ + 1;
        decoded += frame.value - (on ? at_ : key - 1);
        at_ = frame.value;
        if (frame.value == broken) return Error{ErrorCode::Unreadable, "damaged"};
        auto made = makeFrame(64, 8);
        made->index = frame;
        return Frame(std::move(made));
    }
    int decoded = 0;
    int broken = -1;
    bool gone = false;

  private:
    int frames_;
    int group_;
    int at_ = -1;
};

struct Clip {
    Clip(int frames, int group, std::size_t budget)
        : source(new CountingSource(frames, group)),
          reader(std::unique_ptr<MediaSource>(source), budget * kFrameBytes) {}
    bool shows(int frame) {
        const auto shown = reader.frame({frame});
        return shown && (*shown)->index == FrameIndex{frame};
    }
    int readAhead() {
        int calls = 0;
        while (reader.readAhead()) ++calls;
        return calls;
    }
    CountingSource* source;
    ClipReader reader;
};

}  // namespace

class MediaClipTest : public QObject {
    Q_OBJECT

    static std::vector<double> evenTimes(int frames, double rate) {
        std::vector<double> times;
        for (int n = 0; n < frames; ++n) times.push_back(n / rate);
        return times;
    }

  private Q_SLOTS:
    void readsAheadWithinItsBytes() {
        Clip clip(200, 50, 20);
        clip.reader.play(Playing::Forward);
        QVERIFY(clip.shows(0));
        QCOMPARE(clip.readAhead(), 15);  // three quarters of the budget
        QCOMPARE(clip.reader.heldBytes(), 16 * kFrameBytes);
        for (int n = 1; n < 200; ++n) {
            const int before = clip.source->decoded;
            QVERIFY(clip.shows(n));
            QCOMPARE(clip.source->decoded, before);  // it was there
            clip.readAhead();
            QVERIFY(clip.reader.heldBytes() <= 20 * kFrameBytes);
        }
        QCOMPARE(clip.source->decoded, 200);  // each frame once
    }

    void backwardDecodesEachGroupOnce_data() {
        QTest::addColumn<bool>("ahead");
        QTest::newRow("reading ahead") << true;
        QTest::newRow("asking only") << false;
    }

    void backwardDecodesEachGroupOnce() {
        QFETCH(bool, ahead);
        Clip clip(100, 10, 30);
        clip.reader.play(Playing::Backward);
        for (int n = 99; n >= 0; --n) {
            QVERIFY(clip.shows(n));
            if (ahead) clip.readAhead();
            QVERIFY(clip.reader.heldBytes() <= 30 * kFrameBytes);
        }
        // The very first frame comes before the reader knows how large frames are.
        QVERIFY2(clip.source->decoded <= 110, qPrintable(QString::number(clip.source->decoded)));
    }

    /// A group that does not fit is decoded once a chunk, not once a frame (5050 frames here).
    void backwardThroughALongGroup() {
        Clip clip(100, 100, 22);
        clip.reader.play(Playing::Backward);
        for (int n = 99; n >= 0; --n) {
            QVERIFY(clip.shows(n));
            clip.readAhead();
            QVERIFY(clip.reader.heldBytes() <= 22 * kFrameBytes);
        }
        QVERIFY2(clip.source->decoded <= 700, qPrintable(QString::number(clip.source->decoded)));
    }

    void backwardThroughAFolder() {
        Clip clip(60, 1, 20);
        clip.reader.play(Playing::Backward);
        QVERIFY(clip.shows(59));
        clip.readAhead();
        for (int n = 58; n > 50; --n) QVERIFY(clip.reader.held({n}) != nullptr);
        for (int n = 58; n >= 0; --n) {
            QVERIFY(clip.shows(n));
            clip.readAhead();
        }
        QCOMPARE(clip.source->decoded, 60);
    }

    void stepsHaveTheirNeighbours() {
        Clip clip(200, 50, 40);
        QVERIFY(clip.shows(120));
        clip.readAhead();
        for (int n = 116; n <= 124; ++n) QVERIFY(clip.reader.held({n}) != nullptr);
        for (const int n : {119, 118, 119, 120, 121, 122}) {
            const int before = clip.source->decoded;
            QVERIFY(clip.shows(n));
            QCOMPARE(clip.source->decoded, before);
            clip.readAhead();
        }
    }

    void scrubbingShowsAKeyFrameFirst() {
        Clip clip(200, 50, 40);
        const auto first = clip.reader.glimpse({130});
        QVERIFY(first.ok() && !first->exact);
        QCOMPARE(first->frame->index.value, 100);
        QCOMPARE(clip.source->decoded, 1);
        QVERIFY(clip.shows(130));
        QCOMPARE(clip.source->decoded, 31);  // the key frame was on the way

        const auto known = clip.reader.glimpse({130});
        QVERIFY(known.ok() && known->exact);
        const auto next = clip.reader.glimpse({132});
        QVERIFY(next.ok() && next->exact);
        const auto near = clip.reader.glimpse({140});
        QVERIFY(near.ok() && !near->exact);
        QCOMPARE(near->frame->index.value, 132);  // held, and nearer than 100
        QCOMPARE(clip.source->decoded, 33);
        const auto key = clip.reader.glimpse({50});
        QVERIFY(key.ok() && key->exact);
        QCOMPARE(clip.reader.glimpse({200}).error().code, ErrorCode::BadRequest);
        QCOMPARE(clip.reader.glimpse({-1}).error().code, ErrorCode::BadRequest);
    }

    void readingAheadEnds() {
        Clip clip(40, 10, 100);
        clip.reader.play(Playing::Forward);
        clip.source->broken = 7;
        QVERIFY(clip.shows(0));
        clip.readAhead();
        QVERIFY(!clip.shows(7));
        QVERIFY(clip.reader.held({8}) != nullptr);
        QVERIFY(clip.shows(20));
        clip.source->gone = true;
        QVERIFY(!clip.reader.readAhead());
        QCOMPARE(clip.reader.frame({39}).error().code, ErrorCode::NotFound);
        clip.source->gone = false;
        QVERIFY(clip.shows(39));
        std::stop_source stop;
        stop.request_stop();
        clip.reader.drop();
        QVERIFY(!clip.reader.readAhead(stop.get_token()));
        QCOMPARE(clip.reader.frame({3}, stop.get_token()).error().code, ErrorCode::Cancelled);
    }

    /// Whatever is asked for in whatever order: the right frame, never more bytes than allowed.
    void anyOrder() {
        std::mt19937 random(5);
        const auto below = [&](int count) { return int(random() % unsigned(count)); };
        for (const std::size_t budget : {std::size_t(1), std::size_t(3), std::size_t(17)}) {
            Clip clip(90, 12, budget);
            for (int i = 0; i < 2000; ++i) {
                const int frame = below(90);
                switch (below(6)) {
                    case 0: clip.reader.play(Playing(below(3))); break;
                    case 1: clip.readAhead(); break;
                    case 2: QVERIFY(clip.reader.glimpse({frame}).ok()); break;
                    default: QVERIFY(clip.shows(frame)); break;
                }
                QVERIFY(clip.reader.heldBytes() <= budget * kFrameBytes);
            }
        }
    }

    void playsAtItsOwnRate() {
        const auto times = evenTimes(100, 25);
        PlayClock clock{1000, times[10], 1};
        FrameIndex shown{10};
        double now = 1000;
        for (int n = 11; n < 100; ++n) {
            const PlayStep early = playStep(times, clock, shown, now);
            QCOMPARE(early.show, shown);
            QVERIFY(!early.ended);
            now += early.wait;
            const PlayStep due = playStep(times, clock, shown, now);
            QCOMPARE(due.show.value, n);
            QCOMPARE(due.skipped, 0);
            QCOMPARE(due.ended, n == 99);
            shown = due.show;
            clock = due.clock;
        }
        QVERIFY(std::abs(now - 1000 - 89 / 25.0) < 1e-3);
    }

    void playsBackward() {
        const std::vector<double> times{0, .04, .1, .5, .52, .6};
        const PlayClock clock{0, .6, -1};
        FrameIndex shown{5};
        double now = 0;
        for (int n = 4; n >= 0; --n) {
            now += playStep(times, clock, shown, now).wait;
            const PlayStep due = playStep(times, clock, shown, now);
            QCOMPARE(due.show.value, n);
            QVERIFY(std::abs(.6 - now - times[std::size_t(n)]) < 1e-4);  // as long as in the film
            QCOMPARE(due.ended, n == 0);
            shown = due.show;
        }
    }

    void slowDecodingSkips() {
        const auto times = evenTimes(250, 25);
        PlayClock clock{0, 0, 1};
        FrameIndex shown{0};
        int skipped = 0;
        double now = 0;
        for (; shown.value < 200; now += .1) {  // decoding and showing take 0.1 s each time
            const PlayStep step = playStep(times, clock, shown, now);
            skipped += step.skipped;
            shown = step.show;
            clock = step.clock;
        }
        QVERIFY(std::abs(now - times[200]) < .25);  // the film keeps its rate
        QVERIFY(skipped > 100 && skipped < 130);
    }

    void hopelessDecodingSlowsDown() {
        const auto times = evenTimes(250, 25);
        for (const bool back : {false, true}) {
            FrameIndex shown{back ? 249 : 0};
            PlayClock clock{0, times[std::size_t(shown.value)], back ? -1.0 : 1.0};
            for (int second = 1; second <= 20; ++second) {
                const PlayStep step = playStep(times, clock, shown, second);
                const int moved = std::abs(step.show.value - shown.value);
                QVERIFY(moved >= 6 && moved <= 8);  // a quarter of a second, not a whole one
                shown = step.show;
                clock = step.clock;
            }
        }
    }

    void frameOfATime() {
        const std::vector<double> times{-1, 0, 0.5, 3};
        QCOMPARE(frameAt(times, -5).value, 0);
        QCOMPARE(frameAt(times, -.1).value, 0);
        QCOMPARE(frameAt(times, .5).value, 2);
        QCOMPARE(frameAt(times, 2.9).value, 2);
        QCOMPARE(frameAt(times, 9).value, 3);
    }

    void folders_data() {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QString>("opened");  ///< the folder asked about
        QTest::addColumn<QStringList>("clips");  ///< NAME frames masks
        const auto row = [](const char* name, const QStringList& files, const char* opened,
                            const QStringList& clips) {
            QTest::newRow(name) << files << QString::fromLatin1(opened) << clips;
        };
        const QStringList davis = QStringLiteral(
            "JPEGImages/480p/bear/00000.jpg JPEGImages/480p/car/00000.jpg Annotations/480p/bear/00000.png "
            "JPEGImages/Full-Resolution/bear/00000.jpg ImageSets/2017/val.txt").split(QLatin1Char(' '));
        const QString bear = QStringLiteral("bear JPEGImages/480p/bear Annotations/480p/bear");
        const QString car = QStringLiteral("car JPEGImages/480p/car -");
        row("DAVIS", davis, "", {bear, car});
        row("its JPEGImages", davis, "JPEGImages", {bear, car});
        row("its 480p", davis, "JPEGImages/480p/", {bear, car});
        row("one of its sequences", davis, "JPEGImages/480p/bear", {bear});
        row("the other size", davis, "JPEGImages/Full-Resolution",
            {QStringLiteral("bear JPEGImages/Full-Resolution/bear -")});
        row("without sizes", {QStringLiteral("JPEGImages/a/1.jpg"), QStringLiteral("Annotations/a/1.png")},
            "", {QStringLiteral("a JPEGImages/a Annotations/a")});
        row("unsupervised", {QStringLiteral("JPEGImages/480p/a/1.jpg"),
                             QStringLiteral("Annotations_unsupervised/480p/a/1.png")},
            "", {QStringLiteral("a JPEGImages/480p/a Annotations_unsupervised/480p/a")});
        row("VOC", {QStringLiteral("JPEGImages/2007_1.jpg"), QStringLiteral("Annotations/2007_1.xml")}, "",
            {});
        row("VOC's pictures", {QStringLiteral("JPEGImages/2007_1.jpg")}, "JPEGImages", {});
        const QStringList plain = QStringLiteral(
            "run/img/00000.jpg run/img/00001.jpg run/mask/00000.png walk/img/a_1.png walk/img/a_2.png "
            "walk/mask/a_1.png README.md").split(QLatin1Char(' '));
        const QString run = QStringLiteral("run run/img run/mask");
        const QString walk = QStringLiteral("walk walk/img walk/mask");
        row("SEQ/img", plain, "", {run, walk});
        row("one SEQ/img", plain, "run", {run});
        row("img of a SEQ", plain, "walk/img", {walk});
        const QStringList tree = QStringLiteral(
            "img/b10/1.jpg img/b10/2.jpg img/b9/1.jpg img/b9/2.jpg mask/b9/1.png").split(QLatin1Char(' '));
        const QString b9 = QStringLiteral("b9 img/b9 mask/b9"), b10 = QStringLiteral("b10 img/b10 -");
        row("img/SEQ", tree, "", {b9, b10});
        row("img of img/SEQ", tree, "img", {b9, b10});
        row("SEQ of img/SEQ", tree, "img/b10", {b10});
        row("photos", {QStringLiteral("1.jpg"), QStringLiteral("2.jpg")}, "", {});
        row("photos with masks", {QStringLiteral("img/cat.jpg"), QStringLiteral("img/dog.jpg"),
                                  QStringLiteral("mask/cat.png")}, "", {});
        row("nothing", {QStringLiteral("README.md")}, "", {});
    }

    void folders() {
        QFETCH(QStringList, files);
        QFETCH(QString, opened);
        QFETCH(QStringList, clips);
        QTemporaryDir folder;
        const auto root = std::filesystem::canonical(folder.path().toStdString());
        for (const QString& name : files) {
            const auto path = root / name.toStdString();
            std::filesystem::create_directories(path.parent_path());
            std::ofstream(path) << "x";
        }
        const auto found = clipsOfFolder((root / opened.toStdString()).string());
        QVERIFY(found.ok());
        QStringList seen;
        for (const ClipFolder& clip : *found) {
            const auto below = [&](const std::string& path) {
                return path.empty() ? std::string("-")
                                    : std::filesystem::path(path).lexically_relative(root).string();
            };
            seen << QString::fromStdString(clip.name + ' ' + below(clip.frames) + ' ' + below(clip.masks));
        }
        QCOMPARE(seen, clips);
        QCOMPARE(clipsOfFolder((root / "absent").string()).error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(MediaClipTest)
#include "media_clip_test.moc"
