// From a folder to a COCO file and back, as a person does it.
#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QListView>
#include <QTimer>

#include "tests/gui/window_fixture.h"
#include "ui/main_window/export_dialog.h"
#include "ui/main_window/fault_bar.h"

using namespace fs2;

class WindowJourneyTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        fixture_ = std::make_unique<WindowFixture>();
        fixture_->addPicture(QStringLiteral("photos/a.png"), 90);
        fixture_->addPicture(QStringLiteral("photos/b.png"), 160);
        fixture_->open();
    }
    void cleanup() {
        fixture_->close();
        fixture_.reset();
    }

    void clickCorrectUndoRedo() {
        WindowFixture& f = *fixture_;
        openPhotos();
        f.click(80, 80);
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        const ObjectId object = f.document().objects().front().id;
        const Mask first = f.maskOf(object);
        QVERIFY(first.contains(80, 80));
        QVERIFY(!first.contains(200, 120));

        f.click(200, 120);  // a second click corrects the same object
        QTRY_VERIFY(f.maskOf(object).contains(200, 120));
        QCOMPARE(int(f.document().objects().size()), 1);
        const Mask second = f.maskOf(object);
        f.click(80, 80, Qt::LeftButton, Qt::ShiftModifier);  // takes away
        QTRY_VERIFY(!f.maskOf(object).contains(80, 80));

        QVERIFY(f.action("undo").text().contains(QLatin1Char(':')));  // says what it takes back
        f.action("undo").trigger();
        QVERIFY(f.maskOf(object) == second);
        f.action("undo").trigger();
        QVERIFY(f.maskOf(object) == first);
        f.action("undo").trigger();
        QVERIFY(f.document().objects().empty());
        QVERIFY(!f.action("undo").isEnabled());
        f.action("redo").trigger();
        QVERIFY(f.maskOf(object) == first);
        f.action("redo").trigger();
        QVERIFY(f.maskOf(object) == second);
    }

    void acceptStartsAnotherObject() {
        WindowFixture& f = *fixture_;
        openPhotos();
        f.click(80, 80);
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        const ObjectId first = f.document().objects().front().id;
        QVERIFY(!f.document().label(first)->confirmed);
        QTest::keyClick(f.window.get(), Qt::Key_N);
        QTRY_VERIFY(f.document().label(first)->confirmed);
        f.click(240, 160);
        QTRY_COMPARE(int(f.document().objects().size()), 2);
        QTest::keyClick(f.window.get(), Qt::Key_Escape);  // drops the draft alone
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        QCOMPARE(f.document().objects().front().id, first);
    }

    void boxBrushAndEraser() {
        WindowFixture& f = *fixture_;
        openPhotos();
        f.action("tool_box").trigger();
        QCOMPARE(f.window->toolbox().current(), ToolId::Box);
        f.drag({60, 60}, {140, 120});
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        const ObjectId object = f.document().objects().front().id;
        QVERIFY(f.maskOf(object).contains(100, 90));
        QTest::keyClick(f.window.get(), Qt::Key_N);
        QTRY_VERIFY(f.document().label(object)->confirmed);

        f.document().select({object});
        f.action("tool_brush").trigger();
        f.window->toolbox().setBrushSize(20);
        QVERIFY(!f.maskOf(object).contains(240, 200));
        f.drag({200, 200}, {280, 200});
        QTRY_VERIFY(f.maskOf(object).contains(240, 200));
        f.action("tool_eraser").trigger();
        f.drag({80, 90}, {120, 90});
        QTRY_VERIFY(!f.maskOf(object).contains(100, 90));
        f.action("undo").trigger();
        QVERIFY(f.maskOf(object).contains(100, 90));
    }

    void toolKeysAndButtonsAgree() {
        WindowFixture& f = *fixture_;
        openPhotos();
        QTest::keyClick(f.window.get(), Qt::Key_E);
        QVERIFY(!f.window->toolbox().positive());
        QVERIFY(f.action("tool_subtract").isChecked());
        QVERIFY(!f.action("tool_add").isChecked());
        QTest::keyClick(f.window.get(), Qt::Key_B);
        QVERIFY(f.action("tool_brush").isChecked());
        QTest::keyClick(f.window.get(), Qt::Key_Q);
        QVERIFY(f.action("tool_add").isChecked());
        QCOMPARE(f.window->toolbox().current(), ToolId::Click);
    }

    void classesByNameAndDigit() {
        WindowFixture& f = *fixture_;
        openPhotos();
        auto* name = f.window->findChild<QLineEdit*>(QStringLiteral("newClass"));
        QTest::keyClicks(name, QStringLiteral("cat"));
        QTest::keyClick(name, Qt::Key_Return);
        QTest::keyClicks(name, QStringLiteral("plate"));
        QTest::keyClick(name, Qt::Key_Return);
        const auto classes = f.document().classes();
        QCOMPARE(int(classes.size()), 2);
        QCOMPARE(QString::fromStdString(classes[1].name), QStringLiteral("plate"));

        f.click(80, 80);  // the class that is chosen in the list goes to new objects
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        const ObjectId object = f.document().objects().front().id;
        QCOMPARE(f.document().object(object)->cls, classes[1].id);
        f.document().select({object});
        f.action("assign_1").trigger();
        QCOMPARE(f.document().object(object)->cls, classes[0].id);
    }

    void bulkEditsOfSeveralObjects() {
        WindowFixture& f = *fixture_;
        openPhotos();
        for (const double x : {60., 160., 260.}) {
            f.click(x, 100);
            const auto wanted = std::size_t(x / 100) + 1;
            QTRY_COMPARE(f.document().objects().size(), wanted);
            f.action("accept").trigger();
        }
        f.action("select_all").trigger();
        QCOMPARE(int(f.document().selection().size()), 3);
        f.action("hide").trigger();
        for (const ObjectRecord& object : f.document().objects()) QVERIFY(object.hidden);
        f.action("hide").trigger();
        for (const ObjectRecord& object : f.document().objects()) QVERIFY(!object.hidden);
        const ObjectId lowest = f.document().objects().front().id;
        f.document().select({lowest});
        f.action("raise").trigger();
        QCOMPARE(f.document().objects()[1].id, lowest);
        f.action("copy").trigger();
        f.action("paste").trigger();
        QCOMPARE(int(f.document().objects().size()), 4);
        f.action("delete").trigger();
        QCOMPARE(int(f.document().objects().size()), 3);
        f.action("select_all").trigger();
        f.action("merge").trigger();
        QCOMPARE(int(f.document().objects().size()), 1);
        const Mask merged = f.maskOf(f.document().objects().front().id);
        for (const int x : {60, 160, 260}) QVERIFY(merged.contains(x, 100));
    }

    void copyToTheNextImage() {
        WindowFixture& f = *fixture_;
        openPhotos();
        f.click(80, 80);
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        f.action("accept").trigger();
        const Mask mask = f.maskOf(f.document().objects().front().id);
        f.document().select({f.document().objects().front().id});
        const ItemId first = f.document().openItem();
        f.action("paste_next").trigger();
        QTRY_VERIFY(f.document().openItem() != first && f.document().isLoaded());
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        QVERIFY(f.maskOf(f.document().objects().front().id) == mask);
    }

    void everythingIsThereAfterReopening() {
        WindowFixture& f = *fixture_;
        openPhotos();
        edit::addClass(f.document(), QStringLiteral("cat"));
        f.click(80, 80);
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        f.action("accept").trigger();
        const ObjectId object = f.document().objects().front().id;
        f.document().select({object});
        f.action("assign_1").trigger();
        const Mask mask = f.maskOf(object);
        f.action("image_done").trigger();  // goes on to b.png
        QTRY_COMPARE(openName(), QStringLiteral("b.png"));
        QTRY_VERIFY(f.ready());
        f.close();

        f.open();
        openPhotos();
        QCOMPARE(openName(), QStringLiteral("b.png"));  // where the work stopped
        QCOMPARE(f.document().itemAt(0).record.state, ItemState::Done);
        f.action("previous_item").trigger();
        QTRY_VERIFY(openName() == QStringLiteral("a.png") && f.ready());
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        QVERIFY(f.maskOf(object) == mask);
        QVERIFY(f.document().label(object)->confirmed);
        QCOMPARE(int(f.document().label(object)->prompt.clicks.size()), 1);
        QCOMPARE(f.document().classOf(f.document().object(object)->cls)->name, std::string("cat"));
    }

    void exportWritesCoco() {
        WindowFixture& f = *fixture_;
        openPhotos();
        edit::addClass(f.document(), QStringLiteral("cat"));
        f.click(80, 80);
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        f.action("accept").trigger();
        f.document().select({f.document().objects().front().id});
        f.action("assign_1").trigger();
        const Mask mask = f.maskOf(f.document().objects().front().id);
        const QString target = f.path(QStringLiteral("out.json"));
        exportTo(target);
        QTRY_VERIFY(QFile::exists(target));

        QFile file(target);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonDocument json = QJsonDocument::fromJson(file.readAll());
        const QJsonArray images = json[QLatin1String("images")].toArray();
        QCOMPARE(images.first()[QLatin1String("file_name")].toString(), QStringLiteral("a.png"));
        QCOMPARE(json[QLatin1String("categories")].toArray().size(), 1);
        const QJsonArray annotations = json[QLatin1String("annotations")].toArray();
        QCOMPARE(annotations.size(), 1);
        const QJsonObject one = annotations.first().toObject();
        QCOMPARE(one[QLatin1String("id")].toInt(), 1);
        QCOMPARE(one[QLatin1String("area")].toInt(), int(mask.area()));
        const std::string counts =
            one[QLatin1String("segmentation")][QLatin1String("counts")].toString().toStdString();
        const auto read = Mask::fromCocoText(kWidth, kHeight, counts);
        QVERIFY(read.ok());
        QVERIFY(*read == mask);

        // path and format are remembered
        ExportDialog again(*f.session, f.document().openItem(), nullptr);
        QCOMPARE(again.path(), target);
        QCOMPARE(again.format(), QStringLiteral("coco"));
        QVERIFY(again.options().alwaysRle);
    }

    void faultsDoNotBlock() {
        WindowFixture& f = *fixture_;
        f.window->openPaths({f.path(QStringLiteral("no such folder"))});
        QTRY_VERIFY(f.window->faultBar().isVisible());
        QVERIFY(!f.window->faultBar().sentence().isEmpty());
        QVERIFY(!QApplication::activeModalWidget());
        openPhotos();  // and work goes on
    }

    void closingAsksWhereSavingFails() {
        WindowFixture& f = *fixture_;
        openPhotos();
        QVERIFY(QDir().rename(f.path(QStringLiteral("photos")), f.path(QStringLiteral("away"))));
        f.click(80, 80);
        QTRY_COMPARE(f.session->saveStatus().state, SaveStatus::State::Failed);
        int asked = 0;
        QTimer::singleShot(0, f.window.get(), [&] {
            asked += QApplication::activeModalWidget() != nullptr;
            QTest::keyClick(QApplication::activeModalWidget(), Qt::Key_Escape);
        });
        f.window->close();
        QCOMPARE(asked, 1);
        QVERIFY(f.window->isVisible());
        QVERIFY(QDir().rename(f.path(QStringLiteral("away")), f.path(QStringLiteral("photos"))));
        QTRY_COMPARE(f.session->saveStatus().state, SaveStatus::State::Saved);
        f.window->close();
        QVERIFY(!f.window->isVisible());
    }

    void anEmptyFolderSaysSo() {
        WindowFixture& f = *fixture_;
        QDir().mkpath(f.path(QStringLiteral("nothing")));
        f.window->openPaths({f.path(QStringLiteral("nothing"))});
        QTRY_VERIFY(!f.canvas().message().isEmpty());
        f.addPicture(QStringLiteral("nothing/new.png"));  // and waits for pictures
        QTRY_COMPARE(f.document().itemCount(), 1);
        QTRY_VERIFY(f.ready());
        QVERIFY(f.canvas().message().isEmpty());
    }

    void filesComeAndGo() {
        WindowFixture& f = *fixture_;
        openPhotos();
        f.click(80, 80);
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        f.action("accept").trigger();
        f.addPicture(QStringLiteral("photos/aa.png"));
        QTRY_COMPARE(f.document().itemCount(), 3);
        QCOMPARE(QString::fromStdString(f.document().itemAt(1).record.path),
                 QStringLiteral("aa.png"));
        QCOMPARE(openName(), QStringLiteral("a.png"));  // the work goes on undisturbed
        QCOMPARE(int(f.document().objects().size()), 1);
        QVERIFY(f.document().canUndo());
        QVERIFY(QFile::remove(f.path(QStringLiteral("photos/aa.png"))));
        QVERIFY(QFile::remove(f.path(QStringLiteral("photos/a.png"))));
        QTRY_COMPARE(f.document().itemCount(), 2);  // the labelled one stays
        QTRY_VERIFY(f.document().itemAt(0).missing);
        f.addPicture(QStringLiteral("photos/a.png"), 90);
        QTRY_VERIFY(!f.document().itemAt(0).missing);
        QCOMPARE(f.document().itemCount(), 2);
    }

    void aVanishedFolderDoesNotBlock() {
        WindowFixture& f = *fixture_;
        openPhotos();
        QVERIFY(QDir().rename(f.path(QStringLiteral("photos")), f.path(QStringLiteral("away"))));
        QTRY_VERIFY(f.window->faultBar().isVisible());
        QVERIFY(!QApplication::activeModalWidget());
        QCOMPARE(f.document().itemCount(), 2);
        f.click(80, 80);  // what is seen can be worked on
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        QVERIFY(QDir().rename(f.path(QStringLiteral("away")), f.path(QStringLiteral("photos"))));
        QTRY_VERIFY(!f.window->faultBar().isVisible());
        QTRY_COMPARE(f.session->saveStatus().state, SaveStatus::State::Saved);
    }

    void tabStepsThroughObjects() {
        WindowFixture& f = *fixture_;
        openPhotos();
        f.click(80, 80);
        QTRY_COMPARE(int(f.document().objects().size()), 1);
        f.action("accept").trigger();
        f.click(240, 160);
        QTRY_COMPARE(int(f.document().objects().size()), 2);
        f.action("accept").trigger();
        f.canvas().setFocus();
        QTest::keyClick(&f.canvas(), Qt::Key_Tab);
        const ObjectId first = f.document().currentObject();
        QVERIFY(first.value != 0);
        QTest::keyClick(&f.canvas(), Qt::Key_Tab);
        QVERIFY(f.document().currentObject().value != 0);
        QVERIFY(f.document().currentObject() != first);
        QTest::keyClick(&f.canvas(), Qt::Key_Backtab, Qt::ShiftModifier);
        QCOMPARE(f.document().currentObject(), first);
    }

  private:
    void openPhotos() {
        WindowFixture& f = *fixture_;
        f.window->openPaths({f.path(QStringLiteral("photos"))});
        QTRY_VERIFY(f.session->hasProject());
        QTRY_VERIFY(f.ready());
        QTRY_COMPARE(f.session->modelStatus().state, ModelStatus::State::Ready);
        QCOMPARE(f.document().itemCount(), 2);
    }
    QString openName() const {
        const ItemSummary* item = fixture_->document().item(fixture_->document().openItem());
        return item ? QString::fromStdString(item->record.path) : QString();
    }
    void exportTo(const QString& path) {
        QTimer::singleShot(0, fixture_->window.get(), [=] {
            auto* dialog = qobject_cast<ExportDialog*>(QApplication::activeModalWidget());
            QVERIFY(dialog);
            dialog->setFormat(QStringLiteral("coco"), true);
            dialog->findChild<QLineEdit*>(QStringLiteral("exportPath"))->setText(path);
            dialog->accept();
        });
        fixture_->action("export").trigger();
    }

    std::unique_ptr<WindowFixture> fixture_;
};

QTEST_MAIN(WindowJourneyTest)
#include "window_journey_test.moc"
