// rapsam_r50 against tensors recorded from the published network (tests/golden/rapsam), on the CPU.
#include <QtTest>

#include <filesystem>

#include "annotation/core/files.h"
#include "model/golden/golden.h"

namespace fs2 {

namespace {
const std::string kFolder = FS2_SOURCE_DIR "/tests/golden/rapsam";

std::string faults(const GoldenReport& report) {
    GoldenReport bad;
    for (const auto& line : report.lines)
        if (!line.holds) bad.lines.push_back(line);
    return goldenTable(bad);
}
}  // namespace

class RapSamGoldenTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void holds_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("comparisons");
        QTest::addColumn<bool>("folded");
        QTest::newRow("o1") << QStringLiteral("o1") << 130 << false;
        QTest::newRow("o2, folded") << QStringLiteral("o2") << 130 << true;
        QTest::newRow("unit") << QStringLiteral("unit") << 80 << false;
        QTest::newRow("vis") << QStringLiteral("vis") << 10 << false;
    }
    void holds() {
        QFETCH(QString, name);
        QFETCH(int, comparisons);
        QFETCH(bool, folded);
        const auto report = runGolden(kFolder, {.folded = folded, .only = {name.toStdString()}});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
        QVERIFY2(report->holds(), faults(*report).c_str());
        QVERIFY2(int(report->lines.size()) >= comparisons, std::to_string(report->lines.size()).c_str());
    }

    /// A wrong number, a foreign tensor and a damaged file are all seen.
    void seesFaults() {
        QTemporaryDir folder;
        const auto at = [&](const char* name) { return folder.filePath(QLatin1String(name)).toStdString(); };
        auto json = readWholeFile(kFolder + "/unit.json");
        auto npz = readWholeFile(kFolder + "/unit.npz");
        QVERIFY(json.ok() && npz.ok());
        QVERIFY(!runGolden(folder.path().toStdString(), {}).ok());

        const auto place = json->find("\"7\": [\n3,");
        QVERIFY(place != std::string::npos);
        json->replace(place + 7, 1, "2");
        QVERIFY(writeWholeFile(at("unit.json"), *json).ok());
        QVERIFY(writeWholeFile(at("unit.npz"), *npz).ok());
        const auto wrong = runGolden(folder.path().toStdString(), {});
        QVERIFY(wrong.ok());
        QVERIFY(!wrong->holds());
        QCOMPARE(std::count_if(wrong->lines.begin(), wrong->lines.end(), [](auto& l) { return !l.holds; }), 1);

        QVERIFY(writeWholeFile(at("unit.npz"), npz->substr(0, npz->size() / 2)).ok());
        const auto damaged = runGolden(folder.path().toStdString(), {});
        QVERIFY(!damaged.ok());
        QCOMPARE(damaged.error().code, ErrorCode::Unreadable);
        QVERIFY(damaged.error().detail.find("unit.npz") != std::string::npos);
    }
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::RapSamGoldenTest)
#include "rapsam_golden_test.moc"
