// Theme: light and dark palettes of the Fusion style, and the icons drawn in the palette's
// colour. Free functions; GUI thread only.
#pragma once
#include <QColor>
#include <QIcon>
#include <QString>

class QPalette;

namespace fs2 {

enum class ThemeChoice { System, Light, Dark };

/// Sets style and palette of the application. System follows the desktop's palette.
void applyTheme(ThemeChoice choice);
/// True where the palette's windows are dark.
bool isDark(const QPalette& palette);
/// resources/icons/NAME.svg in the palette's text colour, sharp at every size and scale.
QIcon themeIcon(const QString& name);
/// A filled square with a thin rim: the sign of a class or an object in lists.
QIcon colourIcon(const QColor& colour);

}  // namespace fs2
