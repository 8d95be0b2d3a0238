// ImagePanel: state, skip, tags and note of the open image. Writes through edits, one step a
// change. GUI thread; owned by the main window.
#pragma once
#include <QWidget>

#include "annotation/core/ids.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace fs2 {

class Session;

class ImagePanel : public QWidget {
    Q_OBJECT
  public:
    ImagePanel(Session& session, QWidget* parent);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void showItem();
    void writeTags();
    void writeNote();

    Session& session_;
    ItemId shown_;
    QLabel* name_ = nullptr;
    QLabel* size_ = nullptr;
    QComboBox* state_ = nullptr;
    QCheckBox* skip_ = nullptr;
    QLineEdit* tags_ = nullptr;
    QPlainTextEdit* note_ = nullptr;
};

}  // namespace fs2
