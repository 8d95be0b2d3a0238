// KeyEditor: the page of the settings where keys are changed; says which command already has a key.
// GUI thread.
#pragma once
#include <QWidget>

#include "ui/main_window/key_map.h"

class QComboBox;
class QKeySequenceEdit;
class QLabel;
class QPushButton;
class QTreeWidget;

namespace fs2 {

class Actions;
struct Preferences;

class KeyEditor : public QWidget {
    Q_OBJECT
  public:
    KeyEditor(const Actions& actions, const Preferences& preferences, QWidget* parent);

    QString preset() const;
    QMap<QString, QStringList> overrides() const { return keys_.overrides(); }
    /// What the "use this key" button does; with `takeOver` the former owner loses the key. False,
    /// and a message, where another command has it.
    bool assign(const QString& action, const QKeySequence& key, bool takeOver);
    QString message() const;

  private:
    void loadPreset(const QMap<QString, QStringList>& overrides);
    void fill();
    void showRow(const QString& action);
    QString selectedAction() const;
    void assignTyped(bool takeOver);

    const Actions& actions_;
    KeyMap keys_;
    QComboBox* preset_ = nullptr;
    QTreeWidget* tree_ = nullptr;
    QKeySequenceEdit* typed_ = nullptr;
    QPushButton* takeOver_ = nullptr;
    QLabel* message_ = nullptr;
};

}  // namespace fs2
