// ModelMenu: which model works, with which weights, where. Fills the Model menu, which the status
// line shows too; a model says what it can, and actions that it cannot do are off and say why. GUI
// thread; owned by the main window.
#pragma once
#include <QObject>

#include "app/session/session.h"
#include "ui/main_window/preferences.h"

class QActionGroup;

namespace fs2 {

class Actions;

class ModelMenu : public QObject {
    Q_OBJECT
  public:
    ModelMenu(Session& session, Actions& actions, const Preferences& preferences, QWidget* window);
    /// Checks what these name.
    void show(const Preferences& preferences);
    /// What the model can, one line each.
    static QString describe(const ModelAbilities& abilities);

  Q_SIGNALS:
    void changed(const fs2::Preferences& preferences);  ///< as the user wants them now

  private:
    void fillModels();
    void fillDevices();
    void chooseFile();
    void noteImport();
    void use(const QString& network, const QString& weights);
    void updateAbilities();

    Session& session_;
    Actions& actions_;
    QWidget* window_;
    Preferences preferences_;
    QActionGroup* models_ = nullptr;
    QActionGroup* devices_ = nullptr;
};

}  // namespace fs2
