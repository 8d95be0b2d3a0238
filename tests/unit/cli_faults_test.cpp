// Bad input and faults: exit code and a sentence that names the file and the reason.
#include <QFile>
#include <QFileInfo>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QtTest>

#include <sys/mount.h>
#include <unistd.h>

#include "cli_process.h"

namespace fs2 {

using test::picture;
using test::runDisc;

class CliFaultsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void wrongUse_data() {
        QTest::addColumn<QStringList>("arguments");
        const auto row = [](const char* name, const char* line) {
            QTest::newRow(name) << QString::fromLatin1(line).split(u' ');
        };
        row("no command", "--quiet");
        row("unknown command", "paint a.jpg");
        row("unknown flag", "segment a.jpg --click 1,2 -o a.json --colour red");
        row("no output", "segment a.jpg --click 1,2");
        row("no prompt", "segment a.jpg -o a.json");
        row("no picture", "segment --click 1,2 -o a.json");
        row("click of words", "segment a.jpg --click left,up -o a.json");
        row("click of one number", "segment a.jpg --click 4 -o a.json");
        row("click that is no number", "segment a.jpg --click nan,3 -o a.json");
        row("click without end", "segment a.jpg --click inf,3 -o a.json");
        row("click of another kind", "segment a.jpg --click 1,2,7 -o a.json");
        row("box turned round", "segment a.jpg --box 9,9,1,1 -o a.json");
        row("unknown format", "segment a.jpg --click 1,2 -o a.json --format gif");
        row("unknown device", "segment a.jpg --click 1,2 -o a.json --device tpu");
        row("no threads", "segment a.jpg --click 1,2 -o a.json --threads 0");
        row("no task", "bench");
        row("size", "bench click --size 12by9");
        row("size 0", "bench click --size 0x9");
        row("unknown format to check", "check gif a.json");
        row("unknown first prompt", "eval interactive --objects a.tsv --first text");
    }
    void wrongUse() {
        QFETCH(QStringList, arguments);
        const auto ran = test::run(arguments);
        QCOMPARE(ran.exit, 2);
        QVERIFY(!ran.err.isEmpty());
        QCOMPARE(ran.out, QByteArray());
    }

    void textNeedsAModelWithText() {
        const auto ran = runDisc({QStringLiteral("segment"), picture("plain.jpg"), QStringLiteral("--text"),
                                  QStringLiteral("a red disc"), QStringLiteral("-o"), path("a.json")});
        QCOMPARE(ran.exit, 2);
        QVERIFY(ran.err.contains("text"));
        QVERIFY(!QFileInfo::exists(path("a.json")));
    }

    void badPictures_data() {
        QTest::addColumn<QString>("file");
        for (const char* name : {"empty.jpg", "text.jpg", "header_only.png", "missing.jpg"})
            QTest::newRow(name) << picture(name);
    }
    void badPictures() {
        QFETCH(QString, file);
        refused(segment(file, path("a.json")), QFileInfo(file).fileName().toUtf8());
        QVERIFY(!QFileInfo::exists(path("a.json")));
    }
    void truncatedPicture() { refused(segment(picture("truncated.jpg"), path("a.json")), "truncated.jpg"); }
    void clickOutside() {
        refused({QStringLiteral("segment"), picture("plain.jpg"), QStringLiteral("--click"),
                 QStringLiteral("64,10"), QStringLiteral("-o"), path("a.json")},
                "plain.jpg");
    }
    void folderThatVanished() {
        QVERIFY(QDir().mkpath(path("photos")) && QDir(path("photos")).removeRecursively());
        refused(segment(path("photos"), path("a.json")), "photos");
    }
    void folderWithoutPictures() {
        QVERIFY(QDir().mkpath(path("photos")));
        refused(segment(path("photos"), path("a.json")), "photos");
    }
    void outputFolderIsNotThere() {
        refused(segment(picture("plain.jpg"), path("nowhere/a.json")), "nowhere/a.json");
    }

    void readOnlyOutput() {
        QVERIFY(QDir().mkpath(path("locked")));
        const auto place = QFile::encodeName(path("locked"));
        const auto writable = [&] { return ::access(place.constData(), W_OK) == 0; };
        QVERIFY(QFile::setPermissions(path("locked"), QFile::ReadOwner | QFile::ExeOwner));
        const bool mounted =
            writable() && ::mount("tmpfs", place.constData(), "tmpfs", MS_RDONLY, "size=64k") == 0;
        const auto unmount = qScopeGuard([&] {
            if (mounted) ::umount(place.constData());
        });
        if (writable()) QSKIP("this user may write everywhere, and may not mount a read-only folder");
        for (const char* format : {"coco", "png"}) {
            const auto out = path(format[0] == 'c' ? "locked/a.json" : "locked/masks");
            refused(segment(picture("plain.jpg"), out) << QStringLiteral("--format") << QLatin1String(format),
                    "locked");
        }
    }

    void fullDisk() {
        QVERIFY(QDir().mkpath(path("small")));
        const auto place = QFile::encodeName(path("small"));
        if (::mount("tmpfs", place.constData(), "tmpfs", 0, "size=64k") != 0)
            QSKIP("a small tmpfs cannot be mounted by this user");
        QFile filler(path("small/filler"));
        if (filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
            while (filler.write(QByteArray(4096, 'x')) > 0) {}
        const auto ran = runDisc(segment(picture("plain.jpg"), path("small/a.json")));
        const bool left = QFileInfo::exists(path("small/a.json")) || QFileInfo::exists(path("small/a.json.part"));
        filler.close();
        ::umount(place.constData());
        QCOMPARE(ran.exit, 4);
        QVERIFY2(ran.err.contains("a.json") && ran.err.contains("space"), ran.err.constData());
        QVERIFY(!left);
    }

    void badTables() {
        write("objects.tsv", "set\timg\nx\ty\n");
        refused({QStringLiteral("eval"), QStringLiteral("interactive"), QStringLiteral("--objects"),
                 path("objects.tsv")},
                "objects.tsv");
        refused({QStringLiteral("eval"), QStringLiteral("interactive"), QStringLiteral("--objects"),
                 path("none.tsv")},
                "none.tsv");
        refused({QStringLiteral("pack"), path("none"), QStringLiteral("-o"), path("shards")}, "none");
        write("bad.json", "{\"images\": [");
        refused({QStringLiteral("check"), QStringLiteral("coco"), path("bad.json")}, "bad.json");
        refused({QStringLiteral("check"), QStringLiteral("coco"), path("none.json")}, "none.json");
    }

    void badWeights_data() {
        QTest::addColumn<QByteArray>("bytes");
        const QByteArray header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
        const auto file = [](const QByteArray& head, int data) {
            QByteArray size(8, 0);
            size[0] = char(head.size());
            return size + head + QByteArray(data, 0);
        };
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("of another kind") << QByteArray("PK\3\4 this is a zip file, is it not?");
        QTest::newRow("truncated") << file(header, 5);
        QTest::newRow("of another network") << file(header, 8);
    }
    void badWeights() {
        QFETCH(QByteArray, bytes);
        write("net.safetensors", bytes);
        const QStringList weights{QStringLiteral("--weights"), path("net.safetensors")};
        const bool whole = QString::fromLatin1(QTest::currentDataTag()) == QStringLiteral("of another network");
        const auto info = test::run(QStringList{QStringLiteral("models"), QStringLiteral("info")} + weights);
        QCOMPARE(info.exit, whole ? 0 : 4);
        if (!whole) QVERIFY(info.err.contains("net.safetensors"));
        if (!FS2_WITH_TORCH) return;
        const auto ran = test::run(segment(picture("plain.jpg"), path("a.json")) + weights);
        QCOMPARE(ran.exit, 4);
        QVERIFY2(ran.err.contains("net.safetensors"), ran.err.constData());
    }

    void weightsAreCopiedWhole() {
        const QByteArray head = R"({"a":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}})";
        QByteArray size(8, 0);
        size[0] = char(head.size());
        write("net.safetensors", size + head + QByteArray(12, 'w'));
        const QStringList weights{QStringLiteral("--weights"), path("net.safetensors")};
        const auto info = test::run(QStringList{QStringLiteral("models"), QStringLiteral("info")} + weights);
        QVERIFY(info.out.contains("parameters  6\n"));
        const auto copied =
            test::run(QStringList{QStringLiteral("models"), QStringLiteral("export"), path("copy")} + weights);
        QCOMPARE(copied.exit, 0);
        QFile copy(path("copy"));
        QVERIFY(copy.open(QIODevice::ReadOnly));
        QCOMPARE(copy.readAll(), size + head + QByteArray(12, 'w'));
        refused(QStringList{QStringLiteral("models"), QStringLiteral("export"), path("nowhere/copy")} + weights,
                "nowhere/copy");
    }

  private:
    QString path(const char* name) const { return folder_->filePath(QString::fromLatin1(name)); }
    static QStringList segment(const QString& file, const QString& out) {
        return {QStringLiteral("segment"), file, QStringLiteral("--click"), QStringLiteral("10,10"),
                QStringLiteral("-o"), out};
    }
    void write(const char* name, const QByteArray& bytes) {
        QFile out(path(name));
        QVERIFY(out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size());
    }
    /// Exit code 4, nothing on stdout, and the file named on stderr.
    static void refused(const QStringList& arguments, const QByteArray& named) {
        const auto ran = runDisc(arguments);
        QVERIFY2(ran.exit == 4, (QByteArray::number(ran.exit) + ": " + ran.err).constData());
        QCOMPARE(ran.out, QByteArray());
        QVERIFY2(ran.err.contains(named), ran.err.constData());
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::CliFaultsTest)
#include "cli_faults_test.moc"
