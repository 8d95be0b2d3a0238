// Commands: what the window's actions do to the work: edits, objects, images, tools; and which of
// them are possible now. GUI thread; owned by the main window, dies before the parts that it is
// given.
#pragma once
#include <QObject>

#include "app/session/session.h"

namespace fs2 {

class Actions;
class Canvas;
class ClassPanel;
class ItemPanel;
class ObjectActions;
class Toolbox;

class Commands : public QObject {
    Q_OBJECT
  public:
    struct Parts {
        Session& session;
        Actions& actions;
        Canvas& canvas;
        Toolbox& tools;
        ObjectActions& cleanUp;
        ItemPanel& items;
        ClassPanel& classes;
    };
    Commands(const Parts& parts, QWidget* window);

  Q_SIGNALS:
    void reported(const QString& text);  ///< one line for the status bar

  private:
    void connectEdit();
    void connectImages();
    void connectTools();
    void connectObjects();
    void connectCleanUp();
    void updateEnabled();
    void updateHistory();
    void showTool();
    void cycleObject(int step);
    void toggleHidden();
    void toggleLocked();
    void moveInList(int rows);
    void chooseClass();
    void assignDigit(int digit);
    void copyToNext();
    void markImage(ItemState state);
    void goToNumber();
    void stopJob();

    Document& document() { return p_.session.document(); }
    Parts p_;
    QWidget* window_;
    ItemId pasteInto_;  ///< paste as soon as this item is loaded; 0 = none
};

}  // namespace fs2
