#include "ui/main_window/main_window.h"

#include <QAbstractItemView>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTimer>
#include <QToolBar>
#include <QVBoxLayout>

#include "ui/canvas/canvas.h"
#include "ui/canvas/canvas_binding.h"
#include "ui/main_window/about_dialog.h"
#include "ui/main_window/actions.h"
#include "ui/main_window/command_search.h"
#include "ui/main_window/commands.h"
#include "ui/main_window/export_dialog.h"
#include "ui/main_window/fault_bar.h"
#include "ui/main_window/settings_dialog.h"
#include "ui/main_window/shortcut_sheet.h"
#include "ui/main_window/start_page.h"
#include "ui/main_window/status_line.h"
#include "ui/panels/class_panel.h"
#include "ui/panels/display_panel.h"
#include "ui/panels/image_panel.h"
#include "ui/panels/item_panel.h"
#include "ui/panels/object_panel.h"
#include "ui/tools/object_actions.h"
#include "ui/tools/toolbox.h"

namespace fs2 {
namespace {

constexpr int kLayoutVersion = 1;  // of saveState: grows when docks come or go
constexpr int kThumbnailSide = 128;

DisplayOptions loadDisplay(const Preferences& preferences) {
    const QSettings s;
    DisplayOptions d;
    d.maskOpacity =
        qBound(0., s.value(QStringLiteral("display/opacity"), d.maskOpacity).toDouble(), 1.);
    d.fill = s.value(QStringLiteral("display/fill"), d.fill).toBool();
    d.outline = s.value(QStringLiteral("display/outline"), d.outline).toBool();
    d.crosshair = s.value(QStringLiteral("display/crosshair"), d.crosshair).toBool();
    d.pixelGrid = s.value(QStringLiteral("display/pixelGrid"), d.pixelGrid).toBool();
    d.wheelScrolls = preferences.wheelScrolls;
    return d;
}

void saveDisplay(const DisplayOptions& d) {
    QSettings s;
    s.setValue(QStringLiteral("display/opacity"), d.maskOpacity);
    s.setValue(QStringLiteral("display/fill"), d.fill);
    s.setValue(QStringLiteral("display/outline"), d.outline);
    s.setValue(QStringLiteral("display/crosshair"), d.crosshair);
    s.setValue(QStringLiteral("display/pixelGrid"), d.pixelGrid);
}

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
    base.weightsPath = preferences.weights;
    base.device = preferences.device;
    base.workingSize = preferences.workingSize;
    base.featureBytes = qint64(preferences.featureMegabytes) << 20;
    base.refineEdges = preferences.refineEdges;
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
        {session_, *actions_, *canvas_, *tools_, *cleanUp_, *itemPanel_, *classPanel_}, this);
    connect(commands, &Commands::reported, status_, &StatusLine::setHint);
    buildToolBar();
    buildMenus();
    connectFile();
    connectView();
    connectModel();
    connectHelp();
    connectSession();
    applyKeys();
    setDisplay(loadDisplay(preferences_));
    session_.document().history().setByteLimit(std::size_t(preferences_.undoMegabytes) << 20);
    qApp->installEventFilter(this);

    resize(1360, 860);
    firstLayout_ = saveState(kLayoutVersion);
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    restoreState(settings.value(QStringLiteral("window/state")).toByteArray(), kLayoutVersion);
    showProject();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildCentre() {
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    stack_ = new QStackedWidget(centre);
    layout->addWidget(stack_);
    startPage_ = new StartPage(*actions_, stack_);
    canvas_ = new Canvas(stack_);
    canvas_->setObjectName(QStringLiteral("canvas"));
    stack_->addWidget(startPage_);
    stack_->addWidget(canvas_);
    faults_ = new FaultBar(centre);
    setCentralWidget(centre);
    binding_ = std::make_unique<CanvasBinding>(session_, *canvas_);
    tools_ = std::make_unique<Toolbox>(session_, *canvas_);
    cleanUp_ = new ObjectActions(session_, this);
    tools_->setLivePreview(preferences_.preview);
    connect(startPage_, &StartPage::openRequested, this,
            [this](const QString& path) { openPaths({path}); });
    connect(canvas_, &Canvas::filesDropped, this, &MainWindow::openPaths);
    connect(canvas_, &Canvas::contextMenuWanted, this, [this](const QPoint& globalPoint) {
        actions_->menu(QStringLiteral("object")).popup(globalPoint);
    });
}

void MainWindow::placeShortcuts() {
    for (QAction* action : actions_->all()) addAction(action);
    for (const char* id : {"next_object", "previous_object"}) {  // Tab moves the focus elsewhere
        QAction& action = (*actions_)[id];
        removeAction(&action);
        action.setShortcutContext(Qt::WidgetShortcut);
        canvas_->addAction(&action);
    }
}

QDockWidget* MainWindow::addDock(const char* name, const QString& title, QWidget* panel,
                                 Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QLatin1String(name));
    dock->setWidget(panel);
    addDockWidget(area, dock);
    actions_->menu(QStringLiteral("panels")).addAction(dock->toggleViewAction());
    return dock;
}

void MainWindow::buildPanels() {
    Actions& a = *actions_;
    auto* separator = new QAction(this);
    separator->setSeparator(true);
    const QList<QAction*> objectActions{&a["edit_class"], &a["hide"],      &a["lock"],
                                        separator,        &a["lower"],     &a["raise"],
                                        &a["merge"],      &a["duplicate"], &a["delete"]};
    itemPanel_ = new ItemPanel(session_, this);
    auto* objects = new ObjectPanel(session_, objectActions, this);
    classPanel_ = new ClassPanel(session_, this);
    auto* image = new ImagePanel(session_, this);
    displayPanel_ = new DisplayPanel(this);
    addDock("itemsDock", tr("Images"), itemPanel_, Qt::LeftDockWidgetArea);
    addDock("objectsDock", tr("Objects"), objects, Qt::RightDockWidgetArea);
    addDock("classesDock", tr("Classes"), classPanel_, Qt::RightDockWidgetArea);
    auto* imageDock = addDock("imageDock", tr("Image"), image, Qt::RightDockWidgetArea);
    auto* displayDock =
        addDock("displayDock", tr("Display"), displayPanel_, Qt::RightDockWidgetArea);
    tabifyDockWidget(imageDock, displayDock);
    imageDock->raise();
    status_ = new StatusLine(session_, a.menu(QStringLiteral("model")), a["cancel_job"], this);
    setStatusBar(status_);
    focusStops_ = {canvas_, itemPanel_, objects, classPanel_, image, displayPanel_};
    connect(displayPanel_, &DisplayPanel::optionsChanged, this, &MainWindow::setDisplay);
    connect(canvas_, &Canvas::pointerMoved, status_, &StatusLine::setPixel);
    connect(canvas_, &Canvas::viewChanged, status_, &StatusLine::setZoom);
    connect(tools_.get(), &Toolbox::hintChanged, status_, &StatusLine::setHint);
    status_->setHint(tools_->tool(tools_->current()).hint());
    connect(classPanel_, &ClassPanel::currentClassChanged, tools_.get(), &Toolbox::setNewClass);
}

void MainWindow::buildToolBar() {
    auto* bar = new QToolBar(tr("Tools"), this);
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setIconSize({22, 22});
    Actions& a = *actions_;
    for (const char* id : {"tool_select", "tool_add", "tool_subtract", "tool_box", "tool_polygon",
                           "tool_brush", "tool_eraser"})
        bar->addAction(&a[id]);
    auto* size = new QSpinBox(bar);
    size->setRange(1, 2000);
    size->setButtonSymbols(QAbstractSpinBox::NoButtons);
    size->setAlignment(Qt::AlignCenter);
    size->setMaximumWidth(44);
    size->setToolTip(tr("Size of brush and eraser in picture pixels"));
    size->setAccessibleName(size->toolTip());
    size->setValue(tools_->brushSize());
    QAction* sizeAction = bar->addWidget(size);
    const auto showSize = [this, sizeAction] {
        const ToolId tool = tools_->current();
        sizeAction->setVisible(tool == ToolId::Brush || tool == ToolId::Eraser);
    };
    connect(size, &QSpinBox::valueChanged, tools_.get(), &Toolbox::setBrushSize);
    connect(tools_.get(), &Toolbox::brushSizeChanged, size, &QSpinBox::setValue);
    connect(tools_.get(), &Toolbox::currentChanged, this, showSize);
    showSize();
    bar->addSeparator();
    for (const char* id : {"accept", "next_reading", "undo", "redo"}) bar->addAction(&a[id]);
    bar->addSeparator();
    for (const char* id : {"fit", "preview", "export", "shortcut_sheet"}) bar->addAction(&a[id]);
    addToolBar(Qt::LeftToolBarArea, bar);
}

void MainWindow::buildMenus() {
    auto* group = new QActionGroup(this);
    QMenu& menu = actions_->menu(QStringLiteral("device"));
    for (const QString& name : deviceNames()) {
        QAction* action = menu.addAction(name == QStringLiteral("auto") ? tr("Automatic") : name);
        action->setCheckable(true);
        action->setChecked(name == preferences_.device);
        action->setData(name);
        group->addAction(action);
    }
    connect(group, &QActionGroup::triggered, this, [this](const QAction* action) {
        Preferences changed = preferences_;
        changed.device = action->data().toString();
        setPreferences(changed);
    });
    connect(&actions_->menu(QStringLiteral("recent")), &QMenu::aboutToShow, this,
            &MainWindow::fillRecent);
}

void MainWindow::connectFile() {
    Actions& a = *actions_;
    connect(&a["open_files"], &QAction::triggered, this, [this] {
        const QStringList files = QFileDialog::getOpenFileNames(
            this, tr("Open Images"), session_.folder(),
            tr("Images (*.jpg *.jpeg *.png *.tif *.tiff *.bmp *.webp);;All files (*)"));
        if (!files.isEmpty()) openPaths(files);
    });
    connect(&a["open_folder"], &QAction::triggered, this, [this] {
        const QString folder =
            QFileDialog::getExistingDirectory(this, tr("Open Folder"), session_.folder());
        if (!folder.isEmpty()) openPaths({folder});
    });
    connect(&a["open_samples"], &QAction::triggered, this, &MainWindow::openSamples);
    a["open_samples"].setEnabled(!samplesFolder().isEmpty());
    connect(&a["export"], &QAction::triggered, this, &MainWindow::exportWork);
    connect(&a["settings"], &QAction::triggered, this, &MainWindow::editSettings);
    connect(&a["quit"], &QAction::triggered, this, &QWidget::close);
}

void MainWindow::connectView() {
    Actions& a = *actions_;
    a["show_masks"].setChecked(true);
    connect(&a["show_masks"], &QAction::toggled, this, [this] { setDisplay(display_); });
    connect(&a["fill_masks"], &QAction::triggered, this, [this](bool fill) {
        DisplayOptions changed = display_;
        changed.fill = fill;
        if (!fill) changed.outline = true;
        setDisplay(changed);
    });
    connect(&a["crosshair"], &QAction::triggered, this, [this](bool on) {
        DisplayOptions changed = display_;
        changed.crosshair = on;
        setDisplay(changed);
    });
    connect(&a["full_screen"], &QAction::triggered, this, [this](bool full) {
        setWindowState(full ? windowState() | Qt::WindowFullScreen
                            : windowState() & ~Qt::WindowFullScreen);
    });
    connect(&a["reset_layout"], &QAction::triggered, this,
            [this] { restoreState(firstLayout_, kLayoutVersion); });
    connect(&a["next_panel"], &QAction::triggered, this, &MainWindow::nextPanel);
    const auto move = [&](const char* id, QPointF by) {
        connect(&a[id], &QAction::triggered, canvas_, [this, by] { canvas_->movePointer(by); });
    };
    move("pointer_left", {-8, 0});
    move("pointer_right", {8, 0});
    move("pointer_up", {0, -8});
    move("pointer_down", {0, 8});
    connect(&a["pointer_click"], &QAction::triggered, canvas_,
            [this] { canvas_->clickPointer(true); });
    connect(&a["pointer_click_away"], &QAction::triggered, canvas_,
            [this] { canvas_->clickPointer(false); });
}

void MainWindow::connectModel() {
    Actions& a = *actions_;
    a["preview"].setChecked(preferences_.preview);
    connect(&a["preview"], &QAction::triggered, this, [this](bool on) {
        Preferences changed = preferences_;
        changed.preview = on;
        setPreferences(changed);
    });
    connect(&a["choose_weights"], &QAction::triggered, this, &MainWindow::chooseWeights);
    connect(&a["bundled_weights"], &QAction::triggered, this, [this] {
        Preferences changed = preferences_;
        changed.weights.clear();
        setPreferences(changed);
    });
}

void MainWindow::connectHelp() {
    Actions& a = *actions_;
    connect(&a["help"], &QAction::triggered, this, [this] { (new HelpDialog(this))->show(); });
    connect(&a["shortcut_sheet"], &QAction::triggered, this,
            [this] { (new ShortcutSheet(*actions_, this))->show(); });
    connect(&a["about"], &QAction::triggered, this, [this] { (new AboutDialog(this))->show(); });
    connect(&a["command_search"], &QAction::triggered, this,
            [this] { CommandSearch::forActions(*actions_, this)->show(); });
}

void MainWindow::connectSession() {
    connect(&session_, &Session::projectOpened, this, &MainWindow::showProject);
    connect(&session_, &Session::projectClosed, this, &MainWindow::showProject);
    connect(&session_, &Session::listingChanged, this, [this] {
        status_->setHint(session_.isListing() ? tr("Reading the folder…")
                                              : tools_->tool(tools_->current()).hint());
    });
    connect(&session_, &Session::phaseChanged, this, &MainWindow::showItem);
    connect(&session_, &Session::fault, faults_, &FaultBar::showFault);
    connect(&session_, &Session::faultCleared, faults_, &FaultBar::clearLasting);
    connect(&session_, &Session::jobFinished, this,
            [this](JobId, bool, const QString& sentence) { status_->setHint(sentence); });
    const Document& document = session_.document();
    connect(&document, &Document::changed, this, [this, &document](const ChangeEvent& event) {
        if (std::holds_alternative<ItemOpened>(event)) {
            rememberItem();
            showItem();
        } else if (std::holds_alternative<ItemsRelisted>(event) && document.openItem().value == 0 &&
                   document.itemCount() > 0) {
            session_.openItem(document.itemAt(0).record.id);
        }
    });
}

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
    const QString last = QSettings().value(lastItemKey(session_.projectPath())).toString();
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
    (*actions_)["reset_layout"].setEnabled(show);
    if (show) restoreState(workLayout_, kLayoutVersion);
}

void MainWindow::applyOverlapRule() {
    const auto rule = OverlapRule(preferences_.overlap);
    if (session_.hasProject() && session_.document().overlapRule() != rule)
        session_.setOverlapRule(rule);
}

void MainWindow::rememberItem() {
    const ItemSummary* item = session_.document().item(session_.document().openItem());
    if (item && session_.hasProject())
        QSettings().setValue(lastItemKey(session_.projectPath()),
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

void MainWindow::setDisplay(const DisplayOptions& options) {
    display_ = options;
    DisplayOptions shown = options;
    shown.masks = (*actions_)["show_masks"].isChecked();
    canvas_->setDisplay(shown);
    displayPanel_->setOptions(options);
    (*actions_)["fill_masks"].setChecked(options.fill);
    (*actions_)["crosshair"].setChecked(options.crosshair);
    saveDisplay(options);
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
    DisplayOptions display = display_;
    display.wheelScrolls = preferences_.wheelScrolls;
    setDisplay(display);
    for (QAction* action : actions_->menu(QStringLiteral("device")).actions())
        action->setChecked(action->data().toString() == preferences_.device);
    const ModelOptions wanted = modelOptions(preferences_, session_.modelOptions());
    if (modelOptions(before, wanted) != wanted) session_.setModelOptions(wanted);
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

void MainWindow::chooseWeights() {
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Load Weights"), preferences_.weights, tr("Weights (*.safetensors)"));
    if (file.isEmpty()) return;
    Preferences changed = preferences_;
    changed.weights = file;
    setPreferences(changed);
}

void MainWindow::exportWork() {
    ExportDialog dialog(session_.folder(), this);
    if (dialog.exec() != QDialog::Accepted) return;
    if (dialog.format() == ExportDialog::Format::MaskPng)
        session_.exportMasksPng(dialog.path(), dialog.options());
    else
        session_.exportCoco(dialog.path(), dialog.options());
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
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings.setValue(QStringLiteral("window/state"),
                      panelsAway_ ? workLayout_ : saveState(kLayoutVersion));
    session_.saveNow();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!droppedPaths(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    openPaths(droppedPaths(event->mimeData()));
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    // Enter and Esc belong to the text field in which they are pressed, Enter to the list too: not
    // to the window's actions.
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
        const bool text =
            qobject_cast<QLineEdit*>(watched) || qobject_cast<QPlainTextEdit*>(watched);
        if ((text && (enter || key == Qt::Key_Escape)) ||
            (enter && qobject_cast<QAbstractItemView*>(watched))) {
            event->accept();
            return true;
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

}  // namespace fs2
