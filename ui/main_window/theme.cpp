#include "ui/main_window/theme.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>
#include <QSvgRenderer>

namespace fs2 {
namespace {

QPalette lightPalette() {
    QPalette p(QColor(0xf3f4f6));
    p.setColor(QPalette::Window, QColor(0xf3f4f6));
    p.setColor(QPalette::WindowText, QColor(0x1b1f24));
    p.setColor(QPalette::Base, QColor(0xffffff));
    p.setColor(QPalette::AlternateBase, QColor(0xf7f8fa));
    p.setColor(QPalette::Text, QColor(0x1b1f24));
    p.setColor(QPalette::Button, QColor(0xe9ebef));
    p.setColor(QPalette::ButtonText, QColor(0x1b1f24));
    p.setColor(QPalette::ToolTipBase, QColor(0xffffff));
    p.setColor(QPalette::ToolTipText, QColor(0x1b1f24));
    p.setColor(QPalette::PlaceholderText, QColor(0x6a7280));
    p.setColor(QPalette::Highlight, QColor(0x1f6fb5));
    p.setColor(QPalette::HighlightedText, QColor(0xffffff));
    p.setColor(QPalette::Link, QColor(0x1a5fa0));
    p.setColor(QPalette::Light, QColor(0xffffff));
    p.setColor(QPalette::Midlight, QColor(0xf0f1f4));
    p.setColor(QPalette::Mid, QColor(0xc3c8d0));
    p.setColor(QPalette::Dark, QColor(0xa2a9b4));
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, QColor(0x8a919c));
    p.setColor(QPalette::Disabled, QPalette::Highlight, QColor(0xc3c8d0));
    return p;
}

QPalette darkPalette() {
    QPalette p(QColor(0x2c3037));
    p.setColor(QPalette::Window, QColor(0x2c3037));
    p.setColor(QPalette::WindowText, QColor(0xe4e6ea));
    p.setColor(QPalette::Base, QColor(0x191b1e));
    p.setColor(QPalette::AlternateBase, QColor(0x1e2125));
    p.setColor(QPalette::Text, QColor(0xe4e6ea));
    p.setColor(QPalette::Button, QColor(0x31363d));
    p.setColor(QPalette::ButtonText, QColor(0xe4e6ea));
    p.setColor(QPalette::BrightText, QColor(0xffffff));
    p.setColor(QPalette::ToolTipBase, QColor(0x3a3f48));
    p.setColor(QPalette::ToolTipText, QColor(0xe4e6ea));
    p.setColor(QPalette::PlaceholderText, QColor(0x939aa6));
    p.setColor(QPalette::Highlight, QColor(0x2f75b8));
    p.setColor(QPalette::HighlightedText, QColor(0xffffff));
    p.setColor(QPalette::Link, QColor(0x6cb2f0));
    p.setColor(QPalette::LinkVisited, QColor(0x9fb6d8));
    p.setColor(QPalette::Light, QColor(0x343941));
    p.setColor(QPalette::Midlight, QColor(0x424852));
    p.setColor(QPalette::Mid, QColor(0x454b55));
    p.setColor(QPalette::Dark, QColor(0x16181b));
    p.setColor(QPalette::Shadow, QColor(0x0d0e10));
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, QColor(0x868c97));
    p.setColor(QPalette::Disabled, QPalette::Highlight, QColor(0x3a3f47));
    return p;
}

/// Draws an SVG whose strokes are `currentColor` in the palette's text colour at paint time, so
/// that a change of theme needs no new icons.
class SvgIconEngine : public QIconEngine {
  public:
    explicit SvgIconEngine(QByteArray svg) : svg_(std::move(svg)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const QPalette palette = QApplication::palette();
        QColor colour = palette.color(QPalette::Active, QPalette::WindowText);
        if (mode == QIcon::Disabled) colour.setAlpha(90);
        if (mode == QIcon::Selected) colour = palette.color(QPalette::HighlightedText);
        QByteArray svg = svg_;
        svg.replace("currentColor", colour.name(QColor::HexRgb).toLatin1());
        QSvgRenderer renderer(svg);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setOpacity(painter->opacity() * colour.alphaF());
        const int side = qMin(rect.width(), rect.height());
        QRectF square(0, 0, side, side);
        square.moveCenter(QRectF(rect).center());
        renderer.render(painter, square);
        painter->restore();
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return pixmap;
    }
    QIconEngine* clone() const override { return std::make_unique<SvgIconEngine>(svg_).release(); }

  private:
    QByteArray svg_;
};

bool desktopIsDark() {
    QApplication::setPalette(QPalette());
    return isDark(QApplication::palette());
}

}  // namespace

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < 128;
}

void applyTheme(ThemeChoice choice) {
    const bool dark =
        choice == ThemeChoice::Dark || (choice == ThemeChoice::System && desktopIsDark());
    if (QApplication::style()->name() != QStringLiteral("fusion"))
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(dark ? darkPalette() : lightPalette());
}

QIcon themeIcon(const QString& name) {
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QIcon(std::make_unique<SvgIconEngine>(file.readAll()).release());
}

QIcon colourIcon(const QColor& colour) {
    QIcon icon;
    for (int scale : {1, 2}) {
        QPixmap pixmap(16 * scale, 16 * scale);
        pixmap.setDevicePixelRatio(scale);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colour.darker(150), 1));
        painter.setBrush(colour);
        painter.drawRoundedRect(QRectF(2.5, 2.5, 11, 11), 2.5, 2.5);
        painter.end();
        icon.addPixmap(pixmap);
        icon.addPixmap(pixmap, QIcon::Selected);
    }
    return icon;
}

}  // namespace fs2
