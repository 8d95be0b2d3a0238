// A run while it goes on, and the model's memory, in the real window: the model's steps wait until
// the test lets them go.
#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QProgressBar>
#include <QSpinBox>
#include <QTreeWidget>

#include "tests/gui/video_fixture.h"

using namespace fs2;

class VideoRunTest : public QObject {
    Q_OBJECT
    std::unique_ptr<VideoFixture> f_;
    std::shared_ptr<StepGate> gate_;
    ObjectId object_;

    /// A click on frame 0, F, and `frames` steps of the run.
    void startRun(int frames) {
        object_ = f_->clickObject(80, 80);
        QVERIFY(object_.value != 0);
        gate_->allow(frames);
        f_->key(Qt::Key_F);
        QTRY_VERIFY(f_->clip().run().done >= frames);
    }
    bool pending(int frame) const { return f_->clip().pendingLabel(object_, {frame}) != nullptr; }
    QTreeWidget& memoryView() const {
        return *f_->window->findChild<QTreeWidget*>(QStringLiteral("memoryView"));
    }
    QTreeWidgetItem* entry(int frame) const {
        for (QTreeWidgetItem* item :
             memoryView().findItems(QString::number(frame), Qt::MatchExactly | Qt::MatchRecursive))
            if (item->parent()) return item;
        return nullptr;
    }

  private Q_SLOTS:
    void init() {
        gate_ = std::make_shared<StepGate>();
        f_ = std::make_unique<VideoFixture>();
        f_->makeFolder(QStringLiteral("walk"));
        f_->open([gate = gate_](const SegmenterOptions&) -> Result<std::unique_ptr<Segmenter>> {
            return std::unique_ptr<Segmenter>(std::make_unique<GatedSegmenter>(gate));
        });
        f_->session->openSequence(f_->path(QStringLiteral("walk")));
        f_->waitForClip();
    }
    void cleanup() {
        gate_->allow(1000);
        f_->close();
        f_.reset();
    }

    void masksAppearWhileItRuns() {
        startRun(5);
        QTRY_VERIFY(pending(3));
        QVERIFY(!f_->label(object_, 3));  // not in the document yet
        QVERIFY(f_->clip().laneCell(object_, {3}).bits & LaneCell::Pending);
        QVERIFY(!f_->timeline().content().run.empty());
        f_->goTo(3);
        QCOMPARE(int(f_->canvas().layers().size()), 1);
        QVERIFY(f_->canvas().layers()[0].pending);  // hatched
        auto* progress = f_->window->findChild<QProgressBar*>();
        QVERIFY(progress->isVisible());
        QVERIFY(f_->action("cancel_run").isEnabled());
        gate_->allow(1000);
        QTRY_VERIFY(f_->idle());
        QVERIFY(f_->label(object_, 3));
        QVERIFY(!f_->canvas().layers()[0].pending);
        QVERIFY(f_->timeline().content().run.empty());
        QVERIFY(!f_->action("cancel_run").isEnabled());
    }

    void escapeStopsItAndWhatIsDoneStays() {
        startRun(6);
        f_->document().select({});  // nothing else to step out of
        f_->key(Qt::Key_Escape);
        QVERIFY(!QApplication::activeModalWidget());  // no question: nothing is lost
        QTRY_VERIFY(f_->idle());
        QVERIFY(f_->labelsOf(object_) >= 6 && f_->labelsOf(object_) <= 8);
        f_->action("undo").trigger();  // one step
        QCOMPARE(f_->labelsOf(object_), 1);
    }

    void spacePausesAndGoesOn() {
        startRun(4);
        f_->canvas().setFocus();
        QTest::keyClick(&f_->canvas(), Qt::Key_Space);
        QTRY_COMPARE(f_->clip().run().state, RunStatus::State::Paused);
        QVERIFY(f_->action("pause_run").isChecked());
        gate_->allow(1000);
        QTest::keyClick(&f_->canvas(), Qt::Key_Space);
        QTRY_VERIFY(f_->idle());
        QCOMPARE(f_->labelsOf(object_), VideoFixture::kFrames);
    }

    void aClickStopsItAndIsAnswered() {
        startRun(6);
        QTRY_VERIFY(pending(5));
        f_->goTo(3);
        f_->document().select({object_});
        f_->click(200, 140);
        QTRY_VERIFY(f_->maskAt(object_, 3).contains(200, 140));
        QVERIFY(f_->idle());
        QVERIFY(f_->label(object_, 5));  // what had come was kept
        f_->action("undo").trigger();    // the click
        QVERIFY(!f_->maskAt(object_, 3).contains(200, 140));
        QVERIFY(f_->label(object_, 5));
        f_->action("undo").trigger();  // the run
        QVERIFY(!f_->label(object_, 5));
    }

    void theViewFollowsUntilItIsMoved() {
        startRun(5);
        QTRY_VERIFY(f_->frame() >= 4);
        QVERIFY(f_->action("follow_run").isChecked());
        f_->goTo(1);
        gate_->allow(5);
        QTRY_VERIFY(f_->clip().run().done >= 10);
        QCOMPARE(f_->frame(), 1);
        QTRY_VERIFY(!f_->action("follow_run").isChecked());
    }

    void theMemoryIsListed() {
        startRun(0);
        gate_->allow(1000);
        QTRY_VERIFY(f_->idle());
        QTRY_COMPARE(memoryView().topLevelItemCount(), 1);
        QTRY_VERIFY(entry(0));                     // the frame that was clicked
        QVERIFY(entry(0)->toolTip(0).size() > 5);  // why it is kept
        const int entries = memoryView().topLevelItem(0)->childCount();
        QVERIFY(entries > 1);

        QTreeWidgetItem* other = memoryView().topLevelItem(0)->child(entries - 1);
        const int frame = other->text(0).toInt();
        f_->window->findChild<QDockWidget*>(QStringLiteral("memoryDock"))->raise();
        memoryView().setCurrentItem(other);
        memoryView().setFocus();
        QTRY_VERIFY(memoryView().hasFocus());
        QTest::keyClick(&memoryView(), Qt::Key_Return);  // jumps there
        QTRY_COMPARE(f_->frame(), frame);

        memoryView().setCurrentItem(entry(frame));
        QTest::keyClick(&memoryView(), Qt::Key_C);
        const auto kindOf = [&](int number) {
            for (const MemoryItem& item : f_->clip().memoryItems())
                if (item.frame.value == number) return item.kind;
            return MemoryItem::Kind::Short;
        };
        QTRY_COMPARE(kindOf(frame), MemoryItem::Kind::Pinned);
        QTRY_VERIFY(entry(frame));
        memoryView().setCurrentItem(entry(frame));
        QTest::keyClick(&memoryView(), Qt::Key_Delete);
        QTRY_VERIFY(!entry(frame));
    }

    void memorySettingsReachTheModel() {
        auto* panel = memoryView().parentWidget();
        auto* policy = panel->findChild<QComboBox*>();
        policy->setCurrentIndex(int(MemoryOptions::Policy::Fifo));
        Q_EMIT policy->activated(int(MemoryOptions::Policy::Fifo));
        const QList<QSpinBox*> numbers = panel->findChildren<QSpinBox*>();
        QCOMPARE(numbers.size(), 3);
        numbers[0]->setValue(4);
        numbers[1]->setValue(2);
        numbers[2]->setValue(3);
        const MemoryOptions wanted{MemoryOptions::Policy::Fifo, 4, 2, 3};
        QVERIFY(f_->clip().memoryOptions() == wanted);
        startRun(0);
        gate_->allow(1000);
        QTRY_VERIFY(f_->idle());
        QTRY_VERIFY(!f_->clip().memoryItems().empty());
        QVERIFY(f_->clip().memoryItems().size() <= 6);
    }
};

QTEST_MAIN(VideoRunTest)
#include "video_run_test.moc"
