#include "ui/main_window/actions.h"

#include <QMenu>
#include <QMenuBar>

#include <algorithm>
#include <string>

#include "ui/main_window/action_rows.h"
#include "ui/main_window/theme.h"

namespace fs2 {

Actions::Actions(QObject* parent) : QObject(parent) {
    for (const ActionRow& row : actionRows()) {
        auto* action = new QAction(row.text, this);
        action->setObjectName(QString::fromStdString(row.id));
        action->setStatusTip(row.tip);
        if (!row.icon.empty()) action->setIcon(themeIcon(QString::fromStdString(row.icon)));
        action->setCheckable(row.checkable);
        byId_.insert(action->objectName(), action);
        all_.push_back(action);
    }
    (*this)["quit"].setMenuRole(QAction::QuitRole);
    (*this)["about"].setMenuRole(QAction::AboutRole);
    (*this)["settings"].setMenuRole(QAction::PreferencesRole);
}

QString Actions::titleOf(const QAction& action) {
    QString text = action.text();
    text.remove(QLatin1Char('&')).remove(QChar(0x2026));
    return text;
}

QString Actions::menuOf(const QAction& action) {
    return action.property("menu").toString();
}

void Actions::applyKeys(const KeyMap& keys) {
    for (QAction* action : all_) {
        action->setShortcuts(keys.keys(idOf(*action)));
        refresh(*action);
    }
}

void Actions::refresh(QAction& action) {
    const Use use = uses_.value(idOf(action));
    const QString key = action.shortcut().toString(QKeySequence::NativeText);
    QString tip = titleOf(action);
    if (!key.isEmpty()) tip += QStringLiteral(" (%1)").arg(key);
    for (const QString& line : {action.statusTip(), use.note, use.obstacle})
        if (!line.isEmpty()) tip += QLatin1Char('\n') + line;
    action.setToolTip(tip);
    action.setEnabled(use.possible && use.obstacle.isEmpty());
}

void Actions::setPossible(const QString& id, bool possible) {
    if (uses_.value(id).possible == possible) return;
    uses_[id].possible = possible;
    refresh((*this)[id]);
}

void Actions::setObstacle(const QString& id, const QString& reason) {
    if (uses_.value(id).obstacle == reason) return;
    uses_[id].obstacle = reason;
    refresh((*this)[id]);
}

void Actions::setText(const QString& id, const QString& text) {
    (*this)[id].setText(text);
    refresh((*this)[id]);
}

void Actions::setTip(const QString& id, const QString& tip) {
    (*this)[id].setStatusTip(tip);
    refresh((*this)[id]);
}

void Actions::setIcon(const QString& id, const QString& icon) {
    (*this)[id].setIcon(themeIcon(icon));
}

void Actions::setNote(const QString& id, const QString& note) {
    uses_[id].note = note;
    refresh((*this)[id]);
}

void Actions::fillMenus(QMenuBar& bar) {
    const std::vector<MenuRow> rows = menuRows();
    const auto add = [&](const MenuRow& row) {
        const QString title = row.title;
        menus_.insert(QString::fromStdString(row.name),
                      row.parent.empty() ? bar.addMenu(title)
                                         : menu(QString::fromStdString(row.parent)).addMenu(title));
    };
    for (const MenuRow& row : rows)
        if (row.parent.empty()) add(row);
    for (const ActionRow& row : actionRows()) {
        const QString name = QString::fromStdString(row.menu);
        if (row.separatorBefore && menus_.contains(name)) menu(name).addSeparator();
        if (!menus_.contains(name))
            add(*std::find_if(rows.begin(), rows.end(), [&](const MenuRow& candidate) {
                return candidate.name == row.menu;
            }));
        QAction* action = byId_[QString::fromStdString(row.id)];
        menu(name).addAction(action);
        action->setProperty("menu", menu(name).title().remove(QLatin1Char('&')));
        for (const MenuRow& follower : rows)
            if (follower.after == row.id) add(follower);
    }
}

}  // namespace fs2
