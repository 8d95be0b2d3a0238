// Preferences: what the settings dialog changes, read from and written to QSettings. Value; GUI
// thread.
#pragma once
#include <QImage>
#include <QMap>
#include <QString>
#include <QStringList>
#include <QVariant>

#include "ui/main_window/theme.h"

namespace fs2 {

struct Preferences {
    ThemeChoice theme = ThemeChoice::System;
    QString language;                                ///< "en", "zh_CN"; empty = the system's
    QString device = QStringLiteral("auto");         ///< auto | cpu | cuda:N
    QString network = QStringLiteral("fastsam2_s");  ///< where the weights file does not say it
    QString weights;                                 ///< file; empty = the bundled ones
    QString textTower;                               ///< see ModelOptions
    QString textActivation = QStringLiteral("auto");  ///< auto | gelu | quickgelu
    QString classTable;
    QString classNames;
    int workingSize = 0;         ///< long side at which pictures are encoded; 0 = by device
    int featureMegabytes = 512;  ///< budget of the feature cache
    int undoMegabytes = 256;     ///< undo history kept in memory
    bool refineEdges = true;
    int overlap = 0;  ///< OverlapRule of the document, as a number
    bool wheelScrolls = false;
    int brushSize = 20;   ///< diameter of brush and eraser in picture pixels
    bool preview = true;  ///< mask under the cursor before the click
    QString keyPreset = QStringLiteral("default");
    QMap<QString, QStringList> keyOverrides;  ///< action id -> portable key sequences

    static Preferences load();
    void save() const;
    friend bool operator==(const Preferences&, const Preferences&) = default;
};

/// A setting of its own. keepSetting() returns at once, a thread writes: QSettings waits for the disk several
/// times at each change, tens of milliseconds in all.
QVariant setting(const QString& key);
void keepSetting(const QString& key, const QVariant& value);

/// Folders and files opened of late, the newest first; those that are gone are left out.
QStringList recentWork();
void addRecentWork(const QString& path);
/// A small picture of the work for the start page, kept in the user's cache folder.
void keepRecentThumbnail(const QString& path, const QImage& image);
QImage recentThumbnail(const QString& path);

/// Loads the texts of `language` (see Preferences::language) into the application.
void applyLanguage(const QString& language);

}  // namespace fs2
