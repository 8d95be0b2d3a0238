// Long lists: names first, thumbnails only for what is seen; filters; reordering.
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QSignalSpy>

#include "tests/gui/window_fixture.h"
#include "ui/panels/item_panel.h"
#include "ui/panels/object_panel.h"

using namespace fs2;

class WindowListsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        fixture_ = std::make_unique<WindowFixture>();
        fixture_->open();
    }
    void cleanup() {
        fixture_->close();
        fixture_.reset();
    }

    void tenThousandImages() {
        WindowFixture& f = *fixture_;
        QDir().mkpath(f.path(QStringLiteral("many")));
        for (int i = 0; i < 10000; ++i) {
            QFile file(f.path(QStringLiteral("many/image_%1.jpg").arg(i)));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        QSignalSpy thumbnails(&f.session->items(), &ItemListModel::thumbnailWanted);
        f.window->openPaths({f.path(QStringLiteral("many"))});
        QTRY_VERIFY_WITH_TIMEOUT(f.session->hasProject(), 60000);
        QCOMPARE(f.document().itemCount(), 10000);
        QCOMPARE(QString::fromStdString(f.document().itemAt(9999).record.path),
                 QStringLiteral("image_9999.jpg"));  // in the order in which a person counts
        auto* view = f.window->findChild<QListView*>(QStringLiteral("itemView"));
        QCOMPARE(view->model()->rowCount(), 10000);
        view->grab();
        QVERIFY2(thumbnails.size() < 200, qPrintable(QString::number(thumbnails.size())));
        f.action("last_item").trigger();
        QTRY_COMPARE(f.document().rowOf(f.document().openItem()), 9999);
        QTRY_COMPARE(f.session->phase(), Session::Phase::Failed);  // a file of no bytes
        QVERIFY(!f.session->phaseSentence().isEmpty());
        f.action("first_item").trigger();
        QTRY_COMPARE(f.document().rowOf(f.document().openItem()), 0);
    }

    void filterByTextAndState() {
        WindowFixture& f = *fixture_;
        for (const char* name : {"few/cat_1.png", "few/cat_2.png", "few/dog_1.png"})
            f.addPicture(QLatin1String(name));
        f.window->openPaths({f.path(QStringLiteral("few"))});
        QTRY_VERIFY(f.session->hasProject() && f.ready());
        auto* panel = f.window->findChild<ItemPanel*>();
        auto* text = panel->findChild<QLineEdit*>();
        QTest::keyClicks(text, QStringLiteral("CAT"));
        QCOMPARE(panel->rowCount(), 2);
        text->clear();
        QCOMPARE(panel->rowCount(), 3);
        edit::setState(f.document(), {f.document().itemAt(2).record.id}, ItemState::Done);
        panel->findChild<QComboBox*>()->setCurrentText(QStringLiteral("Done"));
        QCOMPARE(panel->rowCount(), 1);
        panel->findChild<QComboBox*>()->setCurrentText(QStringLiteral("Unfinished"));
        QCOMPARE(panel->rowCount(), 2);
        panel->openRow(1);
        QTRY_COMPARE(f.document().rowOf(f.document().openItem()), 1);
        panel->step(1);  // the end of the filtered list
        QCOMPARE(f.document().rowOf(f.document().openItem()), 1);
    }

    void dragReordersAndEditRenames() {
        WindowFixture& f = *fixture_;
        f.addPicture(QStringLiteral("one/a.png"));
        f.window->openPaths({f.path(QStringLiteral("one"))});
        QTRY_VERIFY(f.session->hasProject() && f.ready());
        for (int i = 0; i < 3; ++i) {
            std::vector<std::uint8_t> bits(std::size_t(kWidth * kHeight));
            bits[std::size_t(i)] = 1;
            edit::setMask(f.document(), f.document().reserveObjectId(),
                          Mask::fromBitmap(bits.data(), kWidth, kHeight, kWidth),
                          QStringLiteral("dot"));
        }
        const auto before = f.document().objects();
        QCOMPARE(int(before.size()), 3);
        auto* model = f.window->findChild<QListView*>(QStringLiteral("objectView"))->model();
        const std::unique_ptr<QMimeData> dragged(model->mimeData({model->index(0, 0)}));
        QVERIFY(model->dropMimeData(dragged.get(), Qt::CopyAction, 2, 0, {}));
        QCOMPARE(f.document().objects()[0].id, before[1].id);
        QCOMPARE(f.document().objects()[1].id, before[0].id);
        QCOMPARE(f.document().objects()[2].id, before[2].id);
        QVERIFY(model->setData(model->index(2, 0), QStringLiteral("left ear"), Qt::EditRole));
        QCOMPARE(f.document().objects()[2].name, std::string("left ear"));
    }

  private:
    std::unique_ptr<WindowFixture> fixture_;
};

QTEST_MAIN(WindowListsTest)
#include "window_lists_test.moc"
