// Runs fastsam2 as a user does. Test helper; the test's thread.
#pragma once
#include <QByteArray>
#include <QDir>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace fs2::test {

constexpr int kPatience = 120'000;  ///< ms until a program counts as hung

inline QString program() { return QStringLiteral(FS2_BIN_DIR "/fastsam2"); }
inline QString picture(const char* name) {
    return QStringLiteral(FS2_SOURCE_DIR "/tests/data/pictures/") + QString::fromLatin1(name);
}

struct Ran {
    int exit = -1;  ///< -1: did not start, crashed or hung
    QByteArray out;
    QByteArray err;
};

inline Ran finished(QProcess& process) {
    if (process.state() != QProcess::NotRunning && !process.waitForFinished(kPatience)) {
        process.kill();
        process.waitForFinished(kPatience);
        return {-1, process.readAllStandardOutput(), process.readAllStandardError()};
    }
    const bool normal = process.exitStatus() == QProcess::NormalExit;
    return {normal ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

/// Arguments as given; nothing is added.
inline Ran run(const QStringList& arguments) {
    QProcess process;
    process.start(program(), arguments);
    return finished(process);
}

/// With the model that needs no weights.
inline Ran runDisc(QStringList arguments) {
    return run(arguments << QStringLiteral("--model") << QStringLiteral("disc"));
}

}  // namespace fs2::test
