// A real MainWindow on a real Session with the disc model, in a folder of its own; settings go to a
// file in that folder.
#pragma once
#include <QAction>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include "annotation/document/edits.h"
#include "app/session/session.h"
#include "ui/canvas/canvas.h"
#include "ui/main_window/actions.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/preferences.h"
#include "ui/tools/toolbox.h"

namespace fs2 {

constexpr int kWidth = 320;
constexpr int kHeight = 240;

class WindowFixture {
  public:
    WindowFixture() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("fs2-test"));
        QCoreApplication::setApplicationName(QStringLiteral("window"));
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope,
                           folder_.filePath(QStringLiteral("settings")));
        applyLanguage(QStringLiteral("en"));  // an earlier test may have left another
    }

    QString path(const QString& name) const { return folder_.filePath(name); }

    /// A grey picture; `shade` tells them apart.
    void addPicture(const QString& name, int shade = 128) const {
        const QString file = path(name);
        QDir().mkpath(QFileInfo(file).path());
        QImage image(kWidth, kHeight, QImage::Format_RGB32);
        image.fill(QColor(shade, shade, shade));
        QVERIFY2(image.save(file), qPrintable(file));
    }

    /// `makeSegmenter`: a double of the test's own instead of the disc model.
    void open(Session::SegmenterFactory makeSegmenter = {}) {
        Session::Options options;
        options.makeSegmenter = std::move(makeSegmenter);
        options.model.network = QStringLiteral("disc");
        options.loadModel = false;
        options.dataFolder = path(QStringLiteral("data"));
        options.saveDelayMs = 10;
        const ModelOptions model = options.model;
        session = std::make_unique<Session>(std::move(options));
        window = std::make_unique<MainWindow>(*session, Preferences::load());
        window->resize(1200, 800);
        window->show();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));  // keys go to the active window
        session->setModelOptions(model);
    }
    void close() {
        if (window) window->close();
        window.reset();
        session.reset();
    }

    Document& document() const { return session->document(); }
    Canvas& canvas() const { return window->canvas(); }
    QAction& action(const char* id) const { return window->actions()[id]; }
    QPoint at(double x, double y) const { return canvas().widgetPoint(QPointF(x, y)).toPoint(); }
    void click(double x, double y, Qt::MouseButton button = Qt::LeftButton,
               Qt::KeyboardModifiers modifiers = {}) const {
        QTest::mouseClick(&canvas(), button, modifiers, at(x, y));
    }
    void drag(QPointF from, QPointF to) const {
        QTest::mousePress(&canvas(), Qt::LeftButton, {}, at(from.x(), from.y()));
        const QPointF middle = (from + to) / 2;
        QTest::mouseMove(&canvas(), at(middle.x(), middle.y()));
        QTest::mouseMove(&canvas(), at(to.x(), to.y()));
        QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, at(to.x(), to.y()));
    }
    bool ready() const { return session->phase() == Session::Phase::Ready; }
    Mask maskOf(ObjectId object) const {
        const LabelRecord* label = document().label(object);
        return label ? label->mask : Mask();
    }

    std::unique_ptr<Session> session;
    std::unique_ptr<MainWindow> window;

  private:
    QTemporaryDir folder_;
};

}  // namespace fs2
