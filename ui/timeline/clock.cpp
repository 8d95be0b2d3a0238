#include "ui/timeline/clock.h"

#include <QStringList>

#include <algorithm>
#include <cmath>

namespace fs2 {

QString clockText(double seconds) {
    const auto hundredths = std::llround(std::max(seconds, 0.) * 100);
    const auto two = [](long long n) {
        return QStringLiteral("%1").arg(n, 2, 10, QLatin1Char('0'));
    };
    const long long whole = hundredths / 100;
    const QString rest = QStringLiteral("%1.%2").arg(two(whole % 60), two(hundredths % 100));
    const long long minutes = whole / 60;
    return minutes < 60 ? QStringLiteral("%1:%2").arg(minutes).arg(rest)
                        : QStringLiteral("%1:%2:%3").arg(minutes / 60).arg(two(minutes % 60), rest);
}

std::optional<double> secondsOf(const QString& text) {
    QString plain = text.trimmed();
    plain.replace(QLatin1Char(','), QLatin1Char('.'));
    if (!plain.contains(QLatin1Char(':')) && !plain.contains(QLatin1Char('.'))) return {};
    double seconds = 0;
    for (const QString& part : plain.split(QLatin1Char(':'))) {
        bool ok = false;
        const double value = part.toDouble(&ok);
        if (!ok || value < 0 || !std::isfinite(value)) return {};
        seconds = seconds * 60 + value;
    }
    return seconds;
}

}  // namespace fs2
