// Commands: what the window's actions do to the work: edits, images, tools (objects:
// ObjectCommands); and which of them are possible now. GUI thread; owned by the main window, dies
// before the parts that it is given.
#pragma once
#include <QObject>

#include "ui/main_window/command_parts.h"

namespace fs2 {

class ClipCommands;

class Commands : public QObject {
    Q_OBJECT
  public:
    Commands(const CommandParts& parts, QWidget* window);

  Q_SIGNALS:
    void reported(const QString& text);  ///< one line for the status bar

  private:
    void connectEdit();
    void connectImages();
    void connectTools();
    void updateEnabled();
    void updateHistory();
    void showTool();
    void copyToNext();
    void markImage(ItemState state);
    void askWords();
    void goToNumber();
    void stopJob();

    Document& document() { return p_.session.document(); }
    CommandParts p_;
    QWidget* window_;
    ClipCommands* clip_ = nullptr;
    ItemId pasteInto_;  ///< paste as soon as this item is loaded; 0 = none
};

}  // namespace fs2
