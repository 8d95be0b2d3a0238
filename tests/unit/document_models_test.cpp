// The item models: rows, roles, filters, and 50,000 items.
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

#include "annotation/document/item_models.h"
#include "tests/unit/document_fixture.h"

using namespace fs2;

class DocumentModelsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void itemRolesFollowTheDocument();
    void thumbnailsAreAskedForOnce();
    void filterByStateTextAndSkipped();
    void fiftyThousandItems();
    void filesAppearAndVanish();
    void objectRowsFollowTheDocument();
    void classRowsFollowTheDocument();
};

void DocumentModelsTest::itemRolesFollowTheDocument() {
    Document doc;
    ItemListModel model(doc);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    load(doc);
    QCOMPARE(model.rowCount(), 2);
    const QModelIndex first = model.index(0);
    QCOMPARE(first.data().toString(), QStringLiteral("a.png"));
    QVERIFY(first.data(ItemListModel::OpenRole).toBool());
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    draw(doc, boxMask(0, 0, 5, 5));
    QVERIFY(changed.count() > 0);
    QCOMPARE(first.data(ItemListModel::StateRole).toInt(), int(ItemState::Work));
    QCOMPARE(first.data(ItemListModel::ObjectCountRole).toInt(), 1);
    QCOMPARE(model.indexOf({2}).row(), 1);
    QCOMPARE(model.itemAt(model.index(1)), ItemId{2});
    QCOMPARE(model.itemAt({}), ItemId{});
}

void DocumentModelsTest::thumbnailsAreAskedForOnce() {
    Document doc;
    load(doc);
    ItemListModel model(doc);
    QSignalSpy wanted(&model, &ItemListModel::thumbnailWanted);
    const QModelIndex first = model.index(0);
    QVERIFY(!first.data(Qt::DecorationRole).isValid());
    QVERIFY(!first.data(Qt::DecorationRole).isValid());
    QCOMPARE(wanted.count(), 1);
    model.forgetThumbnail({1});
    first.data(Qt::DecorationRole);
    QCOMPARE(wanted.count(), 2);
    QImage image(4, 4, QImage::Format_RGB32);
    image.fill(Qt::red);
    model.setThumbnail({1}, image);
    QCOMPARE(first.data(Qt::DecorationRole).value<QImage>(), image);
    model.setThumbnail({2}, QImage());
    QVERIFY(!model.index(1).data(Qt::DecorationRole).isValid());
    QCOMPARE(wanted.count(), 2);  // it could not be made: not asked for again
}

void DocumentModelsTest::filterByStateTextAndSkipped() {
    Document doc;
    ItemListModel model(doc);
    ItemFilterModel filter;
    filter.setSourceModel(&model);
    load(doc);
    QCOMPARE(filter.rowCount(), 2);
    filter.setStates({int(ItemState::Done)});
    QCOMPARE(filter.rowCount(), 0);
    edit::setState(doc, {ItemId{2}}, ItemState::Done);
    QCOMPARE(filter.rowCount(), 1);
    QCOMPARE(filter.index(0, 0).data().toString(), QStringLiteral("b.png"));
    filter.setStates({});
    edit::setTags(doc, {ItemId{1}}, {QStringLiteral("Night")});
    filter.setText(QStringLiteral("night"));
    QCOMPARE(filter.rowCount(), 1);
    QCOMPARE(filter.index(0, 0).data().toString(), QStringLiteral("a.png"));
    filter.setText({});
    edit::setSkipped(doc, {ItemId{1}}, true);
    filter.setSkipped(ItemFilterModel::Skipped::Hide);
    QCOMPARE(filter.rowCount(), 1);
    QCOMPARE(filter.index(0, 0).data().toString(), QStringLiteral("b.png"));
    filter.setSkipped(ItemFilterModel::Skipped::Only);
    QCOMPARE(filter.rowCount(), 1);
    QCOMPARE(filter.index(0, 0).data().toString(), QStringLiteral("a.png"));
}

void DocumentModelsTest::fiftyThousandItems() {
    Document doc;
    ItemListModel model(doc);
    ItemFilterModel filter;
    filter.setSourceModel(&model);
    std::vector<ItemSummary> items(50000);
    for (std::size_t i = 0; i < items.size(); ++i) {
        items[i].record.id = {std::int64_t(i) + 1};
        items[i].record.path = "image" + std::to_string(i) + ".jpg";
    }
    doc.resetItems(std::move(items), {});
    QCOMPARE(filter.rowCount(), 50000);
    filter.setText(QStringLiteral("image4999"));
    QCOMPARE(filter.rowCount(), 11);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    doc.beginOpen({30000});
    QCOMPARE(changed.count(), 1);  // one row, not the list
    QCOMPARE(changed.at(0).at(0).toModelIndex().row(), 29999);
}

void DocumentModelsTest::filesAppearAndVanish() {
    const auto file = [](std::int64_t id, const char* path) {
        ItemSummary item;
        item.record.id = {id};
        item.record.path = path;
        return item;
    };
    Document doc;
    load(doc);  // a.png is open, b.png
    ItemListModel model(doc);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto names = [&] {
        QStringList all;
        for (int row = 0; row < model.rowCount(); ++row) all << model.index(row).data().toString();
        return all.join(u' ');
    };
    doc.relist({file(3, "a10.png"), file(4, "a2.png"), file(5, "c.png")}, {});
    QCOMPARE(names(), QStringLiteral("a.png a2.png a10.png b.png c.png"));
    QCOMPARE(doc.rowOf({3}), 2);
    QVERIFY(doc.isLoaded());

    edit::setState(doc, {{4}}, ItemState::Review);
    QVERIFY(doc.undo());  // can be done again: so it stays
    doc.relist({}, {{1}, {3}, {4}});
    QCOMPARE(names(), QStringLiteral("a.png a2.png b.png c.png"));
    QVERIFY(doc.item({1})->missing);  // open
    QVERIFY(doc.item({4})->missing);
    QVERIFY(!doc.item({2})->missing);
    doc.relist({file(1, "a.png"), file(3, "a10.png")}, {});
    QVERIFY(!doc.item({1})->missing);
    QCOMPARE(names(), QStringLiteral("a.png a2.png a10.png b.png c.png"));
    QVERIFY(doc.redo());
    QCOMPARE(doc.item({4})->record.state, ItemState::Review);
}

void DocumentModelsTest::objectRowsFollowTheDocument() {
    Document doc;
    load(doc);
    ObjectListModel model(doc);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const ClassId cat = edit::addClass(doc, QStringLiteral("cat"));
    const ObjectId a = draw(doc, boxMask(0, 0, 5, 5));
    const ObjectId b = doc.reserveObjectId();
    answer(doc, b, boxMask(10, 0, 14, 5), .75f);
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(model.indexOf(a).data(ObjectListModel::ConfirmedRole).toBool());
    QVERIFY(!model.indexOf(b).data(ObjectListModel::ConfirmedRole).toBool());
    QCOMPARE(model.indexOf(b).data(ObjectListModel::ScoreRole).toDouble(), .75);
    QCOMPARE(model.indexOf(b).data(ObjectListModel::AreaRole).toLongLong(), 20);
    edit::setClass(doc, {b}, cat);
    QCOMPARE(model.indexOf(b).data().toString(), QStringLiteral("%1 cat").arg(b.value));
    edit::rename(doc, b, QStringLiteral("Tom"));
    QCOMPARE(model.indexOf(b).data().toString(), QStringLiteral("Tom"));
    QVERIFY(model.indexOf(a).data(Qt::DecorationRole).value<QColor>() !=
            model.indexOf(b).data(Qt::DecorationRole).value<QColor>());
    edit::reorder(doc, {b}, 0);
    QCOMPARE(model.objectAt(model.index(0)), b);
    edit::remove(doc, {a, b});
    QCOMPARE(model.rowCount(), 0);
}

void DocumentModelsTest::classRowsFollowTheDocument() {
    Document doc;
    load(doc);
    ClassListModel model(doc);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    edit::addClass(doc, QStringLiteral("cat"));
    edit::addClass(doc, QStringLiteral("dog"));
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(1).data().toString(), QStringLiteral("dog"));
    QCOMPARE(model.index(1).data(ClassListModel::KeyRole).toInt(), 2);
    edit::setClassKey(doc, {2}, 1);  // the former owner loses the digit
    QCOMPARE(model.index(0).data(ClassListModel::KeyRole).toInt(), 0);
    edit::removeClass(doc, {1});
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.classAt(model.index(0)), ClassId{2});
}

QTEST_GUILESS_MAIN(DocumentModelsTest)
#include "document_models_test.moc"
