// The timeline alone, on numbers instead of a film: zoom and scroll, what the lanes look like, what
// mouse and keys ask for.
#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>

#include <memory>

#include "ui/timeline/clock.h"
#include "ui/timeline/timeline_view.h"

using namespace fs2;

namespace {

constexpr int kFrames = 1000;
constexpr ObjectId kCat{1}, kDog{2};

struct Clip {
    LaneIndex index;
    TimelineContent content;

    Clip() {
        index.reset(kFrames);
        content.frames = kFrames;
        content.marks = content.all();
        content.lanes = {{kCat, QStringLiteral("cat"), QColor(0x30, 0x90, 0xf0)},
                         {kDog, QStringLiteral("dog"), QColor(0xf0, 0x90, 0x30)}};
        content.timeText = [](FrameIndex frame) { return clockText(frame.value / 25.); };
        content.doubtText = [](FrameIndex) { return QStringLiteral("no doubt"); };
        content.cells = [this](ObjectId object, FrameRange range, int columns) {
            return index.cells(object, range, columns);
        };
        content.doubts = [this](FrameRange range, int columns) {
            return index.doubts(range, columns);
        };
    }
};

LaneCell cell(int bits, int confidence = 255, int doubt = 0) {
    return {std::uint8_t(bits), std::uint8_t(confidence), std::uint8_t(doubt)};
}

}  // namespace

class VideoTimelineTest : public QObject {
    Q_OBJECT
    std::unique_ptr<Clip> clip_;
    std::unique_ptr<TimelineView> view_;

    QWidget* area() const { return view_->viewport(); }
    QImage lanePicture(int lane) const {
        return area()->grab(view_->laneRect(lane)).toImage().convertToFormat(QImage::Format_RGB32);
    }
    /// Share of the lane's pixels, in the column of `frame`, that are not its background.
    double filled(int lane, int frame) const {
        const QImage picture = lanePicture(lane);
        const int x = view_->xOf({frame});
        const QRgb back = view_->palette().color(QPalette::Base).rgb();
        int other = 0;
        for (int y = 0; y < picture.height() - 1; ++y) other += picture.pixel(x, y) != back;
        return double(other) / picture.height();
    }
    /// Black where something is drawn, whatever its colour.
    QImage shapeOf(QImage picture) const {
        const QRgb back = view_->palette().color(QPalette::Base).rgb();
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x)
                picture.setPixel(x, y, picture.pixel(x, y) == back ? ~0u : 0xFF000000u);
        return picture;
    }
    void wheel(QPoint at, int notches, Qt::KeyboardModifiers modifiers = {}) const {
        QWheelEvent event(at, area()->mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton,
                          modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(area(), &event);
    }

  private Q_SLOTS:
    void init() {
        clip_ = std::make_unique<Clip>();
        view_ = std::make_unique<TimelineView>();
        view_->resize(900, 240);
        view_->setContent(clip_->content);
        view_->show();
        QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
    }
    void cleanup() { view_.reset(); }

    void axisKeepsTheFrameUnderTheCursor() {
        TimeAxis axis;
        axis.setWidth(500);
        axis.setFrames(200'000);
        QVERIFY(axis.isFitted());
        QCOMPARE(axis.frameAt(500), 199'999);
        const double frame = axis.frameAtExact(300);
        for (int i = 0; i < 30; ++i) {
            axis.zoomAt(300, 1.25);
            QVERIFY(std::abs(axis.frameAtExact(300) - frame) < 1e-6 * 200'000);
        }
        QVERIFY(!axis.isFitted());
        QVERIFY(axis.reveal(5));
        QVERIFY(axis.xOf(5) >= 0 && axis.xOf(6) <= 500);
        QVERIFY(!axis.reveal(5));
        axis.zoomAt(0, 1e9);
        QCOMPARE(axis.pixelsPerFrame(), TimeAxis::kWidestFrame);
        axis.zoomAt(0, 1e-9);
        QVERIFY(axis.isFitted());
        QCOMPARE(axis.firstFrame(), 0.);
        QCOMPARE(axis.labelStep(90), 50'000);  // 400 frames a pixel
    }

    void timesAsPeopleWriteThem() {
        QCOMPARE(clockText(62.25), QStringLiteral("1:02.25"));
        QCOMPARE(clockText(3661.5), QStringLiteral("1:01:01.50"));
        QCOMPARE(secondsOf(QStringLiteral("1:02.5")), std::optional<double>(62.5));
        QCOMPARE(secondsOf(QStringLiteral("1:00:00")), std::optional<double>(3600));
        QCOMPARE(secondsOf(QStringLiteral("2,5")), std::optional<double>(2.5));
        for (const char* wrong : {"12", "", "1:x", "-1:00", "nan."})
            QVERIFY(!secondsOf(QString::fromLatin1(wrong)));
    }

    void statesLookDifferent() {
        for (int i = 0; i < 60; ++i) view_->zoomIn();  // frames are wide
        view_->setPlayhead({900}, false);              // its veil stays away
        view_->horizontalScrollBar()->setValue(0);
        const int kinds[] = {LaneCell::Confirmed, LaneCell::Model, LaneCell::Pending,
                             LaneCell::Absent, LaneCell::Occluded};
        std::vector<QImage> seen;
        for (const int kind : kinds) {
            clip_->index.set(kCat, {2}, cell(kind, 160));
            view_->framesChanged({{2}, {2}});
            const QRect lane = view_->laneRect(0);
            const QRect frame(view_->xOf({2}) - 20, lane.y(), 40, lane.height() - 1);
            seen.push_back(shapeOf(area()->grab(frame).toImage()));
        }
        clip_->index.set(kCat, {2}, {});
        for (std::size_t a = 0; a < seen.size(); ++a)
            for (std::size_t b = 0; b < a; ++b)
                QVERIFY2(seen[a] != seen[b], qPrintable(QStringLiteral("%1 %2").arg(a).arg(b)));
    }

    void confidenceIsHeight() {
        for (int frame = 0; frame < 500; ++frame)
            clip_->index.set(kCat, {frame}, cell(LaneCell::Model, 250));
        for (int frame = 500; frame < 1000; ++frame)
            clip_->index.set(kCat, {frame}, cell(LaneCell::Model, 80));
        view_->framesChanged(clip_->content.all());
        QVERIFY(filled(0, 300) > filled(0, 700) + .3);
        QVERIFY(filled(0, 700) > .1);
        QVERIFY(filled(1, 300) < .05);  // the other object has nothing there
    }

    void onlyWhatChangedIsDrawnAnew() {
        QVERIFY(filled(0, 100) < .05);
        clip_->index.set(kCat, {100}, cell(LaneCell::Confirmed));
        clip_->index.set(kCat, {700}, cell(LaneCell::Confirmed));
        view_->framesChanged({{90}, {110}});
        QVERIFY(filled(0, 100) > .5);
        QVERIFY(filled(0, 700) < .05);  // nobody said so
        view_->framesChanged({{700}, {700}});
        QVERIFY(filled(0, 700) > .5);
    }

    void draggingScrubs() {
        QSignalSpy scrubbed(view_.get(), &TimelineView::scrubbed);
        QSignalSpy chosen(view_.get(), &TimelineView::frameChosen);
        const auto at = [&](int frame) { return QPoint(view_->xOf({frame}), 60); };
        QTest::mousePress(area(), Qt::LeftButton, {}, at(100));
        QTest::mouseMove(area(), at(300));
        QTest::mouseMove(area(), at(500));
        QTest::mouseRelease(area(), Qt::LeftButton, {}, at(500));
        QVERIFY(scrubbed.count() >= 3);
        QCOMPARE(chosen.count(), 1);
        const int frame = chosen[0][0].value<FrameIndex>().value;
        QVERIFY2(std::abs(frame - 500) <= 2, qPrintable(QString::number(frame)));
    }

    void marksAreDragged() {
        QSignalSpy dragged(view_.get(), &TimelineView::marksDragged);
        view_->setMarks({{200}, {600}});
        const QPoint in(int(view_->xOf({200})), 6);
        QTest::mousePress(area(), Qt::LeftButton, {}, in);
        QTest::mouseMove(area(), QPoint(view_->xOf({300}), 6));
        QTest::mouseRelease(area(), Qt::LeftButton, {}, QPoint(view_->xOf({300}), 6));
        QVERIFY(!dragged.isEmpty());
        const auto marks = dragged.last()[0].value<FrameRange>();
        QVERIFY(std::abs(marks.first.value - 300) <= 2);
        QCOMPARE(marks.last.value, 600);
        QVERIFY(view_->accessibleDescription().contains(QStringLiteral("600")));
    }

    void wheelZoomsAndScrolls() {
        const QPoint at(view_->xOf({500}), 60);
        const int before = view_->axis().frameAt(view_->axis().xOf(500));
        wheel(at, 6);
        QVERIFY(!view_->axis().isFitted());
        QVERIFY(std::abs(view_->xOf({before}) - at.x()) <= 3);
        const double first = view_->axis().firstFrame();
        wheel(at, -1, Qt::ShiftModifier);
        QVERIFY(view_->axis().firstFrame() > first);
        QVERIFY(view_->horizontalScrollBar()->maximum() > 0);
        view_->horizontalScrollBar()->setValue(view_->horizontalScrollBar()->maximum());
        QVERIFY(view_->axis().firstFrame() + view_->axis().visibleFrames() > kFrames - 2);
        view_->fit();
        QCOMPARE(view_->axis().firstFrame(), 0.);
    }

    void playheadIsFollowed() {
        for (int i = 0; i < 10; ++i) view_->zoomIn();
        view_->setPlayhead({990}, true);
        QVERIFY(view_->axis().xOf(990) < view_->axis().width());
        QVERIFY(view_->accessibleDescription().contains(QStringLiteral("990")));
    }

    void lanesAreChosenByMouseAndKeys() {
        QSignalSpy chosen(view_.get(), &TimelineView::laneChosen);
        QTest::mouseClick(area(), Qt::LeftButton, {}, QPoint(20, view_->laneRect(1).center().y()));
        QCOMPARE(chosen[0][0].value<ObjectId>(), kDog);
        QCOMPARE(chosen[0][1].toBool(), false);
        auto lanes = clip_->content.lanes;
        lanes[0].selected = true;
        view_->setLanes(lanes);
        QTest::keyClick(view_.get(), Qt::Key_Down);
        QCOMPARE(chosen[1][0].value<ObjectId>(), kDog);
        QTest::keyClick(view_.get(), Qt::Key_Up);
        QCOMPARE(chosen[2][0].value<ObjectId>(), kCat);
    }

    void filmstripAsksForWhatIsSeen() {
        QSignalSpy wanted(&view_->strip(), &Filmstrip::wanted);
        view_->strip().clear();
        area()->grab();
        QVERIFY(!wanted.isEmpty());
        const auto frames = wanted.last()[0].value<QList<int>>();
        QVERIFY(frames.size() >= 5 && frames.size() <= 40);
        QVERIFY(frames.first() == 0 && frames.last() < kFrames);
        QImage red(86, 48, QImage::Format_RGB32);
        red.fill(Qt::red);
        for (const int frame : frames) view_->strip().setPicture(frame, red);
        wanted.clear();
        const QImage shown = area()->grab().toImage();
        QVERIFY(wanted.isEmpty());  // all are there
        int reds = 0;
        for (int x = 0; x < shown.width(); ++x) reds += shown.pixel(x, 50) == qRgb(255, 0, 0);
        QVERIFY(reds > shown.width() / 2);
    }

    void emptyStatesSayWhatToDo() {
        const QImage full = area()->grab().toImage();
        auto content = clip_->content;
        content.lanes.clear();
        view_->setContent(content);
        QVERIFY(area()->grab().toImage() != full);
        view_->setContent({});
        QTest::mouseClick(area(), Qt::LeftButton, {}, QPoint(400, 60));  // nothing to go to
        QSignalSpy chosen(view_.get(), &TimelineView::frameChosen);
        QTest::mouseClick(area(), Qt::LeftButton, {}, QPoint(400, 60));
        QVERIFY(chosen.isEmpty());
    }
};

QTEST_MAIN(VideoTimelineTest)
#include "video_timeline_test.moc"
