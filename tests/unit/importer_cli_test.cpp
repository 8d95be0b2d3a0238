// `fastsam2 models import|list|info|export` as a user does it: a checkpoint becomes weights that
// are found by name.
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "cli_process.h"

namespace fs2 {

namespace {

QJsonObject document(const test::Ran& ran) {
    return QJsonDocument::fromJson(ran.out).object();
}
QStringList models(const char* line) {
    return QStringList{QStringLiteral("models")} + QString::fromLatin1(line).split(u' ');
}
QString checkpoint(const char* name) {
    return QStringLiteral(FS2_SOURCE_DIR "/tests/data/checkpoints/") + QString::fromLatin1(name);
}

}  // namespace

class ImporterCliTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { qputenv("XDG_DATA_HOME", dir_.path().toUtf8()); }

    void weightsOfAnotherNetwork() {
        const auto ran = test::run(models("import --json") << checkpoint("engine_legacy.pth"));
        QCOMPARE(ran.exit, 4);
        const auto report = document(ran);
        QCOMPARE(report[QStringLiteral("network")].toString(), QStringLiteral("rapsam_r50"));
        QCOMPARE(report[QStringLiteral("format")].toString(), QStringLiteral("PyTorch before 1.6"));
        QCOMPARE(report[QStringLiteral("key")].toString(), QStringLiteral("state_dict"));
        QCOMPARE(report[QStringLiteral("expected")].toInt(), 568);
        QCOMPARE(report[QStringLiteral("matched")].toInt(), 0);
        QCOMPARE(report[QStringLiteral("missing")].toArray().size(), 568 - 59);
        QCOMPARE(report[QStringLiteral("missing_optional")].toArray().size(), 59);
        QCOMPARE(report[QStringLiteral("unexpected")].toArray().size(), 9);
        QVERIFY(report[QStringLiteral("ignored")].toArray().contains(QStringLiteral("optimizer")));
        QCOMPARE(report[QStringLiteral("error")][QStringLiteral("code")].toString(),
                 QStringLiteral("wrong_model"));
        QVERIFY(!report.contains(QStringLiteral("output")));
        // and for a person
        const auto plain = test::run(models("import") << checkpoint("engine_legacy.pth"));
        QCOMPARE(plain.exit, 4);
        QVERIFY2(plain.out.contains("missing     509: \"backbone.conv1.weight\""),
                 plain.out.constData());
        QVERIFY(plain.err.contains("engine_legacy.pth: rapsam_r50 would not work"));
    }

    void refusals() {
        QCOMPARE(test::run(models("import")).exit, 2);
        QCOMPARE(test::run(models("import /nowhere/a.pth")).exit, 4);
        const auto whole = test::run(models("import --json") << checkpoint("whole_module.pth"));
        QCOMPARE(whole.exit, 4);
        QCOMPARE(document(whole)[QStringLiteral("error")][QStringLiteral("code")].toString(),
                 QStringLiteral("unsupported"));
        QCOMPARE(test::run(models("import --network alexnet") << checkpoint("state.pth")).exit, 4);
        const auto name = test::run(models("info --weights nothing_of_this_name"));
        QCOMPARE(name.exit, 4);
        QVERIFY(name.err.contains("nothing_of_this_name"));
        // A checkpoint is no safetensors file that could be copied.
        const auto copied =
            test::run(models("export") << path("copy.safetensors") << QStringLiteral("--weights")
                                       << checkpoint("state.pth"));
        QCOMPARE(copied.exit, 4);
        QVERIFY(copied.err.contains("models import"));
        QVERIFY(!QFileInfo::exists(path("copy.safetensors")));
    }

    void thereAndBack() {
        const auto bundled = document(test::run(models("info --json")));
        if (bundled.contains(QStringLiteral("error"))) QSKIP("there are no bundled weights");
        QCOMPARE(test::run(models("export") << path("mine.pth")).exit, 0);
        const auto ran =
            test::run(models("import --network fastsam2_s --json") << path("mine.pth"));
        QCOMPARE(ran.exit, 0);
        const auto report = document(ran);
        QCOMPARE(report[QStringLiteral("matched")], report[QStringLiteral("expected")]);
        const auto output = report[QStringLiteral("output")].toString();
        QCOMPARE(output, path("fastsam2-studio/weights/mine.safetensors"));

        const auto info = document(test::run(models("info --json --weights mine")));
        QCOMPARE(info[QStringLiteral("path")].toString(), output);
        for (const auto& key :
             {QStringLiteral("tensors"), QStringLiteral("parameters"), QStringLiteral("types")})
            QCOMPARE(info[key], bundled[key]);
        const auto metadata = info[QStringLiteral("metadata")].toObject();
        QCOMPARE(metadata[QStringLiteral("network")].toString(), QStringLiteral("fastsam2_s"));
        QCOMPARE(metadata[QStringLiteral("origin")].toString(), path("mine.pth"));
        QCOMPARE(metadata[QStringLiteral("origin_id")], report[QStringLiteral("origin_id")]);

        const auto list =
            document(test::run(models("list --json")))[QStringLiteral("models")].toArray();
        QCOMPARE(list.size(), 2);
        QVERIFY(list[0][QStringLiteral("bundled")].toBool());
        QCOMPARE(list[1][QStringLiteral("name")].toString(), QStringLiteral("mine"));
        QCOMPARE(list[1][QStringLiteral("path")].toString(), output);
    }

  private:
    QString path(const char* name) const { return dir_.filePath(QString::fromLatin1(name)); }
    QTemporaryDir dir_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::ImporterCliTest)
#include "importer_cli_test.moc"
