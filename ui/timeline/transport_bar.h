// TransportBar: the row of buttons above the timeline: where the clip is and how it plays, runs, in
// and out. The buttons are the window's actions. GUI thread; owned by TimelinePanel.
#pragma once
#include <QWidget>

#include "app/session/clip_session.h"

class QBoxLayout;
class QLabel;
class QLineEdit;

namespace fs2 {

class Actions;

class TransportBar : public QWidget {
    Q_OBJECT
  public:
    TransportBar(Session& session, const Actions& actions, QWidget* parent);
    void editFrame();  ///< moves the keyboard to the frame field

  Q_SIGNALS:
    void frameTyped(fs2::FrameIndex frame);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void placeParts(const Actions& actions);
    void addButtons(QBoxLayout& row, const Actions& actions,
                    std::initializer_list<const char*> ids);
    void readFrame();
    void showClip();
    void showFrame();

    Session& session_;
    ClipSession& clip_;
    QLineEdit* frame_ = nullptr;
    QLabel* count_ = nullptr;
    QLabel* time_ = nullptr;
    QLabel* approximate_ = nullptr;
};

}  // namespace fs2
