// CanvasBinding: shows Session's current picture and the Document's masks on a Canvas; reacts to
// Document::changed, never to the edits themselves. GUI thread; owned by the main window, dies
// before Session and Canvas.
#pragma once
#include <QObject>
#include <QTimer>

#include "annotation/document/document.h"
#include "ui/canvas/canvas.h"

namespace fs2 {

class Session;

class CanvasBinding : public QObject {
    Q_OBJECT
  public:
    CanvasBinding(Session& session, Canvas& canvas, QObject* parent = nullptr);

  private:
    void react(const ChangeEvent& event);
    void showFrame();
    void showNothing();
    void showStandIn();
    void showMasks();
    FrameIndex shownFrame() const;

    Session& session_;
    Canvas& canvas_;
    bool late_ = false;
    QTimer patience_;  // a frame that comes at once needs no words
};

}  // namespace fs2
