// MainWindow: the one window: start page or canvas in the middle, docks round it, menus, tool bar,
// status line, fault bar. It joins parts; what they do to the work is in Commands. The constructor
// does no model work: whoever makes it starts the model at painted(). GUI thread; made in main
// after the Session and destroyed before it.
#pragma once
#include <QMainWindow>

#include <memory>

#include "app/session/session.h"
#include "ui/main_window/preferences.h"

class QStackedWidget;

namespace fs2 {

class Actions;
class Canvas;
class CanvasBinding;
class ClassPanel;
class Commands;
class DisplayControl;
class DisplayPanel;
class FaultBar;
class ItemPanel;
class ModelMenu;
class ObjectActions;
class StartPage;
class StatusLine;
class TimelinePanel;
class Toolbox;

class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    MainWindow(Session& session, const Preferences& preferences, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens what was given as arguments or dropped.
    void openPaths(const QStringList& paths);
    void openSamples();

    Actions& actions() const { return *actions_; }
    Canvas& canvas() const { return *canvas_; }
    Toolbox& toolbox() const { return *tools_; }
    TimelinePanel& timeline() const { return *timeline_; }
    FaultBar& faultBar() const { return *faults_; }
    const Preferences& preferences() const { return preferences_; }
    /// Takes these over, saves them and applies what has changed.
    void setPreferences(const Preferences& preferences);
    /// Saves what the next window begins with: places of the panels, sizes.
    void keepLayout();

  Q_SIGNALS:
    void painted();          ///< once: the window has been drawn for the first time
    void languageChanged();  ///< its texts are still the former ones: see WindowHost

  protected:
    void paintEvent(QPaintEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    static constexpr int kLayoutVersion = 2;  // of saveState: grows when docks come or go

    bool mayClose();
    void buildCentre();
    void placeShortcuts();
    void buildPanels();
    void buildToolBar();
    QDockWidget* addDock(const char* name, const QString& title, QWidget* panel,
                         Qt::DockWidgetArea area);
    void connectFile();
    void connectView();
    void connectHelp();
    void connectSession();
    void showProject();
    void showItem();
    void rememberItem();
    void showPanels(bool show);  ///< the start page stands alone
    void showTimeline();         ///< where there are clips
    void applyKeys();
    void applyOverlapRule();
    void fillRecent();
    void nextPanel();
    void exportWork();
    void editSettings();

    Session& session_;
    Preferences preferences_;
    QByteArray firstLayout_;
    QByteArray workLayout_;  // of the panels while they are away
    bool panelsAway_ = false;
    bool timelineWanted_ = true;
    bool paintedOnce_ = false;
    bool thumbnailKept_ = false;

    Actions* actions_ = nullptr;
    QStackedWidget* stack_ = nullptr;
    StartPage* startPage_ = nullptr;
    Canvas* canvas_ = nullptr;
    ObjectActions* cleanUp_ = nullptr;
    FaultBar* faults_ = nullptr;
    ItemPanel* itemPanel_ = nullptr;
    ClassPanel* classPanel_ = nullptr;
    DisplayPanel* displayPanel_ = nullptr;
    TimelinePanel* timeline_ = nullptr;
    QDockWidget* timelineDock_ = nullptr;
    DisplayControl* display_ = nullptr;
    ModelMenu* models_ = nullptr;
    StatusLine* status_ = nullptr;
    QList<QWidget*> focusStops_;
    std::unique_ptr<CanvasBinding> binding_;  // these two die before the canvas, which is a child
    std::unique_ptr<Toolbox> tools_;
};

/// The model options that these preferences ask for; threads are those of `base`.
ModelOptions modelOptions(const Preferences& preferences, ModelOptions base);

/// The folder of the pictures that come with the program; empty where it is not there.
QString samplesFolder();

}  // namespace fs2
