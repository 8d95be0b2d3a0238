// AboutDialog: version, licence, what the program is built from. GUI thread.
#pragma once
#include <QDialog>

namespace fs2 {

class AboutDialog : public QDialog {
    Q_OBJECT
  public:
    explicit AboutDialog(QWidget* parent);
};

/// "First minute": how to begin, on one page.
class HelpDialog : public QDialog {
    Q_OBJECT
  public:
    explicit HelpDialog(QWidget* parent);
};

}  // namespace fs2
