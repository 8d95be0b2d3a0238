// Films whose frames carry their own number as a bar code, made by the program ffmpeg.
#pragma once
#include <QtTest>

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "annotation/media/video_source.h"

namespace fs2::test {

inline constexpr int kFrames = 120, kBits = 10, kBar = 16, kWidth = kBits * kBar, kHeight = 96;

/// Bit b of the number is the brightness of bar b.
inline std::string rawBarCodes() {
    std::string raw;
    for (int n = 0; n < kFrames; ++n) {
        std::string row;
        for (int b = 0; b < kBits; ++b) row.append(kBar, char((n >> b & 1) != 0 ? 220 : 30));
        for (int y = 0; y < kHeight; ++y) raw += row;
    }
    return raw;
}

inline int barCode(const Frame& frame) {
    int number = 0;
    for (int b = 0; b < kBits; ++b) {
        const int x = (2 * b + 1) * frame->width / (2 * kBits);
        if (frame->row(frame->height / 2)[4 * x + 1] > 125) number |= 1 << b;
    }
    return number;
}

struct Run {
    bool ok = false;
    QString out;
    QString error;
};

inline Run runProgram(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(program, arguments);
    const bool ended = process.waitForFinished(120'000);
    return {ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0,
            QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

inline bool hasPrograms() {
    return !QStandardPaths::findExecutable(QStringLiteral("ffmpeg")).isEmpty() &&
           !QStandardPaths::findExecutable(QStringLiteral("ffprobe")).isEmpty();
}

/// The times of the frames that ffprobe decodes.
inline std::vector<double> probedTimes(const QString& film) {
    const Run run = runProgram(QStringLiteral("ffprobe"),
                               {QStringLiteral("-v"), QStringLiteral("error"),
                                QStringLiteral("-select_streams"), QStringLiteral("v:0"),
                                QStringLiteral("-show_entries"),
                                QStringLiteral("frame=best_effort_timestamp_time"),
                                QStringLiteral("-of"), QStringLiteral("csv=p=0"), film});
    std::vector<double> times;
    for (const QString& line : run.out.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        bool known = false;
        const double time = line.split(QLatin1Char(',')).front().trimmed().toDouble(&known);
        times.push_back(known ? time : std::nan(""));
    }
    return times;
}

inline std::unique_ptr<VideoSource> opened(const std::string& film) {
    auto index = buildVideoIndex(film);
    if (!index) return nullptr;
    auto source = VideoSource::open(film, std::move(*index));
    return source ? std::move(*source) : nullptr;
}

/// Writes TO, encoding the bar codes of the raw file (or what `input` names) with these arguments between
/// input and output; what went wrong, or nothing.
inline QString encoded(const QString& raw, const QString& arguments, const QString& to,
                       const QString& input = {}) {
    const QString from = !input.isEmpty() ? input
                                          : QStringLiteral("-f rawvideo -pixel_format gray -video_size "
                                                           "160x96 -framerate 25 -i %1").arg(raw);
    const QString line = QStringLiteral("-v error -nostdin -y %1 -threads 1 %2 %3")
                             .arg(from, arguments, to);
    const Run run = runProgram(QStringLiteral("ffmpeg"),
                               line.split(QLatin1Char(' '), Qt::SkipEmptyParts));
    return run.ok ? QString() : QStringLiteral("ffmpeg: ") + run.error;
}

}  // namespace fs2::test
