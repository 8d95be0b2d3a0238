// TimelineBinding: keeps a TimelineView in step with the open clip and the Document, and does what
// the view's user wants. GUI thread; owned by TimelinePanel, dies before the view.
#pragma once
#include <QObject>

#include "annotation/document/document.h"
#include "app/session/clip_session.h"

namespace fs2 {

class TimelineView;

class TimelineBinding : public QObject {
    Q_OBJECT
  public:
    TimelineBinding(Session& session, TimelineView& view, QObject* parent);

  private:
    void connectClip();
    void connectView();
    void react(const ChangeEvent& event);
    void showClip();
    void showLanes();
    void showPlayhead();
    void showRun();
    void askPictures(const QList<int>& frames);
    QString doubtText(FrameIndex frame) const;
    QString nameOf(ObjectId object) const;
    static QString sentenceOf(DoubtCause cause);

    Session& session_;
    ClipSession& clip_;
    TimelineView& view_;
};

}  // namespace fs2
