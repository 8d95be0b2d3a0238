// MainWindow: its parts and what joins them.
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QSettings>
#include <QSpinBox>
#include <QStackedWidget>
#include <QToolBar>
#include <QVBoxLayout>

#include "app/session/clip_session.h"
#include "ui/canvas/canvas.h"
#include "ui/canvas/canvas_binding.h"
#include "ui/main_window/about_dialog.h"
#include "ui/main_window/actions.h"
#include "ui/main_window/command_search.h"
#include "ui/main_window/fault_bar.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/shortcut_sheet.h"
#include "ui/main_window/start_page.h"
#include "ui/main_window/status_line.h"
#include "ui/panels/class_panel.h"
#include "ui/panels/display_panel.h"
#include "ui/panels/image_panel.h"
#include "ui/panels/item_panel.h"
#include "ui/panels/memory_panel.h"
#include "ui/panels/object_panel.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"
#include "ui/tools/object_actions.h"
#include "ui/tools/toolbox.h"

namespace fs2 {

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
    tools_->setBrushSize(preferences_.brushSize);
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
    auto* memory = new MemoryPanel(session_, this);
    auto* memoryDock = addDock("memoryDock", tr("Memory"), memory, Qt::RightDockWidgetArea);
    tabifyDockWidget(imageDock, displayDock);
    tabifyDockWidget(displayDock, memoryDock);
    timeline_ = new TimelinePanel(session_, a, this);
    timelineDock_ = addDock("timelineDock", tr("Timeline"), timeline_, Qt::BottomDockWidgetArea);
    timelineWanted_ = QSettings().value(QStringLiteral("window/timeline"), true).toBool();
    connect(timelineDock_->toggleViewAction(), &QAction::triggered, this,
            [this](bool wanted) { timelineWanted_ = wanted; });
    imageDock->raise();
    status_ = new StatusLine(session_, a.menu(QStringLiteral("model")), a["cancel_job"], this);
    setStatusBar(status_);
    focusStops_ = {canvas_,       itemPanel_, objects,   classPanel_,       image,
                   displayPanel_, memory,     timeline_, &timeline_->view()};
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

void MainWindow::connectFile() {
    Actions& a = *actions_;
    connect(&a["open_files"], &QAction::triggered, this, [this] {
        const QStringList files = QFileDialog::getOpenFileNames(
            this, tr("Open Images"), session_.folder(),
            tr("Images (*.jpg *.jpeg *.png *.tif *.tiff *.bmp *.webp);;All files (*)"));
        if (!files.isEmpty()) openPaths(files);
    });
    connect(&a["open_film"], &QAction::triggered, this, [this] {
        const QStringList films = QFileDialog::getOpenFileNames(
            this, tr("Open Films"), session_.folder(),
            tr("Films (*.mp4 *.mov *.mkv *.webm *.avi *.m4v *.mpg *.mpeg *.ts *.mts *.m2ts *.ogv "
               "*.wmv *.flv *.mxf *.gif);;All files (*)"));
        if (!films.isEmpty()) openPaths(films);
    });
    connect(&a["open_sequence"], &QAction::triggered, this, [this] {
        const QString folder =
            QFileDialog::getExistingDirectory(this, tr("Open Folder as Clip"), session_.folder());
        if (!folder.isEmpty()) session_.openSequence(folder);
    });
    connect(&a["open_folder"], &QAction::triggered, this, [this] {
        const QString folder =
            QFileDialog::getExistingDirectory(this, tr("Open Folder"), session_.folder());
        if (!folder.isEmpty()) openPaths({folder});
    });
    connect(&a["open_samples"], &QAction::triggered, this, &MainWindow::openSamples);
    a.setPossible(QStringLiteral("open_samples"), !samplesFolder().isEmpty());
    connect(&a["export"], &QAction::triggered, this, &MainWindow::exportWork);
    connect(&a["settings"], &QAction::triggered, this, &MainWindow::editSettings);
    connect(&a["quit"], &QAction::triggered, this, &QWidget::close);
    connect(&actions_->menu(QStringLiteral("recent")), &QMenu::aboutToShow, this,
            &MainWindow::fillRecent);
}

void MainWindow::connectView() {
    Actions& a = *actions_;
    connect(&a["full_screen"], &QAction::triggered, this, [this](bool full) {
        setWindowState(full ? windowState() | Qt::WindowFullScreen
                            : windowState() & ~Qt::WindowFullScreen);
    });
    connect(&a["reset_layout"], &QAction::triggered, this, [this] {
        restoreState(firstLayout_, kLayoutVersion);
        timelineWanted_ = true;
        showTimeline();
    });
    a["preview"].setChecked(preferences_.preview);
    connect(&a["preview"], &QAction::triggered, this, [this](bool on) {
        Preferences changed = preferences_;
        changed.preview = on;
        setPreferences(changed);
    });
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
    connect(&session_.clip(), &ClipSession::clipChanged, this, &MainWindow::showTimeline);
    connect(&session_, &Session::fault, faults_, &FaultBar::showFault);
    connect(&session_, &Session::faultCleared, faults_, &FaultBar::clearLasting);
    connect(&session_, &Session::jobFinished, this,
            [this](JobId, bool done, const QString& sentence) {
                const qsizetype end = sentence.indexOf(QLatin1Char('\n'));
                status_->setHint(sentence.left(end));
                if (done && end >= 0)
                    faults_->showFault({tr("It is written, but the format cannot hold all of it."),
                                        sentence.mid(end + 1), true});
            });
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

}  // namespace fs2
