// ObjectCommands: what the window's actions do to objects: selection, class, order, clean-up. GUI
// thread; owned by the main window, dies before the parts that it is given.
#pragma once
#include <QObject>

#include "ui/main_window/command_parts.h"

namespace fs2 {

class ObjectCommands : public QObject {
    Q_OBJECT
  public:
    ObjectCommands(const CommandParts& parts, QWidget* window);

  Q_SIGNALS:
    void reported(const QString& text);  ///< one line for the status bar

  private:
    void connectObjects();
    void connectCleanUp();
    void cycleObject(int step);
    void toggleHidden();
    void toggleLocked();
    void moveInList(int rows);
    void chooseClass();
    void assignDigit(int digit);

    Document& document() { return p_.session.document(); }
    CommandParts p_;
    QWidget* window_;
};

}  // namespace fs2
