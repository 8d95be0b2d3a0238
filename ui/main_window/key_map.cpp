#include "ui/main_window/key_map.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace fs2 {
namespace {

constexpr auto kFolder = ":/keys";
constexpr auto kDefault = "default";

QString sheetPath(const QString& preset) {
    return QStringLiteral("%1/%2.json").arg(QLatin1String(kFolder), preset);
}

Result<QByteArray> readSheet(const QString& preset) {
    QFile file(sheetPath(preset));
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::NotFound, "no key sheet named " + preset.toStdString()};
    return file.readAll();
}

QList<QKeySequence> sequences(const QStringList& texts) {
    QList<QKeySequence> keys;
    for (const QString& text : texts) {
        const QKeySequence key = QKeySequence::fromString(text, QKeySequence::PortableText);
        if (!key.isEmpty()) keys.append(key);
    }
    return keys;
}

}  // namespace

QList<KeyMap::Preset> KeyMap::presets() {
    QList<Preset> found;
    const QStringList files = QDir(QLatin1String(kFolder)).entryList({QStringLiteral("*.json")});
    for (const QString& file : files) {
        const QString name = file.chopped(5);
        const auto text = readSheet(name);
        if (!text) continue;
        const QString title = QJsonDocument::fromJson(*text)[QLatin1String("title")].toString(name);
        if (name == QLatin1String(kDefault))
            found.prepend({name, title});
        else
            found.append({name, title});
    }
    return found;
}

Result<QMap<QString, QStringList>> KeyMap::parse(const QByteArray& json, const QString& name) {
    const auto fault = [&](const QString& reason) {
        return Error{ErrorCode::Unreadable, (name + QStringLiteral(": ") + reason).toStdString()};
    };
    QJsonParseError parsed{};
    const QJsonDocument document = QJsonDocument::fromJson(json, &parsed);
    if (parsed.error != QJsonParseError::NoError)
        return fault(QStringLiteral("byte %1: %2").arg(parsed.offset).arg(parsed.errorString()));
    if (!document[QLatin1String("keys")].isObject())
        return fault(QStringLiteral("has no object \"keys\""));
    QMap<QString, QStringList> sheet;
    const QJsonObject keys = document[QLatin1String("keys")].toObject();
    for (auto it = keys.begin(); it != keys.end(); ++it) {
        if (!it.value().isArray()) return fault(it.key() + QStringLiteral(" is no list of keys"));
        QStringList texts;
        for (const QJsonValue& value : it.value().toArray()) {
            const QKeySequence key = QKeySequence::fromString(value.toString());
            if (key.isEmpty() || key[0].key() == Qt::Key_unknown)
                return fault(QStringLiteral("%1: no such key: %2").arg(it.key(), value.toString()));
            texts.append(value.toString());
        }
        sheet.insert(it.key(), texts);
    }
    return sheet;
}

Result<KeyMap> KeyMap::load(const QString& preset, const QMap<QString, QStringList>& overrides) {
    KeyMap map;
    QStringList names{QLatin1String(kDefault)};
    if (preset != names.front()) names.append(preset);
    for (const QString& name : names) {
        const auto text = readSheet(name);
        if (!text) return text.error();
        const auto sheet = parse(*text, sheetPath(name));
        if (!sheet) return sheet.error();
        for (auto it = sheet->begin(); it != sheet->end(); ++it)
            map.preset_.insert(it.key(), sequences(it.value()));
    }
    map.keys_ = map.preset_;
    for (auto it = overrides.begin(); it != overrides.end(); ++it)
        if (map.preset_.contains(it.key())) map.keys_.insert(it.key(), sequences(it.value()));
    return map;
}

void KeyMap::set(const QString& action, const QList<QKeySequence>& keys) {
    keys_.insert(action, keys);
}

void KeyMap::reset(const QString& action) {
    keys_.insert(action, preset_.value(action));
}

QString KeyMap::conflict(const QKeySequence& sequence, const QString& action) const {
    for (auto it = keys_.begin(); it != keys_.end(); ++it) {
        if (it.key() == action) continue;
        for (const QKeySequence& taken : it.value())
            if (taken.matches(sequence) != QKeySequence::NoMatch ||
                sequence.matches(taken) != QKeySequence::NoMatch)
                return it.key();
    }
    return {};
}

QMap<QString, QStringList> KeyMap::overrides() const {
    QMap<QString, QStringList> changed;
    for (auto it = keys_.begin(); it != keys_.end(); ++it) {
        if (it.value() == preset_.value(it.key())) continue;
        QStringList texts;
        for (const QKeySequence& key : it.value()) texts.append(key.toString());
        changed.insert(it.key(), texts);
    }
    return changed;
}

}  // namespace fs2
