// LivePreview: asks for the mask that a click would give when the mouse pauses, and shows it on the
// canvas while the mouse has not moved on. GUI thread; owned by Toolbox.
#pragma once
#include <QObject>
#include <QPointF>
#include <QTimer>

#include <optional>

#include "ui/canvas/canvas.h"

namespace fs2 {

class PromptDraft;
class Session;

class LivePreview : public QObject {
    Q_OBJECT
  public:
    LivePreview(Session& session, Canvas& canvas, PromptDraft& draft, QObject* parent);
    bool isEnabled() const { return enabled_; }
    void setEnabled(bool enabled);
    void hover(QPointF imagePoint, bool positive);
    void stop();  ///< a click, a drag, another tool, or the mouse left

  private:
    void ask();
    void show(const Mask& mask);

    Session& session_;
    Canvas& canvas_;
    PromptDraft& draft_;
    QTimer pause_;
    bool enabled_ = true;
    bool positive_ = true;
    QPointF point_;                 // of the mouse
    std::optional<QPointF> asked_;  // the point whose mask is asked for or shown
};

}  // namespace fs2
