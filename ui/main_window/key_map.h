// KeyMap: action id -> key sequences, from resources/keys/PRESET.json (what a preset leaves out
// comes from default.json) and the user's own changes. Value; GUI thread. A sheet that cannot be
// read is Unreadable, naming file and reason.
#pragma once
#include <QKeySequence>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include "annotation/core/result.h"

namespace fs2 {

class KeyMap {
  public:
    struct Preset {
        QString name;   ///< file name without .json
        QString title;  ///< as people know it
    };
    static QList<Preset> presets();
    static Result<KeyMap> load(const QString& preset, const QMap<QString, QStringList>& overrides);
    /// The sheet in a file's text; `name` stands in error texts.
    static Result<QMap<QString, QStringList>> parse(const QByteArray& json, const QString& name);

    QStringList actions() const { return keys_.keys(); }
    QList<QKeySequence> keys(const QString& action) const { return keys_.value(action); }
    /// Replaces the keys of an action; what other actions have stays as it is.
    void set(const QString& action, const QList<QKeySequence>& keys);
    /// Back to the preset.
    void reset(const QString& action);
    /// Another action that this sequence would fire or hide; empty when it is free.
    QString conflict(const QKeySequence& sequence, const QString& action) const;
    /// What differs from the preset, as Preferences keeps it.
    QMap<QString, QStringList> overrides() const;

  private:
    QMap<QString, QList<QKeySequence>> keys_;
    QMap<QString, QList<QKeySequence>> preset_;
};

}  // namespace fs2
