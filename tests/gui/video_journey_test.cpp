// Through a film in the real window, as a person does it: a click, F, corrections, a second object,
// undo, export, closing and going on.
#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QTimer>

#include "tests/gui/video_fixture.h"
#include "ui/main_window/export_dialog.h"

using namespace fs2;

class VideoJourneyTest : public QObject {
    Q_OBJECT
    std::unique_ptr<VideoFixture> f_;

    void openFolder() {
        f_->session->openSequence(f_->path(QStringLiteral("walk")));
        f_->waitForClip();
        QCOMPARE(f_->clip().info().frames, VideoFixture::kFrames);
    }
    /// A click on frame 0 and F; waits for the end.
    ObjectId propagated() {
        const ObjectId object = f_->clickObject(80, 80);
        f_->key(Qt::Key_F);
        if (!QTest::qWaitFor(
                [&] { return f_->idle() && f_->labelsOf(object) == VideoFixture::kFrames; }))
            return VideoFixture::kNone;
        return object;
    }
    std::vector<Mask> masksOf(ObjectId object) const {
        std::vector<Mask> masks;
        for (int n = 0; n < VideoFixture::kFrames; ++n) masks.push_back(f_->maskAt(object, n));
        return masks;
    }
    void exportTo(const QString& format, const QString& path) {
        QTimer::singleShot(0, f_->window.get(), [=] {
            auto* dialog = qobject_cast<ExportDialog*>(QApplication::activeModalWidget());
            QVERIFY(dialog);
            dialog->setFormat(format);
            QCOMPARE(dialog->format(), format);
            dialog->findChild<QLineEdit*>(QStringLiteral("exportPath"))->setText(path);
            dialog->accept();
        });
        QSignalSpy done(f_->session.get(), &Session::jobFinished);
        f_->action("export").trigger();
        QTRY_COMPARE(done.count(), 1);
        QVERIFY2(done[0][1].toBool(), qPrintable(done[0][2].toString()));
    }

  private Q_SLOTS:
    void init() {
        f_ = std::make_unique<VideoFixture>();
        f_->makeFolder(QStringLiteral("walk"));
        f_->open();
    }
    void cleanup() {
        f_->close();
        f_.reset();
    }

    void aClickAndF() {
        openFolder();
        const ObjectId object = propagated();
        QVERIFY(object.value != 0);
        QVERIFY(f_->maskAt(object, 0).contains(80, 80));
        for (int n = 1; n < VideoFixture::kFrames; ++n) {
            QVERIFY(f_->label(object, n));
            QCOMPARE(f_->label(object, n)->provenance, Provenance::Model);
            QVERIFY(!f_->maskAt(object, n).empty());
        }
        QVERIFY(f_->clip().laneCell(object, {5}).bits & LaneCell::Model);
        f_->goTo(7);
        QCOMPARE(int(f_->canvas().layers().size()), 1);  // the canvas shows that frame's mask
        QVERIFY(f_->canvas().layers()[0].mask == f_->maskAt(object, 7));
        QCOMPARE(f_->timeline().content().playhead.value, 7);
    }

    void oneUndoTakesTheRunBack() {
        openFolder();
        const ObjectId object = propagated();
        const std::vector<Mask> masks = masksOf(object);
        f_->action("undo").trigger();
        QCOMPARE(f_->labelsOf(object), 1);
        QVERIFY(f_->maskAt(object, 0) == masks[0]);
        f_->action("redo").trigger();
        QVERIFY(masksOf(object) == masks);
    }

    void aCorrectionHolds() {
        openFolder();
        const ObjectId object = propagated();
        std::vector<Mask> before = masksOf(object);
        for (const int at : {10, 16, 5}) {
            const int x = 150 + 5 * at;  // each at a place of its own
            f_->goTo(at);
            f_->document().select({object});
            f_->click(x, 140);
            QTRY_VERIFY(f_->maskAt(object, at).contains(x, 140));
            QVERIFY(isHeld(*f_->label(object, at)));
            const Mask corrected = f_->maskAt(object, at);
            f_->key(Qt::Key_R, Qt::ControlModifier);
            QTRY_VERIFY(f_->idle());
            QTRY_VERIFY(!(f_->maskAt(object, at + 1) == before[std::size_t(at) + 1]));
            const std::vector<Mask> after = masksOf(object);
            QVERIFY(after[std::size_t(at)] == corrected);
            for (int n = 0; n < at; ++n) QVERIFY(after[std::size_t(n)] == before[std::size_t(n)]);
            before = after;
        }
        // The corrections of frames 10 and 16 ended the later runs: what lies behind them is
        // theirs.
        QVERIFY(f_->maskAt(object, 10).contains(200, 140));
        QVERIFY(f_->maskAt(object, 16).contains(230, 140));
        QVERIFY(f_->maskAt(object, 0).contains(80, 80));
    }

    void aSecondObjectInMidClip() {
        openFolder();
        const ObjectId first = propagated();
        const std::vector<Mask> before = masksOf(first);
        f_->goTo(12);
        f_->key(Qt::Key_N);  // the next click begins another object
        const ObjectId second = f_->clickObject(240, 60);
        QVERIFY(second.value != 0 && second != first);
        f_->key(Qt::Key_F);
        QTRY_VERIFY(f_->idle() && f_->labelsOf(second) == VideoFixture::kFrames - 12);
        QVERIFY(masksOf(first) == before);
        QCOMPARE(int(f_->timeline().content().lanes.size()), 2);
        f_->document().select({second});
        f_->action("delete").trigger();
        QVERIFY(masksOf(first) == before);
    }

    void backwardAndInsideTheMarks() {
        openFolder();
        f_->goTo(10);
        const ObjectId object = f_->clickObject(80, 80);
        f_->key(Qt::Key_F, Qt::ShiftModifier);
        QTRY_VERIFY(f_->idle() && f_->labelsOf(object) == 11);
        QVERIFY(!f_->label(object, 11));
        f_->action("undo").trigger();
        f_->goTo(6);
        f_->key(Qt::Key_I);
        f_->goTo(14);
        f_->key(Qt::Key_O);
        QCOMPARE(f_->timeline().content().marks.first.value, 6);
        QCOMPARE(f_->timeline().content().marks.last.value, 14);
        f_->goTo(10);
        f_->key(Qt::Key_B, Qt::ControlModifier);
        QTRY_VERIFY(f_->idle() && f_->labelsOf(object) == 9);
        QVERIFY(f_->label(object, 6) && f_->label(object, 14));
        QVERIFY(!f_->label(object, 5) && !f_->label(object, 15));
    }

    void absentAndOccludedInTheRange() {
        openFolder();
        const ObjectId object = propagated();
        f_->clip().setMarkIn({4});
        f_->clip().setMarkOut({8});
        f_->document().select({object});
        f_->key(Qt::Key_A, Qt::ShiftModifier);
        for (const int n : {4, 6, 8}) {
            QCOMPARE(f_->label(object, n)->state, LabelState::Absent);
            QVERIFY(f_->clip().laneCell(object, {n}).bits & LaneCell::Absent);
        }
        QCOMPARE(f_->label(object, 9)->state, LabelState::Seen);
        f_->key(Qt::Key_O, Qt::ShiftModifier);
        QCOMPARE(f_->label(object, 6)->state, LabelState::Occluded);
        f_->action("undo").trigger();
        f_->action("undo").trigger();
        QCOMPARE(f_->label(object, 6)->state, LabelState::Seen);
    }

    void confirmedFramesAreFoundByKeys() {
        openFolder();
        const ObjectId object = propagated();
        f_->goTo(9);
        f_->document().select({object});
        f_->key(Qt::Key_K);
        QVERIFY(f_->label(object, 9)->confirmed);
        f_->goTo(20);
        f_->key(Qt::Key_PageUp);
        QTRY_VERIFY(f_->shown(9));
        f_->key(Qt::Key_PageUp);
        QTRY_VERIFY(f_->shown(0));
        f_->key(Qt::Key_PageDown);
        QTRY_VERIFY(f_->shown(9));
    }

    void framesByKeysAndField() {
        openFolder();
        f_->key(Qt::Key_Right);
        QTRY_VERIFY(f_->shown(1));
        f_->key(Qt::Key_D);
        QTRY_VERIFY(f_->shown(2));
        f_->key(Qt::Key_Right, Qt::ShiftModifier);
        QTRY_VERIFY(f_->shown(12));
        f_->key(Qt::Key_End);
        QTRY_VERIFY(f_->shown(VideoFixture::kFrames - 1));
        f_->key(Qt::Key_Left);
        QTRY_VERIFY(f_->shown(VideoFixture::kFrames - 2));
        f_->key(Qt::Key_Home);
        QTRY_VERIFY(f_->shown(0));
        f_->key(Qt::Key_G, Qt::ControlModifier);
        auto* field = f_->window->findChild<QLineEdit*>(QStringLiteral("frameField"));
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClicks(field, QStringLiteral("17"));
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(f_->shown(17));
    }

    void exportAndGoOnAfterClosing() {
        openFolder();
        const ObjectId object = propagated();
        const std::vector<Mask> masks = masksOf(object);
        const QString davis = f_->path(QStringLiteral("davis"));
        exportTo(QStringLiteral("davis"), davis);
        QDir written(davis);
        QVERIFY(written.exists());
        f_->close();

        f_->open();
        openFolder();
        QTRY_COMPARE(int(f_->document().objects().size()), 1);
        QVERIFY(masksOf(object) == masks);
        QCOMPARE(int(f_->timeline().content().lanes.size()), 1);
        f_->goTo(VideoFixture::kFrames - 1);
        QVERIFY(f_->canvas().layers()[0].mask == masks.back());
    }

    void aFilmFrameByFrame() {
#ifdef __SANITIZE_THREAD__
        QSKIP("the film is made by QProcess while threads live: the vfork confuses ThreadSanitizer");
#endif
        if (!f_->makeFilm(QStringLiteral("walk"), QStringLiteral("films/walk.mp4"))) {
            QDir().mkpath(f_->path(QStringLiteral("films")));
            if (!f_->makeFilm(QStringLiteral("walk"), QStringLiteral("films/walk.mp4")))
                QSKIP("there is no program ffmpeg with libx264");
        }
        f_->window->openPaths({f_->path(QStringLiteral("films/walk.mp4"))});
        f_->waitForClip();
        QVERIFY(f_->clip().info().isFilm);
        QCOMPARE(f_->clip().info().frames, VideoFixture::kFrames);
        for (const int n : {13, 3, 23, 0, 12}) {
            QTest::mouseClick(f_->timeline().viewport(), Qt::LeftButton, {},
                              QPoint(f_->timeline().xOf({n}), 4));
            QTRY_VERIFY(f_->shown(n));
            const std::uint8_t* pixel = f_->canvas().frame()->row(100) + 4 * 100;
            QVERIFY2(std::abs(pixel[0] - VideoFixture::shadeOf(n)) <= 3,
                     qPrintable(QStringLiteral("%1: %2").arg(n).arg(pixel[0])));
        }
        const ObjectId object = f_->clickObject(80, 80);
        f_->key(Qt::Key_F);
        QTRY_VERIFY(f_->idle() && f_->labelsOf(object) == VideoFixture::kFrames - 12);
    }
};

QTEST_MAIN(VideoJourneyTest)
#include "video_journey_test.moc"
