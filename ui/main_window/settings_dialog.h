// SettingsDialog: edits a copy of the Preferences; the window applies it on OK. GUI thread.
#pragma once
#include <QDialog>

#include "ui/main_window/preferences.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;

namespace fs2 {

class Actions;
class KeyEditor;

class SettingsDialog : public QDialog {
    Q_OBJECT
  public:
    SettingsDialog(const Preferences& preferences, const Actions& actions, QWidget* parent);

    Preferences preferences() const;
    KeyEditor& keyEditor() const { return *keys_; }

  private:
    QWidget* generalPage();
    QWidget* modelPage();
    void chooseWeights();

    Preferences before_;
    QComboBox* theme_ = nullptr;
    QComboBox* language_ = nullptr;
    QComboBox* overlap_ = nullptr;
    QCheckBox* wheelScrolls_ = nullptr;
    QCheckBox* preview_ = nullptr;
    QSpinBox* undo_ = nullptr;
    QComboBox* device_ = nullptr;
    QLineEdit* weights_ = nullptr;
    QComboBox* size_ = nullptr;
    QSpinBox* features_ = nullptr;
    QCheckBox* refine_ = nullptr;
    KeyEditor* keys_ = nullptr;
};

/// Names for the device choice: auto, cpu, and cuda:N for each NVIDIA GPU of the machine.
QStringList deviceNames();

}  // namespace fs2
