// StatusLine: the window's status bar: hint, pixel, zoom, model, device, last click, saved, the job
// with progress, time left and cancel. GUI thread; owned by the main window.
#pragma once
#include <QStatusBar>

#include "annotation/core/ids.h"

class QAction;
class QLabel;
class QProgressBar;
class QToolButton;

namespace fs2 {

class Session;
struct RunStatus;

class StatusLine : public QStatusBar {
    Q_OBJECT
  public:
    StatusLine(Session& session, QMenu& modelMenu, QAction& cancelJob, QWidget* parent);

    void setHint(const QString& hint);
    void setPixel(QPoint imagePixel);  ///< (-1, -1) = outside
    void setZoom(double devicePixelsPerImagePixel);

  private:
    void showModel();
    void showSaved();
    void showJob();
    static QString runText(const RunStatus& run);
    QLabel* addLabel(const QString& accessibleName);

    Session& session_;
    QLabel* hint_ = nullptr;
    QLabel* pixel_ = nullptr;
    QLabel* zoom_ = nullptr;
    QToolButton* model_ = nullptr;
    QLabel* device_ = nullptr;
    QLabel* click_ = nullptr;
    QLabel* saved_ = nullptr;
    QLabel* job_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QToolButton* cancel_ = nullptr;
};

}  // namespace fs2
