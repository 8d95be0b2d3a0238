// Clock: seconds of a film as people write them, 1:02.25 or 1:01:02.25, and back. Pure functions.
#pragma once
#include <QString>

#include <optional>

namespace fs2 {

QString clockText(double seconds);
/// Nothing where `text` is no time: it needs a colon or a decimal point.
std::optional<double> secondsOf(const QString& text);

}  // namespace fs2
