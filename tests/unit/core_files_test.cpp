// Whole files, names, log and frames.
#include <QtTest>
#include <QTemporaryDir>

#include <algorithm>
#include <filesystem>

#include "annotation/core/colour.h"
#include "annotation/core/files.h"
#include "annotation/core/frame.h"
#include "annotation/core/log.h"
#include "annotation/core/paths.h"

using namespace fs2;
namespace fs = std::filesystem;

class CoreFilesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void filesAreWrittenWhole();
    void faultsNameTheFile();
    void aFullDiskLeavesTheOldFile();
    void fnvOfKnownTexts();
    void naturalOrder();
    void framesArePadded();
    void logGoesToItsFile();

  private:
    std::string path(const char* name) const {
        return (folder_.path() + QLatin1Char('/') + QLatin1String(name)).toStdString();
    }
    QTemporaryDir folder_;
};

void CoreFilesTest::filesAreWrittenWhole() {
    const std::string bytes("a\0b\n", 4);
    QVERIFY(writeWholeFile(path("a"), bytes).ok());
    QCOMPARE(*readWholeFile(path("a")), bytes);
    QVERIFY(writeWholeFile(path("a"), "").ok());
    QCOMPARE(*readWholeFile(path("a")), std::string());
    QVERIFY(!fs::exists(temporaryName(path("a"))));
}

void CoreFilesTest::faultsNameTheFile() {
    const auto absent = readWholeFile(path("absent"));
    QVERIFY(absent.error().code == ErrorCode::NotFound);
    QVERIFY(absent.error().detail.starts_with(path("absent") + ": "));
    QVERIFY(readWholeFile(folder_.path().toStdString()).error().code == ErrorCode::Unreadable);
    QVERIFY(writeWholeFile(path("no/such/folder"), "x").error().code == ErrorCode::NotFound);
    fs::create_directory(path("folder"));
    QVERIFY(!writeWholeFile(path("folder"), "x").ok());
    QVERIFY(!fs::exists(temporaryName(path("folder"))));
    QVERIFY(fileError("f", EROFS, FileUse::Writing).code == ErrorCode::ReadOnly);
    QVERIFY(fileError("f", EACCES, FileUse::Reading).code == ErrorCode::Unreadable);
    QCOMPARE(std::string(errorName(ErrorCode::DiskFull)), std::string("disk_full"));
}

void CoreFilesTest::aFullDiskLeavesTheOldFile() {
    if (!fs::exists("/dev/full")) QSKIP("there is no /dev/full on this system");
    QVERIFY(writeWholeFile(path("kept"), "old").ok());
    fs::create_symlink("/dev/full", temporaryName(path("kept")));
    const auto written = writeWholeFile(path("kept"), std::string(1 << 20, 'x'));
    QVERIFY(written.error().code == ErrorCode::DiskFull);
    QCOMPARE(*readWholeFile(path("kept")), std::string("old"));
    QVERIFY(!fs::is_symlink(temporaryName(path("kept"))));
}

void CoreFilesTest::fnvOfKnownTexts() {
    QCOMPARE(fnv1a64(""), 0xcbf29ce484222325ull);
    QCOMPARE(fnv1a64("a"), 0xaf63dc4c8601ec8cull);
    QCOMPARE(fnv1a64("foobar"), 0x85944171f73967e8ull);
    QCOMPARE(fnv1a64("bar", fnv1a64("foo")), fnv1a64("foobar"));
}

void CoreFilesTest::naturalOrder() {
    const std::vector<std::string> sorted{"1.jpg", "01.jpg.b", "2.jpg", "10.jpg", "A1",  "a2",
                                          "a10",   "b",        "b1",    "b01x",   "b02", "c\xC3\xA9"};
    std::vector<std::string> names(sorted.rbegin(), sorted.rend());
    std::sort(names.begin(), names.end(), naturalLess);
    QVERIFY(names == sorted);
    QVERIFY(naturalLess("99999999999999999999998", "99999999999999999999999"));
    QVERIFY(naturalLess("a", "A") != naturalLess("A", "a"));
    QVERIFY(!naturalLess("a1", "a1"));
    QVERIFY(naturalLess("1", "01") != naturalLess("01", "1"));
}

void CoreFilesTest::framesArePadded() {
    const auto frame = makeFrame(17, 3);
    QCOMPARE(frame->stride, 128);
    QCOMPARE(frame->bytes(), std::size_t(384));
    QCOMPARE(frame->fullWidth, 17);
    QCOMPARE(int(frame->row(2)[3]), 255);
    QVERIFY(makeFrame(1, 1)->source != makeFrame(1, 1)->source);
    QVERIFY(cycleColour(0) == cycleColour(10));
    QVERIFY(!(cycleColour(0) == cycleColour(1)));
}

void CoreFilesTest::logGoesToItsFile() {
    log::setUp(log::Level::Warning, path("log"));
    log::info("not this");
    log::warning("but this {} %s");
    const std::string text = *readWholeFile(path("log"));
    QVERIFY(text.find("but this {} %s") != std::string::npos);
    QVERIFY(text.find("not this") == std::string::npos);
    log::setUp(log::Level::Off, path("log") + "/cannot be");  // no log file stops nobody's work
    log::setUp(log::Level::Off);
}

QTEST_GUILESS_MAIN(CoreFilesTest)
#include "core_files_test.moc"
