// FaultBar: the quiet bar over the canvas: what happened and what to do, details on demand. Never
// modal; takes no room from the canvas. GUI thread; child of the widget that it lies over.
#pragma once
#include <QFrame>
#include <QTimer>

#include <optional>

#include "app/session/session.h"

class QLabel;
class QToolButton;

namespace fs2 {

class FaultBar : public QFrame {
    Q_OBJECT
  public:
    /// Lies along the upper edge of `over` and follows its size.
    explicit FaultBar(QWidget* over);

    /// A lasting fault comes back after a passing one is closed.
    void showFault(const Fault& fault);
    void clearLasting();
    QString sentence() const;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void dismiss();
    void place();

    QLabel* sentence_ = nullptr;
    QLabel* detail_ = nullptr;
    QToolButton* details_ = nullptr;
    QTimer timer_;  ///< passing faults leave by themselves
    std::optional<Fault> lasting_;
};

}  // namespace fs2
