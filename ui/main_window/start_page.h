// StartPage: what the window shows while nothing is open: open, samples, recent work. Takes drops.
// GUI thread; owned by the main window.
#pragma once
#include <QWidget>

class QLabel;
class QListWidget;

namespace fs2 {

class Actions;

class StartPage : public QWidget {
    Q_OBJECT
  public:
    StartPage(const Actions& actions, QWidget* parent);
    void refresh();  ///< reads the recent work anew

  Q_SIGNALS:
    void openRequested(const QString& path);

  private:
    QListWidget* recent_ = nullptr;
    QLabel* recentTitle_ = nullptr;
};

}  // namespace fs2
