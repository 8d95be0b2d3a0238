// The interactive protocol, its summaries, and the reader of objects.tsv.
#include <QtTest>

#include <sstream>

#include "annotation/core/mask_ops.h"
#include "annotation/core/paths.h"
#include "annotation/metrics/clicks.h"
#include "annotation/metrics/objects_tsv.h"
#include "annotation/metrics/overlap.h"
#include "tests/unit/core_bitmap.h"

using namespace fs2;
using fs2::test::drawn;

namespace {

const std::string kHead = "set\timg\tmask\tid\tmode\tseed_x\tseed_y\tarea\tx0\ty0\tx1\ty1\n";

Result<std::vector<ObjectRow>> parsed(const std::string& text) {
    std::istringstream in(text);
    return readObjects(in, "list.tsv");
}

}  // namespace

class MetricsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void overlap();
    void firstClickIsMostInterior();
    void nextClickGoesToTheLargerError();
    void pixelsAreClickedOnce();
    void nothingLeftToClick();
    void curveOfAPerfectModel();
    void curveStopsAtTheTargetAfterTen();
    void curveWithABox();
    void curveOfAFailingModel();
    void clicksToATarget();
    void summaries();
    void smallSetsAreNotAveraged();
    void rowsOfTheTable();
    void faultyTables_data();
    void faultyTables();
    void objectsOfAnIdImage();
    void validationSplit();
};

void MetricsTest::overlap() {
    const Mask a = drawn({"##..", "##.."}).mask(), b = drawn({".##.", ".##."}).mask();
    QCOMPARE(iou(a, b), 2.0 / 6.0);
    QCOMPARE(iou(a, a), 1.0);
    QCOMPARE(iou(a, Mask::blank(4, 2)), 0.0);
    QCOMPARE(iou(Mask::blank(4, 2), Mask::blank(4, 2)), 1.0);
}

void MetricsTest::firstClickIsMostInterior() {
    const Mask truth = drawn({"#####", "#####", "#####", "....."}).mask();
    const auto click = nextClick(truth, Mask::blank(5, 4), {});
    QVERIFY((click == Click{1, 1, true}));  // the picture's edge counts as edge: row 1, first of equals
}

void MetricsTest::nextClickGoesToTheLargerError() {
    const Mask truth = drawn({"###.....", "###.....", "###....."}).mask();
    const Mask spilled = drawn({"########", "########", "########"}).mask();
    QVERIFY((nextClick(truth, spilled, {}) == Click{4, 1, false}));
    const Mask missed = drawn({"........", "........", ".......#"}).mask();
    QVERIFY((nextClick(truth, missed, {}) == Click{1, 1, true}));
}

void MetricsTest::pixelsAreClickedOnce() {
    const Mask truth = drawn({"###", "###", "###"}).mask();
    const Mask blank = Mask::blank(3, 3);
    std::vector<Click> clicks;
    while (const auto click = nextClick(truth, blank, clicks)) {
        for (const Click& before : clicks) QVERIFY(before.x != click->x || before.y != click->y);
        clicks.push_back(*click);
    }
    QCOMPARE(clicks.size(), std::size_t(9));
}

void MetricsTest::nothingLeftToClick() {
    const Mask truth = drawn({"##", ".."}).mask();
    QVERIFY(!nextClick(truth, truth, {}));
}

void MetricsTest::curveOfAPerfectModel() {
    const Mask truth = drawn({"....", ".##.", ".##.", "...."}).mask();
    int calls = 0;
    const auto curve = clickCurve(
        truth,
        [&](const Prompt& prompt, const Mask& previous) -> Result<Mask> {
            ++calls;
            if (prompt.clicks.size() != 1 || !previous.isNull()) return Error{};
            return truth;
        },
        {});
    QVERIFY((*curve == std::vector<double>{1.0}));  // nothing is left to correct
    QCOMPARE(calls, 1);
}

void MetricsTest::curveStopsAtTheTargetAfterTen() {
    // Grows by one column of ten per click: IoU = clicks / 20.
    const Mask truth = inverted(Mask::blank(20, 9));
    const auto byColumn = [&](const Prompt& prompt, const Mask&) -> Result<Mask> {
        return clipped(truth, {0, 0, double(prompt.clicks.size()), 9});
    };
    ClickProtocol protocol;
    protocol.target = .5;
    QCOMPARE(clickCurve(truth, byColumn, protocol)->size(), std::size_t(10));
    protocol.target = .9;
    const auto curve = clickCurve(truth, byColumn, protocol);
    QCOMPARE(curve->size(), std::size_t(18));
    QCOMPARE(curve->at(4), .25);
    protocol.maxClicks = 5;
    QCOMPARE(clickCurve(truth, byColumn, protocol)->size(), std::size_t(5));
}

void MetricsTest::curveWithABox() {
    const Mask truth = drawn({"....", ".##.", ".#..", "...."}).mask();
    std::vector<std::size_t> clicks;
    ClickProtocol protocol;
    protocol.firstIsBox = true;
    protocol.maxClicks = 3;
    const auto curve = clickCurve(
        truth,
        [&](const Prompt& prompt, const Mask& previous) -> Result<Mask> {
            if (!prompt.box || !(*prompt.box == Box{1, 1, 3, 3})) return Error{};
            clicks.push_back(prompt.clicks.size());
            if (clicks.size() > 1 && previous.isNull()) return Error{};
            return Mask::blank(4, 4);
        },
        protocol);
    QVERIFY(curve.ok());
    QVERIFY((clicks == std::vector<std::size_t>{0, 1, 2}));
}

void MetricsTest::curveOfAFailingModel() {
    const Mask truth = drawn({"##"}).mask();
    const auto failed = clickCurve(
        truth, [](const Prompt&, const Mask&) -> Result<Mask> { return Error{ErrorCode::OutOfMemory, "x"}; },
        {});
    QVERIFY(failed.error().code == ErrorCode::OutOfMemory);
    const auto wrongSize = clickCurve(
        truth, [](const Prompt&, const Mask&) -> Result<Mask> { return Mask::blank(3, 3); }, {});
    QVERIFY(wrongSize.error().code == ErrorCode::Internal);
    const auto empty = clickCurve(
        Mask::blank(2, 2), [](const Prompt&, const Mask&) -> Result<Mask> { return Mask(); }, {});
    QVERIFY(empty.error().code == ErrorCode::BadRequest);
}

void MetricsTest::clicksToATarget() {
    const std::vector<double> curve{.2, .85, .8, .9};
    QCOMPARE(clicksTo(curve, .85, 20), 2);
    QCOMPARE(clicksTo(curve, .9, 20), 4);
    QCOMPARE(clicksTo(curve, .95, 20), 20);
    QCOMPARE(clicksTo(curve, .9, 3), 3);
}

void MetricsTest::summaries() {
    ClickScores scores;
    for (const char* image : {"1", "2", "3"}) {
        scores.add("a", image, {.5, .9});        // NoC 2, 2
        scores.add("b", image, {.6, .7, .86});   // NoC 3, 20
    }
    scores.add("a", "3", {.9});  // NoC 1, 1
    const ClickReport report = scores.report();
    const ClickSummary& a = report.sets.at("a");
    QCOMPARE(a.n, 4);
    QCOMPARE(a.images, 3);
    QCOMPARE(a.noc85, 1.75);
    QCOMPARE(a.noc90, 1.75);
    QCOMPARE(a.iou.at(1), .6);
    QCOMPARE(a.iou.at(10), .9);  // the last value holds on
    const ClickSummary& b = report.sets.at("b");
    QCOMPARE(b.noc90, 20.0);
    QCOMPARE(b.iou.at(2), .7);
    QCOMPARE(report.mean.n, 7);
    QCOMPARE(report.mean.noc85, (1.75 + 3) / 2);
    QCOMPARE(report.mean.iou.at(3), (.9 + .86) / 2);  // over sets, not over objects
}

void MetricsTest::smallSetsAreNotAveraged() {
    ClickScores scores;
    for (const char* image : {"1", "2", "3"}) scores.add("large", image, {.9});
    for (const char* image : {"1", "2", "2", "2"}) scores.add("small", image, {.1});
    const ClickReport report = scores.report();
    QVERIFY(!report.sets.at("small").averaged && report.sets.at("large").averaged);
    QCOMPARE(report.sets.at("small").iou.at(1), .1);
    QCOMPARE(report.mean.iou.at(1), .9);
    QCOMPARE(report.mean.n, 3);
    QVERIFY(!ClickScores().report().mean.averaged);
}

void MetricsTest::rowsOfTheTable() {
    const auto rows = parsed(kHead + "a\ti/1.jpg\tm/1.png\t7\tcc\t3\t4\t12\t2\t3\t5\t9\r\n\n" +
                             "b\ti/2.jpg\tm/2.png\t65535\tall\t0\t0\t1\t0\t0\t0\t0\n");
    QVERIFY2(rows.ok(), rows.ok() ? "" : rows.error().detail.c_str());
    QCOMPARE(rows->size(), std::size_t(2));
    const ObjectRow& row = rows->front();
    QCOMPARE(row.set, std::string("a"));
    QCOMPARE(row.mask, std::string("m/1.png"));
    QCOMPARE(row.id, 7);
    QVERIFY(row.mode == ObjectMode::Component);
    QCOMPARE(row.seedY, 4);
    QCOMPARE(row.area, std::int64_t(12));
    QCOMPARE(row.x1, 6);  // the file names the last column
    QCOMPARE(row.y1, 10);
    QVERIFY(rows->back().mode == ObjectMode::All);
    QCOMPARE(rows->back().x1, 1);
}

void MetricsTest::faultyTables_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("detail");
    const auto row = [](const char* text) { return QByteArray::fromStdString(kHead) + text; };
    QTest::newRow("empty") << QByteArray() << QByteArray("the file is empty");
    QTest::newRow("other head") << QByteArray("a\tb\n") << QByteArray("line 1: 2 columns instead of 12");
    QTest::newRow("renamed") << row("").replace("mode", "kind")
                             << QByteArray("line 1: column 5 is not called mode");
    QTest::newRow("short") << row("a\tb\n") << QByteArray("line 2: 2 columns");
    QTest::newRow("long") << row("a\ti\tm\t7\tcc\t3\t4\t12\t2\t3\t5\t9\t1\n") << QByteArray("13 columns");
    QTest::newRow("mode") << row("a\ti\tm\t7\txx\t3\t4\t12\t2\t3\t5\t9\n")
                          << QByteArray("mode is neither all nor cc");
    QTest::newRow("number") << row("a\ti\tm\t7x\tcc\t3\t4\t12\t2\t3\t5\t9\n")
                            << QByteArray("id is no whole number");
    QTest::newRow("huge") << row("a\ti\tm\t99999999999999999999\tcc\t3\t4\t12\t2\t3\t5\t9\n")
                          << QByteArray("id is no whole number");
    QTest::newRow("range") << row("a\ti\tm\t65536\tcc\t3\t4\t12\t2\t3\t5\t9\n")
                           << QByteArray("id is out of range");
    QTest::newRow("negative") << row("a\ti\tm\t7\tcc\t-3\t4\t12\t2\t3\t5\t9\n")
                              << QByteArray("seed_x is out of range");
    QTest::newRow("seed") << row("a\ti\tm\t7\tcc\t9\t4\t12\t2\t3\t5\t9\n")
                          << QByteArray("seed_x is outside of the box");
    QTest::newRow("box") << row("a\ti\tm\t7\tcc\t3\t4\t12\t2\t3\t1\t9\n") << QByteArray("x1 is below x0");
    QTest::newRow("climbing") << row("a\t../i\tm\t7\tcc\t3\t4\t12\t2\t3\t5\t9\n")
                              << QByteArray("img is no path below the data folder");
    QTest::newRow("absolute") << row("a\ti\t/m\t7\tcc\t3\t4\t12\t2\t3\t5\t9\n")
                              << QByteArray("mask is no path below the data folder");
    QTest::newRow("no set") << row("\ti\tm\t7\tcc\t3\t4\t12\t2\t3\t5\t9\n") << QByteArray("set is empty");
    QTest::newRow("third line") << row("a\ti\tm\t7\tcc\t3\t4\t12\t2\t3\t5\t9\nx\n")
                                << QByteArray("list.tsv line 3: 1 columns");
}

void MetricsTest::faultyTables() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, detail);
    const auto rows = parsed(text.toStdString());
    QVERIFY(!rows.ok());
    QVERIFY(rows.error().code == ErrorCode::Unreadable);
    const auto got = QByteArray::fromStdString(rows.error().detail);
    QVERIFY2(got.startsWith("list.tsv") && got.contains(detail), got.constData());
    QVERIFY(readObjects("/no/such/list.tsv").error().code == ErrorCode::NotFound);
}

void MetricsTest::objectsOfAnIdImage() {
    const IdImage image{5, 2, {7, 7, 0, 7, 0,  //
                               0, 0, 7, 7, 3}};
    ObjectRow row;
    row.id = 7;
    row.seedX = 3;
    row.seedY = 1;
    QVERIFY(*objectMask(image, row) == drawn({"##.#.", "..##."}).mask());
    row.mode = ObjectMode::Component;  // corners do not join
    QVERIFY(*objectMask(image, row) == drawn({"...#.", "..##."}).mask());
    row.seedX = 4;
    QVERIFY(objectMask(image, row).error().detail.find("the seed lies on id 3") != std::string::npos);
    row.seedX = 5;
    QVERIFY(!objectMask(image, row).ok());
}

void MetricsTest::validationSplit() {
    int validation = 0;
    for (int i = 0; i < 1000; ++i) {
        const std::string path = "images/a/img/" + std::to_string(i) + ".jpg";
        QCOMPARE(isValidation(path), fnv1a64(path) % 5 == 0);
        validation += isValidation(path);
    }
    QVERIFY(validation > 150 && validation < 250);
}

QTEST_GUILESS_MAIN(MetricsTest)
#include "metrics_test.moc"
