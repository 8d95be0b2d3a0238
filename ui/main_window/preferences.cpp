#include "ui/main_window/preferences.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QLibraryInfo>
#include <QLocale>
#include <QPointer>
#include <QSettings>
#include <QStandardPaths>
#include <QThreadPool>
#include <QTranslator>

namespace fs2 {
namespace {

constexpr int kRecentKept = 12;

int bounded(const QSettings& s, const QString& key, int fallback, int low, int high) {
    bool ok = false;
    const int value = s.value(key, fallback).toInt(&ok);
    return ok ? qBound(low, value, high) : fallback;
}

/// Settings on their way to the disk, and the thread that takes them there.
class LateSettings : public QThreadPool {
  public:
    explicit LateSettings(QObject* parent) : QThreadPool(parent) {
        setMaxThreadCount(1);  // in the order in which they were given
        connect(qApp, &QCoreApplication::aboutToQuit, this, [this] { waitForDone(); });
    }
    static LateSettings& instance() {
        static QPointer<LateSettings> made;
        if (!made) made = new LateSettings(qApp);
        return *made;
    }
    QVariant value(const QString& key) const {
        const QSettings s;
        const auto at = waiting_.find({s.fileName(), key});
        return at == waiting_.end() ? s.value(key) : *at;
    }
    void set(const QString& key, const QVariant& value) {
        const QSettings now;
        const Place place{now.fileName(), key};
        waiting_.insert(place, value);
        start([this, place, value, format = now.format()] {
            QSettings(place.first, format).setValue(place.second, value);  // waits for the disk
            QMetaObject::invokeMethod(this, [this, place, value] { forget(place, value); });
        });
    }

  private:
    using Place = std::pair<QString, QString>;  ///< file, key
    void forget(const Place& place, const QVariant& written) {
        if (waiting_.value(place) == written) waiting_.remove(place);
    }

    QMap<Place, QVariant> waiting_;  ///< GUI thread
};

QString thumbnailPath(const QString& path) {
    const QByteArray name =
        QCryptographicHash::hash(path.toUtf8(), QCryptographicHash::Sha1).toHex();
    return QStringLiteral("%1/recent/%2.png")
        .arg(QStandardPaths::writableLocation(QStandardPaths::CacheLocation), QLatin1String(name));
}

}  // namespace

Preferences Preferences::load() {
    const QSettings s;
    Preferences p;
    p.theme = ThemeChoice(bounded(s, QStringLiteral("theme"), 0, 0, 2));
    p.language = s.value(QStringLiteral("language")).toString();
    p.device = s.value(QStringLiteral("device"), p.device).toString();
    p.network = s.value(QStringLiteral("network"), p.network).toString();
    p.weights = s.value(QStringLiteral("weights")).toString();
    p.textTower = s.value(QStringLiteral("textTower")).toString();
    p.textActivation = s.value(QStringLiteral("textActivation"), p.textActivation).toString();
    p.classTable = s.value(QStringLiteral("classTable")).toString();
    p.classNames = s.value(QStringLiteral("classNames")).toString();
    p.brushSize = bounded(s, QStringLiteral("brushSize"), p.brushSize, 1, 2000);
    p.workingSize = bounded(s, QStringLiteral("workingSize"), 0, 0, 4096);
    p.featureMegabytes =
        bounded(s, QStringLiteral("featureMegabytes"), p.featureMegabytes, 64, 65536);
    p.undoMegabytes = bounded(s, QStringLiteral("undoMegabytes"), p.undoMegabytes, 16, 16384);
    p.refineEdges = s.value(QStringLiteral("refineEdges"), p.refineEdges).toBool();
    p.overlap = bounded(s, QStringLiteral("overlap"), p.overlap, 0, 2);
    p.wheelScrolls = s.value(QStringLiteral("wheelScrolls"), p.wheelScrolls).toBool();
    p.preview = s.value(QStringLiteral("preview"), p.preview).toBool();
    p.keyPreset = s.value(QStringLiteral("keyPreset"), p.keyPreset).toString();
    const QVariantMap keys = s.value(QStringLiteral("keys")).toMap();
    for (auto it = keys.begin(); it != keys.end(); ++it)
        p.keyOverrides.insert(it.key(), it.value().toStringList());
    return p;
}

void Preferences::save() const {
    QSettings s;
    s.setValue(QStringLiteral("theme"), int(theme));
    s.setValue(QStringLiteral("language"), language);
    s.setValue(QStringLiteral("device"), device);
    s.setValue(QStringLiteral("network"), network);
    s.setValue(QStringLiteral("weights"), weights);
    s.setValue(QStringLiteral("textTower"), textTower);
    s.setValue(QStringLiteral("textActivation"), textActivation);
    s.setValue(QStringLiteral("classTable"), classTable);
    s.setValue(QStringLiteral("classNames"), classNames);
    s.setValue(QStringLiteral("brushSize"), brushSize);
    s.setValue(QStringLiteral("workingSize"), workingSize);
    s.setValue(QStringLiteral("featureMegabytes"), featureMegabytes);
    s.setValue(QStringLiteral("undoMegabytes"), undoMegabytes);
    s.setValue(QStringLiteral("refineEdges"), refineEdges);
    s.setValue(QStringLiteral("overlap"), overlap);
    s.setValue(QStringLiteral("wheelScrolls"), wheelScrolls);
    s.setValue(QStringLiteral("preview"), preview);
    s.setValue(QStringLiteral("keyPreset"), keyPreset);
    QVariantMap keys;
    for (auto it = keyOverrides.begin(); it != keyOverrides.end(); ++it)
        keys.insert(it.key(), it.value());
    s.setValue(QStringLiteral("keys"), keys);
}

QVariant setting(const QString& key) { return LateSettings::instance().value(key); }

void keepSetting(const QString& key, const QVariant& value) {
    LateSettings::instance().set(key, value);
}

QStringList recentWork() {
    QStringList kept = setting(QStringLiteral("recent")).toStringList();
    kept.removeIf([](const QString& path) { return !QFileInfo::exists(path); });
    return kept;
}

void addRecentWork(const QString& path) {
    QStringList all = setting(QStringLiteral("recent")).toStringList();
    all.removeAll(path);
    all.prepend(path);
    keepSetting(QStringLiteral("recent"), QStringList(all.mid(0, kRecentKept)));
}

void keepRecentThumbnail(const QString& path, const QImage& image) {
    const QString file = thumbnailPath(path);
    QThreadPool::globalInstance()->start([file, image] {
        QDir().mkpath(QFileInfo(file).path());
        image.save(file);
    });
}

QImage recentThumbnail(const QString& path) {
    return QImage(thumbnailPath(path));
}

void applyLanguage(const QString& language) {
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    const auto install = [&](const QString& name, const QString& folder) {
        delete qApp->findChild<QTranslator*>(name, Qt::FindDirectChildrenOnly);
        auto* translator = new QTranslator(qApp);
        translator->setObjectName(name);
        if (translator->load(locale, name, QStringLiteral("_"), folder))
            QCoreApplication::installTranslator(translator);
    };
    install(QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(QStringLiteral("fastsam2-studio"), QStringLiteral(":/translations"));
}

}  // namespace fs2
