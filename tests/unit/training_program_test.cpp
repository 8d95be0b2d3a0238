// The program fastsam2-train: job file, exit codes, stop by signal and by a closed standard input.
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

using Json = nlohmann::json;

class TrainingProgramTest : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;

    static QString program() { return QStringLiteral(FS2_BIN_DIR "/fastsam2-train"); }
    QString write(const QString& name, const QByteArray& bytes) {
        QFile file(dir_.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) return {};
        return file.fileName();
    }
    /// Exit code; what it said on stderr is left in `said`.
    static int run(const QStringList& arguments, QByteArray* said = nullptr, const QString& world = {}) {
        QProcess process;
        auto environment = QProcessEnvironment::systemEnvironment();
        if (!world.isEmpty()) environment.insert(QStringLiteral("WORLD_SIZE"), world);
        process.setProcessEnvironment(environment);
        process.start(program(), arguments);
        if (!process.waitForFinished(60000)) return -1;
        if (said) *said = process.readAllStandardError();
        return process.exitCode();
    }
    /// A run that would take hours; its lines are read until one holds `part`.
    QByteArray startLongRun(QProcess& process, const QString& out, const QStringList& more, const char* part) {
        const Json job{{"stage", 1},      {"steps", 100000}, {"size", 64},         {"batch", 1},
                       {"device", "cpu"}, {"log-every", 1},  {"refine-every", 0},  {"seed", 3},
                       {"amp", false},    {"one-size", true}, {"out", out.toStdString()}};
        const QString path = write(QStringLiteral("job.json"), QByteArray::fromStdString(job.dump()));
        process.start(program(), QStringList{QStringLiteral("--config"), path} + more);
        QByteArray line;
        while (!line.contains(part) && (process.canReadLine() || process.waitForReadyRead(120000)))
            while (!line.contains(part) && process.canReadLine()) line = process.readLine();
        return line;
    }

  private Q_SLOTS:
    void badJobsExitWithTwo() {
        QByteArray said;
        QCOMPARE(run({QStringLiteral("--nonsense")}), 2);
        QCOMPARE(run({QStringLiteral("--steps"), QStringLiteral("1")}, &said), 2);
        QVERIFY2(said.contains("--out"), said);
        QCOMPARE(run({QStringLiteral("--config"), dir_.filePath(QStringLiteral("absent.json"))}, &said), 2);
        QVERIFY2(said.contains("absent.json"), said);
        const QString broken = write(QStringLiteral("broken.json"), "{\"steps\":");
        QCOMPARE(run({QStringLiteral("--config"), broken}, &said), 2);
        QVERIFY2(said.contains("broken.json"), said);
        const QString unknown = write(QStringLiteral("unknown.json"), "{\"colour\": 3}");
        QCOMPARE(run({QStringLiteral("--config"), unknown}, &said), 2);
        QVERIFY2(said.contains("colour"), said);
        QCOMPARE(run({QStringLiteral("--steps"), QStringLiteral("1")}, &said, QStringLiteral("2")), 2);
        QVERIFY2(said.contains("WORLD_SIZE"), said);
        QCOMPARE(run({QStringLiteral("--help")}), 0);
    }

    void aSignalStopsWithACheckpoint() {
        const QString out = dir_.filePath(QStringLiteral("signal"));
        QProcess process;
        const auto line = startLongRun(process, out, {QStringLiteral("--seed"), QStringLiteral("8")}, "\"loss\"");
        QVERIFY2(line.contains("\"loss\""), process.readAllStandardError());
        process.terminate();
        QVERIFY(process.waitForFinished(120000));
        QCOMPARE(process.exitCode(), 0);
        const auto last = process.readAllStandardOutput().trimmed().split('\n').last();
        QVERIFY2(last.contains("\"checkpoint\""), last);
        QVERIFY(QFile::exists(out + QStringLiteral("/weights.safetensors")));
        QVERIFY(QFile::exists(out + QStringLiteral("/resume.safetensors")));
    }

    void closedInputStops() {
        QProcess process;
        const auto line = startLongRun(process, dir_.filePath(QStringLiteral("input")), {QStringLiteral("--control")},
                                       "\"start\"");
        QCOMPARE(Json::parse(line.toStdString())["start"]["seed"], 3);
        process.write("pause\n");
        process.closeWriteChannel();
        QVERIFY(process.waitForFinished(120000));
        QCOMPARE(process.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(TrainingProgramTest)
#include "training_program_test.moc"
