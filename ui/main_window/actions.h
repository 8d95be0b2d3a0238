// Actions: every QAction of the window, made from one table: text, tip, icon, menu. Keys come from
// a KeyMap; tooltips name them. GUI thread; owned by the main window.
#pragma once
#include <QAction>
#include <QHash>
#include <QObject>

#include <vector>

#include "ui/main_window/key_map.h"

class QMenu;
class QMenuBar;

namespace fs2 {

class Actions : public QObject {
    Q_OBJECT
  public:
    explicit Actions(QObject* parent);

    /// The action; `id` must be one of the table.
    QAction& operator[](const QString& id) const { return *byId_.value(id); }
    QAction& operator[](const char* id) const { return *byId_.value(QLatin1String(id)); }
    /// In the order of the menus.
    const std::vector<QAction*>& all() const { return all_; }
    static QString idOf(const QAction& action) { return action.objectName(); }
    /// The menu's and the action's text without mnemonics and dots, as the command search shows it.
    static QString titleOf(const QAction& action);
    static QString menuOf(const QAction& action);

    void applyKeys(const KeyMap& keys);
    /// Off where the work does not allow it now, or while something stands in its way.
    void setPossible(const QString& id, bool possible);
    /// Why the action cannot be used whatever the work allows; empty = nothing in its way. The tip
    /// says it.
    void setObstacle(const QString& id, const QString& reason);
    /// One more line of the tip; empty = none.
    void setNote(const QString& id, const QString& note);
    void setText(const QString& id, const QString& text);
    void setTip(const QString& id, const QString& tip);
    void setIcon(const QString& id, const QString& icon);
    /// File, Edit, View, Object, Propagate, Model, Help.
    void fillMenus(QMenuBar& bar);
    /// The submenu or menu of the table that an action's row names, e.g. "recent".
    QMenu& menu(const QString& name) const { return *menus_.value(name); }

  private:
    struct MenuRow;
    struct ActionRow;
    struct Use {
        bool possible = true;
        QString obstacle;
        QString note;
    };
    void refresh(QAction& action);
    static std::vector<MenuRow> menuRows();
    static std::vector<ActionRow> actionRows();

    QHash<QString, QAction*> byId_;
    QHash<QString, QMenu*> menus_;
    QHash<QString, Use> uses_;
    std::vector<QAction*> all_;
};

}  // namespace fs2
