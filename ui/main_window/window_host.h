// WindowHost: owns the main window, and makes it anew when the language changes; the work stays as
// it is, for it is the Session's. GUI thread; made in main after the Session and destroyed before
// it.
#pragma once
#include <QObject>

#include <memory>

#include "ui/main_window/preferences.h"

namespace fs2 {

class MainWindow;
class Session;

class WindowHost : public QObject {
    Q_OBJECT
  public:
    WindowHost(Session& session, const Preferences& preferences);
    ~WindowHost() override;
    MainWindow& window() const { return *window_; }

  Q_SIGNALS:
    void windowChanged();  ///< window() is another one, shown

  private:
    void adopt(std::unique_ptr<MainWindow> window);
    void remake();

    Session& session_;
    std::unique_ptr<MainWindow> window_;
};

}  // namespace fs2
