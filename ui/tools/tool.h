// Tool: an object that gets the canvas's mouse events in image points, paints an overlay and talks
// to Session. GUI thread; owned by Toolbox. Knows neither networks, files nor threads.
#pragma once
#include <QCursor>
#include <QObject>
#include <QPainter>
#include <QPointF>

#include "ui/canvas/canvas.h"

namespace fs2 {

struct ToolEvent {
    QPointF imagePoint;  ///< may lie outside the picture
    QPointF widgetPoint;
    Qt::MouseButton button = Qt::NoButton;
    Qt::MouseButtons buttons;
    Qt::KeyboardModifiers modifiers;
};

class Tool : public QObject {
    Q_OBJECT
  public:
    explicit Tool(Canvas* canvas, QObject* parent) : QObject(parent), canvas_(canvas) {}

    virtual QString name() const = 0;  ///< translated, as the menu and screen readers say it
    virtual QString hint() const = 0;  ///< one translated line for the status bar
    virtual QCursor cursor() const { return Qt::CrossCursor; }
    virtual void press(const ToolEvent&) {}
    virtual void move(const ToolEvent&) {}  ///< with and without a button
    virtual void release(const ToolEvent&) {}
    virtual void doubleClick(const ToolEvent& event) { press(event); }
    virtual void leave() {}                                ///< the mouse left the canvas
    virtual bool usesRightButton() const { return true; }  ///< else it opens the context menu
    virtual bool wheel(int, Qt::KeyboardModifiers) { return false; }  ///< steps; true = used
    virtual bool accept() { return false; }    ///< Enter, N; true = there was something to accept
    virtual bool stepBack() { return false; }  ///< Esc: drops the tool's draft; false = it had none
    virtual bool removeLast() { return false; }                   ///< Backspace
    virtual void paint(QPainter&, const ViewTransform&) const {}  ///< in widget points
    virtual void activate() {}
    virtual void deactivate() { stepBack(); }

  Q_SIGNALS:
    void hintChanged();

  protected:
    Canvas* canvas() const { return canvas_; }
    /// The one that is shown: what the tool does, it does there.
    FrameIndex frame() const {
        return canvas_->frame() ? canvas_->frame()->index : FrameIndex{};
    }

  private:
    Canvas* canvas_;
};

}  // namespace fs2
