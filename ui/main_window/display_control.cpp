#include "ui/main_window/display_control.h"

#include <QSettings>

#include "ui/canvas/canvas.h"
#include "ui/main_window/actions.h"
#include "ui/panels/display_panel.h"

namespace fs2 {
namespace {

DisplayOptions load() {
    const QSettings s;
    DisplayOptions d;
    d.maskOpacity =
        qBound(0., s.value(QStringLiteral("display/opacity"), d.maskOpacity).toDouble(), 1.);
    d.fill = s.value(QStringLiteral("display/fill"), d.fill).toBool();
    d.outline = s.value(QStringLiteral("display/outline"), d.outline).toBool();
    d.crosshair = s.value(QStringLiteral("display/crosshair"), d.crosshair).toBool();
    d.pixelGrid = s.value(QStringLiteral("display/pixelGrid"), d.pixelGrid).toBool();
    return d;
}

void save(const DisplayOptions& d) {
    QSettings s;
    s.setValue(QStringLiteral("display/opacity"), d.maskOpacity);
    s.setValue(QStringLiteral("display/fill"), d.fill);
    s.setValue(QStringLiteral("display/outline"), d.outline);
    s.setValue(QStringLiteral("display/crosshair"), d.crosshair);
    s.setValue(QStringLiteral("display/pixelGrid"), d.pixelGrid);
}

}  // namespace

DisplayControl::DisplayControl(Actions& actions, Canvas& canvas, DisplayPanel& panel,
                               QObject* parent)
    : QObject(parent), actions_(actions), canvas_(canvas), panel_(panel) {
    actions["show_masks"].setChecked(true);
    connect(&actions["show_masks"], &QAction::toggled, this, [this] { set(options_); });
    connect(&actions["fill_masks"], &QAction::triggered, this, [this](bool fill) {
        DisplayOptions changed = options_;
        changed.fill = fill;
        if (!fill) changed.outline = true;
        set(changed);
    });
    connect(&actions["crosshair"], &QAction::triggered, this, [this](bool on) {
        DisplayOptions changed = options_;
        changed.crosshair = on;
        set(changed);
    });
    connect(&panel, &DisplayPanel::optionsChanged, this, &DisplayControl::set);
    set(load());
}

void DisplayControl::setWheelScrolls(bool scrolls) {
    DisplayOptions changed = options_;
    changed.wheelScrolls = scrolls;
    set(changed);
}

void DisplayControl::set(const DisplayOptions& options) {
    options_ = options;
    options_.masks = actions_["show_masks"].isChecked();
    canvas_.setDisplay(options_);
    panel_.setOptions(options_);
    actions_["fill_masks"].setChecked(options_.fill);
    actions_["crosshair"].setChecked(options_.crosshair);
    save(options_);
}

}  // namespace fs2
