#include "ui/main_window/main_window.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTimer>
#include <QToolBar>

#include "app/session/clip_session.h"
#include "ui/canvas/canvas.h"
#include "ui/canvas/canvas_binding.h"
#include "ui/main_window/actions.h"
#include "ui/main_window/commands.h"
#include "ui/main_window/display_control.h"
#include "ui/main_window/export_dialog.h"
#include "ui/main_window/fault_bar.h"
#include "ui/main_window/model_menu.h"
#include "ui/main_window/settings_dialog.h"
#include "ui/main_window/start_page.h"
#include "ui/main_window/status_line.h"
#include "ui/panels/display_panel.h"
#include "ui/tools/object_actions.h"
#include "ui/tools/toolbox.h"

namespace fs2 {
namespace {

constexpr int kThumbnailSide = 128;
constexpr int kTimelineHeight = 260;  // at first

QString lastItemKey(const QString& projectPath) {
    return QStringLiteral("lastItem/%1").arg(QString::number(qHash(projectPath, 0), 16));
}

QStringList droppedPaths(const QMimeData* data) {
    QStringList paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile()) paths.append(url.toLocalFile());
    return paths;
}

}  // namespace

ModelOptions modelOptions(const Preferences& preferences, ModelOptions base) {
    base.network = preferences.network;
    base.weightsPath = preferences.weights;
    base.device = preferences.device;
    base.workingSize = preferences.workingSize;
    base.featureBytes = qint64(preferences.featureMegabytes) << 20;
    base.refineEdges = preferences.refineEdges;
    base.textTower = preferences.textTower;
    base.textActivation = preferences.textActivation;
    base.classTable = preferences.classTable;
    base.classNames = preferences.classNames;
    return base;
}

QString samplesFolder() {
    const QString folder = QDir::cleanPath(QCoreApplication::applicationDirPath() +
                                           QStringLiteral("/../share/fastsam2-studio/samples"));
    return QFileInfo(folder).isDir() ? folder : QString();
}

MainWindow::MainWindow(Session& session, const Preferences& preferences, QWidget* parent)
    : QMainWindow(parent), session_(session), preferences_(preferences) {
    setWindowTitle(QStringLiteral("FastSAM2 Studio"));
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowTabbedDocks | AllowNestedDocks);
    actions_ = new Actions(this);
    actions_->fillMenus(*menuBar());
    buildCentre();
    placeShortcuts();
    buildPanels();
    auto* commands = new Commands(
        {session_, *actions_, *canvas_, *tools_, *cleanUp_, *itemPanel_, *classPanel_, *timeline_},
        this);
    connect(commands, &Commands::reported, status_, &StatusLine::setHint);
    buildToolBar();
    connectFile();
    connectView();
    connectHelp();
    connectSession();
    applyKeys();
    display_ = new DisplayControl(*actions_, *canvas_, *displayPanel_, this);
    display_->setWheelScrolls(preferences_.wheelScrolls);
    models_ = new ModelMenu(session_, *actions_, preferences_, this);
    connect(models_, &ModelMenu::changed, this, &MainWindow::setPreferences);
    connect(&(*actions_)["bundled_weights"], &QAction::triggered, this, [this] {
        Preferences changed = preferences_;
        changed.network = Preferences().network;
        changed.weights.clear();
        setPreferences(changed);
    });
    session_.document().history().setByteLimit(std::size_t(preferences_.undoMegabytes) << 20);
    qApp->installEventFilter(this);

    resize(1360, 860);
    resizeDocks({timelineDock_}, {kTimelineHeight}, Qt::Vertical);
    firstLayout_ = saveState(kLayoutVersion);
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    restoreState(settings.value(QStringLiteral("window/state")).toByteArray(), kLayoutVersion);
    showProject();
}

MainWindow::~MainWindow() = default;

void MainWindow::openPaths(const QStringList& paths) {
    if (!paths.isEmpty()) session_.openPaths(paths);
}

void MainWindow::openSamples() {
    const QString folder = samplesFolder();
    if (!folder.isEmpty()) return session_.openFolder(folder);
    faults_->showFault({tr("The sample pictures are not beside the program."),
                        QCoreApplication::applicationDirPath(), false});
}

void MainWindow::showProject() {
    const bool open = session_.hasProject();
    stack_->setCurrentWidget(open ? static_cast<QWidget*>(canvas_) : startPage_);
    showPanels(open);
    showTimeline();
    status_->setHint(open ? tools_->tool(tools_->current()).hint() : QString());
    showItem();
    if (!open) return startPage_->refresh();
    applyOverlapRule();
    addRecentWork(session_.folder());
    thumbnailKept_ = false;
    if (session_.isProjectElsewhere())
        status_->setHint(tr("The folder cannot be written: the work is kept in %1")
                             .arg(QDir::toNativeSeparators(session_.projectPath())));
    canvas_->setFocus();
    const Document& document = session_.document();
    const QString last = setting(lastItemKey(session_.projectPath())).toString();
    int row = 0;
    for (int i = 0; i < document.itemCount(); ++i)
        if (QString::fromStdString(document.itemAt(i).record.path) == last) row = i;
    if (document.openItem().value == 0 && document.itemCount() > 0)
        session_.openItem(document.itemAt(row).record.id);
}

void MainWindow::showPanels(bool show) {
    if (show == !panelsAway_) return;
    if (!show) workLayout_ = saveState(kLayoutVersion);
    panelsAway_ = !show;
    for (QDockWidget* dock : findChildren<QDockWidget*>()) {
        dock->setVisible(show);
        dock->toggleViewAction()->setEnabled(show);
    }
    findChild<QToolBar*>()->setVisible(show);
    actions_->setPossible(QStringLiteral("reset_layout"), show);
    if (show) restoreState(workLayout_, kLayoutVersion);
}

void MainWindow::showTimeline() {
    if (panelsAway_) return;
    const bool clip = session_.clip().isClip();
    timelineDock_->toggleViewAction()->setEnabled(clip);
    timelineDock_->setVisible(clip && timelineWanted_);
}

void MainWindow::applyOverlapRule() {
    const auto rule = OverlapRule(preferences_.overlap);
    if (session_.hasProject() && session_.document().overlapRule() != rule)
        session_.setOverlapRule(rule);
}

void MainWindow::rememberItem() {
    const ItemSummary* item = session_.document().item(session_.document().openItem());
    if (item && session_.hasProject())
        keepSetting(lastItemKey(session_.projectPath()),
                    QString::fromStdString(item->record.path));
}

void MainWindow::showItem() {
    QString title = QStringLiteral("FastSAM2 Studio");
    if (session_.hasProject())
        title = QStringLiteral("%1 – %2").arg(QFileInfo(session_.folder()).fileName(), title);
    if (const ItemSummary* item = session_.document().item(session_.document().openItem()))
        title = QStringLiteral("%1 – %2").arg(
            QFileInfo(QString::fromStdString(item->record.path)).fileName(), title);
    setWindowTitle(title);
    if (thumbnailKept_ || session_.phase() != Session::Phase::Ready) return;
    const std::vector<Frame> halves = session_.halves();
    const Frame frame = halves.empty() ? session_.frame() : halves.back();
    const QImage image(frame->row(0), frame->width, frame->height, frame->stride,
                       QImage::Format_RGBX8888);
    keepRecentThumbnail(session_.folder(),
                        image.scaled(kThumbnailSide, kThumbnailSide, Qt::KeepAspectRatio,
                                     Qt::SmoothTransformation));
    thumbnailKept_ = true;
}

void MainWindow::applyKeys() {
    auto keys = KeyMap::load(preferences_.keyPreset, preferences_.keyOverrides);
    if (!keys) {
        faults_->showFault({tr("The keys could not be read; the default keys are used."),
                            QString::fromStdString(keys.error().detail), false});
        keys = KeyMap::load(QStringLiteral("default"), {});
    }
    if (keys) actions_->applyKeys(*keys);
    canvas_->setOpenKey((*actions_)["open_files"].shortcut().toString(QKeySequence::NativeText));
}

void MainWindow::setPreferences(const Preferences& preferences) {
    const Preferences before = preferences_;
    preferences_ = preferences;
    preferences_.save();
    if (before.theme != preferences_.theme) applyTheme(preferences_.theme);
    if (before.keyPreset != preferences_.keyPreset ||
        before.keyOverrides != preferences_.keyOverrides)
        applyKeys();
    applyOverlapRule();
    session_.document().history().setByteLimit(std::size_t(preferences_.undoMegabytes) << 20);
    tools_->setLivePreview(preferences_.preview);
    (*actions_)["preview"].setChecked(preferences_.preview);
    display_->setWheelScrolls(preferences_.wheelScrolls);
    models_->show(preferences_);
    const ModelOptions now = session_.modelOptions();
    ModelOptions wanted = modelOptions(preferences_, now);
    if (wanted != modelOptions(before, now)) {
        if (before.network == preferences_.network && before.weights == preferences_.weights) {
            wanted.network = now.network;  // the command line may have named others
            wanted.weightsPath = now.weightsPath;
        }
        if (wanted != now) session_.setModelOptions(wanted);
    }
    if (before.language == preferences_.language) return;
    applyLanguage(preferences_.language);
    Q_EMIT languageChanged();
}

void MainWindow::fillRecent() {
    QMenu& menu = actions_->menu(QStringLiteral("recent"));
    menu.clear();
    for (const QString& path : recentWork())
        menu.addAction(QDir::toNativeSeparators(path), this, [this, path] { openPaths({path}); });
    if (menu.isEmpty()) menu.addAction(tr("Nothing yet"))->setEnabled(false);
}

void MainWindow::nextPanel() {
    const QWidget* focus = QApplication::focusWidget();
    qsizetype at = -1;
    for (qsizetype i = 0; i < focusStops_.size(); ++i)
        if (focus && (focusStops_[i] == focus || focusStops_[i]->isAncestorOf(focus))) at = i;
    for (qsizetype ahead = 1; ahead <= focusStops_.size(); ++ahead) {
        QWidget* stop = focusStops_[(at + ahead) % focusStops_.size()];
        if (!stop->isVisible()) continue;
        QWidget* target = stop->focusPolicy() == Qt::NoFocus ? stop->nextInFocusChain() : stop;
        return target->setFocus(Qt::TabFocusReason);
    }
}

void MainWindow::exportWork() {
    ExportDialog dialog(session_, session_.document().openItem(), this);
    if (dialog.exec() == QDialog::Accepted)
        session_.exportAs(dialog.format(), dialog.path(), dialog.options());
}

void MainWindow::editSettings() {
    SettingsDialog dialog(preferences_, *actions_, this);
    if (dialog.exec() == QDialog::Accepted) setPreferences(dialog.preferences());
}

void MainWindow::paintEvent(QPaintEvent* event) {
    QMainWindow::paintEvent(event);
    if (paintedOnce_) return;
    paintedOnce_ = true;
    QTimer::singleShot(0, this, &MainWindow::painted);
}

/// Asks before what could not be written is lost; true = close all the same.
bool MainWindow::mayClose() {
    const SaveStatus status = session_.saveStatus();
    if (status.state != SaveStatus::State::Failed) return true;
    QMessageBox box(QMessageBox::Warning, tr("Not saved"),
                    tr("The latest changes are not saved yet: %1").arg(status.sentence),
                    QMessageBox::NoButton, this);
    QPushButton* stay = box.addButton(tr("Keep open"), QMessageBox::RejectRole);
    QPushButton* leave = box.addButton(tr("Close and lose them"), QMessageBox::DestructiveRole);
    box.setDefaultButton(stay);
    box.setEscapeButton(stay);
    box.exec();
    return box.clickedButton() == leave;
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!mayClose()) {
        event->ignore();
        return;
    }
    keepLayout();
    session_.saveNow();
    event->accept();
}

void MainWindow::keepLayout() {
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings.setValue(QStringLiteral("window/state"),
                      panelsAway_ ? workLayout_ : saveState(kLayoutVersion));
    settings.setValue(QStringLiteral("window/timeline"), timelineWanted_);
    preferences_.brushSize = tools_->brushSize();
    preferences_.save();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!droppedPaths(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    openPaths(droppedPaths(event->mimeData()));
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    if (watched == timelineDock_ && event->type() == QEvent::Close) timelineWanted_ = false;
    // Enter and Esc belong to the text field in which they are pressed, Enter to the list too,
    // Space to the button: not to the window's actions.
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
        const bool text =
            qobject_cast<QLineEdit*>(watched) || qobject_cast<QPlainTextEdit*>(watched);
        const bool button =
            qobject_cast<QAbstractButton*>(watched) || qobject_cast<QComboBox*>(watched);
        if ((button && key == Qt::Key_Space) || (text && (enter || key == Qt::Key_Escape)) ||
            (enter && qobject_cast<QAbstractItemView*>(watched))) {
            event->accept();
            return true;
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

}  // namespace fs2
