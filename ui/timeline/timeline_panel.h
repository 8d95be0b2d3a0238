// TimelinePanel: the dock below the picture: transport and timeline of the open clip. GUI thread;
// owned by the main window.
#pragma once
#include <QWidget>

namespace fs2 {

class Actions;
class Session;
class TimelineView;
class TransportBar;

class TimelinePanel : public QWidget {
    Q_OBJECT
  public:
    TimelinePanel(Session& session, const Actions& actions, QWidget* parent);
    TimelineView& view() const { return *view_; }
    TransportBar& transport() const { return *transport_; }

  private:
    TransportBar* transport_ = nullptr;
    TimelineView* view_ = nullptr;
};

}  // namespace fs2
