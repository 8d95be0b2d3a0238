// fastsam2-studio: arguments, log, Session, MainWindow, event loop; one catch at the top.
#include <QApplication>
#include <QCommandLineParser>

#include <cstdio>
#include <exception>
#include <string>

#include "annotation/core/log.h"
#include "app/gui/measure.h"
#include "app/session/session.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/window_host.h"

namespace fs2 {
namespace {

struct Arguments {
    QStringList paths;
    QString log;
    QString device;
    QString weights;
    QString model;
    bool samples = false;
    bool measureStart = false;
    QString measureFolder;
};

Arguments parse(const QApplication& app) {
    QCommandLineParser parser;
    const auto tr = [](const char* text) { return QCoreApplication::translate("main", text); };
    parser.setApplicationDescription(
        tr(QT_TRANSLATE_NOOP("main", "Click on things in photographs and get their masks.")));
    parser.addHelpOption();
    parser.addVersionOption();
    const auto option = [&](const char* name, const char* text, const char* value = nullptr) {
        const QCommandLineOption o(QLatin1String(name), tr(text), QLatin1String(value));
        parser.addOption(o);
        return o;
    };
    const auto samples = option(
        "samples", QT_TRANSLATE_NOOP("main", "Open the pictures that come with the program."));
    const auto device = option(
        "device", QT_TRANSLATE_NOOP("main", "Where the model runs: auto, cpu or cuda:N."), "name");
    const auto weights =
        option("weights", QT_TRANSLATE_NOOP("main", "Use the weights of this file."), "file");
    const auto model =
        option("model", QT_TRANSLATE_NOOP("main", "Network to make: fastsam2_s or disc."), "name");
    const auto log =
        option("log", QT_TRANSLATE_NOOP("main", "Write the log to this file too."), "file");
    const auto measure = option(
        "measure-start",
        QT_TRANSLATE_NOOP("main", "Print the milliseconds until the window is drawn, and quit."));
    const auto folder = option(
        "measure-folder",
        QT_TRANSLATE_NOOP("main", "Print the milliseconds until this folder is listed, and quit."),
        "folder");
    parser.addPositionalArgument(
        QStringLiteral("paths"),
        tr(QT_TRANSLATE_NOOP("main", "Images, a folder, or a project file to open.")),
        QStringLiteral("[paths…]"));
    parser.process(app);
    return {parser.positionalArguments(), parser.value(log),   parser.value(device),
            parser.value(weights),        parser.value(model), parser.isSet(samples),
            parser.isSet(measure),        parser.value(folder)};
}

int run(QApplication& app) {
    const Preferences preferences = Preferences::load();
    applyLanguage(preferences.language);
    const Arguments arguments = parse(app);
    log::setUp(log::Level::Info, arguments.log.toStdString());
    applyTheme(preferences.theme);

    Session::Options options;
    options.model = modelOptions(preferences, options.model);
    if (!arguments.device.isEmpty()) options.model.device = arguments.device;
    if (!arguments.weights.isEmpty()) options.model.weightsPath = arguments.weights;
    if (!arguments.model.isEmpty()) options.model.network = arguments.model;
    options.loadModel = false;  // the window comes first
    options.undoBytes = std::size_t(preferences.undoMegabytes) << 20;
    const ModelOptions model = options.model;
    Session session(std::move(options));
    WindowHost host(session, preferences);
    MainWindow& window = host.window();
    QObject::connect(&window, &MainWindow::painted, &session, [&] {
        if (arguments.measureStart) return measureStart();
        session.setModelOptions(model);
        if (!arguments.measureFolder.isEmpty())
            measureFolder(session, window, arguments.measureFolder);
    });
    window.show();
    if (!arguments.measureFolder.isEmpty()) return QApplication::exec();
    if (arguments.samples)
        window.openSamples();
    else
        window.openPaths(arguments.paths);
    return QApplication::exec();
}

}  // namespace
}  // namespace fs2

int main(int argc, char** argv) {
    QCoreApplication::setApplicationName(QStringLiteral("fastsam2-studio"));
    QCoreApplication::setOrganizationName(QStringLiteral("fastsam2-studio"));
    QCoreApplication::setApplicationVersion(QStringLiteral(FS2_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("fastsam2-studio"));
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(
        Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    try {
        QApplication app(argc, argv);
        QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/fastsam2-studio.svg")));
        return fs2::run(app);
    } catch (const std::exception& e) {
        fs2::log::error(std::string("stopped by a fault: ") + e.what());
        std::fprintf(stderr, "fastsam2-studio: %s\n", e.what());
        return 1;
    }
}
