#include "ui/main_window/model_menu.h"

#include <QActionGroup>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>

#include "ui/main_window/actions.h"
#include "ui/main_window/settings_dialog.h"

namespace fs2 {

ModelMenu::ModelMenu(Session& session, Actions& actions, const Preferences& preferences,
                     QWidget* window)
    : QObject(window),
      session_(session),
      actions_(actions),
      window_(window),
      preferences_(preferences),
      models_(new QActionGroup(this)),
      devices_(new QActionGroup(this)) {
    QMenu& menu = actions.menu(QStringLiteral("model"));
    menu.setToolTipsVisible(true);
    connect(&menu, &QMenu::aboutToShow, &session, &Session::lookForModels);
    connect(&session, &Session::modelChoicesChanged, this, &ModelMenu::fillModels);
    connect(&session, &Session::modelChanged, this, &ModelMenu::updateAbilities);
    connect(models_, &QActionGroup::triggered, this, [this](const QAction* action) {
        const QStringList what = action->data().toStringList();
        use(what.value(0), what.value(1));
    });
    connect(devices_, &QActionGroup::triggered, this, [this](const QAction* action) {
        preferences_.device = action->data().toString();
        Q_EMIT changed(preferences_);
    });
    connect(&actions["choose_weights"], &QAction::triggered, this, &ModelMenu::chooseFile);
    fillDevices();
    fillModels();
    updateAbilities();
    session.lookForModels();
}

void ModelMenu::show(const Preferences& preferences) {
    preferences_ = preferences;
    fillModels();
    for (QAction* action : devices_->actions())
        action->setChecked(action->data().toString() == preferences_.device);
}

QString ModelMenu::describe(const ModelAbilities& abilities) {
    const auto line = [](const QString& what, bool can, const QString& why = {}) {
        const QString text = QStringLiteral("%1 %2").arg(can ? QChar(0x2713) : QChar(0x2013), what);
        return can || why.isEmpty() ? text : QStringLiteral("%1: %2").arg(text, why);
    };
    const QString away =
        abilities.subtractsNegatives
            ? tr("clicks that take away: the mask of the click itself is subtracted")
            : tr("clicks that take away");
    return QStringList{
        line(tr("clicks that add"), true),
        line(away, abilities.negativeClicks),
        line(tr("boxes"), abilities.box),
        line(tr("text"), abilities.text, abilities.whyNoText),
        line(tr("memory through video"), abilities.memory, abilities.whyNoMemory),
        line(tr("whole scenes (panoptic)"), abilities.panoptic, abilities.whyNoPanoptic)}
        .join(u'\n');
}

void ModelMenu::fillModels() {
    QMenu& menu = actions_.menu(QStringLiteral("model"));
    for (QAction* action : models_->actions()) {
        menu.removeAction(action);
        models_->removeAction(action);
        action->deleteLater();  // it may be the one that was just chosen
    }
    QAction* const before = menu.actions().value(0);
    const auto add = [&](const QString& text, const ModelChoice& choice) {
        auto* action = new QAction(text, models_);
        action->setData(QStringList{choice.network, choice.weights});
        action->setCheckable(true);
        action->setChecked(choice.network == preferences_.network &&
                           choice.weights == preferences_.weights);
        action->setToolTip(describe(choice.abilities));
        menu.insertAction(before, action);
    };
    bool listed = false;
    for (const ModelChoice& choice : session_.modelChoices()) {
        add(tr("%1 · %2").arg(choice.network, choice.weights.isEmpty()
                                                  ? tr("comes with the program")
                                                  : choice.name),
            choice);
        listed = listed || models_->actions().last()->isChecked();
    }
    if (listed || preferences_.weights.isEmpty()) return;
    add(QFileInfo(preferences_.weights).fileName(),  // a file from elsewhere
        {{}, preferences_.network, preferences_.weights, session_.modelStatus().abilities});
}

void ModelMenu::fillDevices() {
    QMenu& menu = actions_.menu(QStringLiteral("device"));
    for (const QString& name : deviceNames()) {
        QAction* action = menu.addAction(name == QStringLiteral("auto") ? tr("Automatic") : name);
        action->setCheckable(true);
        action->setChecked(name == preferences_.device);
        action->setData(name);
        devices_->addAction(action);
    }
}

void ModelMenu::use(const QString& network, const QString& weights) {
    preferences_.network = network;
    preferences_.weights = weights;
    Q_EMIT changed(preferences_);
}

/// A checkpoint was imported: from now on the file that was made of it is the chosen one.
void ModelMenu::noteImport() {
    const QString used = session_.modelOptions().weightsPath;
    const bool was = !preferences_.weights.isEmpty() &&
                     !preferences_.weights.endsWith(QStringLiteral(".safetensors"));
    if (!was || !used.endsWith(QStringLiteral(".safetensors"))) return;
    session_.lookForModels();
    use(preferences_.network, used);
}

void ModelMenu::chooseFile() {
    const QString file =
        QFileDialog::getOpenFileName(window_, tr("Open Weights File"), preferences_.weights,
                                     tr("Weights (*.safetensors *.pth *.pt)"));
    if (!file.isEmpty()) use(Preferences().network, file);
}

/// What the loaded model cannot do is off, and its tip says so.
void ModelMenu::updateAbilities() {
    const ModelStatus status = session_.modelStatus();
    const bool ready = status.state == ModelStatus::State::Ready;
    if (ready) noteImport();
    const ModelAbilities& can = status.abilities;
    const auto lacking = [&](bool ability, const QString& why = {}) {
        if (!ready || ability) return QString();
        return why.isEmpty() ? tr("%1 cannot do this").arg(status.network) : why;
    };
    actions_.setObstacle(QStringLiteral("text_prompt"), lacking(can.text, can.whyNoText));
    actions_.setObstacle(QStringLiteral("label_scene"), lacking(can.panoptic, can.whyNoPanoptic));
    actions_.setObstacle(QStringLiteral("tool_subtract"), lacking(can.negativeClicks));
    actions_.setObstacle(QStringLiteral("tool_box"), lacking(can.box));
    actions_.setNote(QStringLiteral("tool_subtract"),
                     ready && can.subtractsNegatives
                         ? tr("%1 never learned such clicks: the mask of the click itself is "
                              "subtracted, unless a click that adds lies in it")
                               .arg(status.network)
                         : QString());
}

}  // namespace fs2
