// SettingsDialog: edits a copy of the Preferences; the window applies it on OK. GUI thread.
#pragma once
#include <QDialog>

#include "ui/main_window/preferences.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
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
    QLineEdit* addFile(QFormLayout& form, const QString& name, const QString& path,
                       const QString& placeholder, const QString& kinds);

    Preferences before_;
    QComboBox* theme_ = nullptr;
    QComboBox* language_ = nullptr;
    QComboBox* overlap_ = nullptr;
    QCheckBox* wheelScrolls_ = nullptr;
    QCheckBox* preview_ = nullptr;
    QSpinBox* undo_ = nullptr;
    QComboBox* device_ = nullptr;
    QLineEdit* weights_ = nullptr;
    QLineEdit* tower_ = nullptr;
    QComboBox* activation_ = nullptr;
    QLineEdit* table_ = nullptr;
    QLineEdit* classes_ = nullptr;
    QComboBox* size_ = nullptr;
    QSpinBox* features_ = nullptr;
    QCheckBox* refine_ = nullptr;
    KeyEditor* keys_ = nullptr;
};

/// Names for the device choice: auto, cpu, and cuda:N for each NVIDIA GPU of the machine.
QStringList deviceNames();

}  // namespace fs2
