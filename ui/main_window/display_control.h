// DisplayControl: how picture and masks are shown. Joins the display panel and the actions of the
// View menu with the canvas, and remembers it for the next time. GUI thread; owned by the main
// window.
#pragma once
#include <QObject>

#include "ui/canvas/mask_layer.h"

namespace fs2 {

class Actions;
class Canvas;
class DisplayPanel;

class DisplayControl : public QObject {
    Q_OBJECT
  public:
    DisplayControl(Actions& actions, Canvas& canvas, DisplayPanel& panel, QObject* parent);
    void setWheelScrolls(bool scrolls);

  private:
    void set(const DisplayOptions& options);

    Actions& actions_;
    Canvas& canvas_;
    DisplayPanel& panel_;
    DisplayOptions options_;
};

}  // namespace fs2
