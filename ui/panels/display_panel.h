// DisplayPanel: brightness, contrast, gamma, opacity and lines of the canvas. Changes no pixel of
// the work. GUI thread; owned by the main window.
#pragma once
#include <QWidget>

#include <vector>

#include "ui/canvas/mask_layer.h"

class QCheckBox;
class QLabel;
class QSlider;

namespace fs2 {

class DisplayPanel : public QWidget {
    Q_OBJECT
  public:
    explicit DisplayPanel(QWidget* parent);
    /// Shows these options without a signal.
    void setOptions(const DisplayOptions& options);

  Q_SIGNALS:
    void optionsChanged(const fs2::DisplayOptions& options);

  private:
    QSlider* addSlider(const QString& name, int low, int high);
    QCheckBox* addBox(const QString& name);
    void read();

    DisplayOptions options_;
    bool showing_ = false;
    QSlider* brightness_ = nullptr;
    QSlider* contrast_ = nullptr;
    QSlider* gamma_ = nullptr;
    QSlider* opacity_ = nullptr;
    QCheckBox* fill_ = nullptr;
    QCheckBox* outline_ = nullptr;
    QCheckBox* crosshair_ = nullptr;
    QCheckBox* grid_ = nullptr;
    std::vector<std::pair<QSlider*, QLabel*>> values_;
};

}  // namespace fs2
