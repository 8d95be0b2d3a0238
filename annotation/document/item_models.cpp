#include "annotation/document/item_models.h"

#include <algorithm>
#include <utility>

namespace fs2 {
namespace {

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QStringList texts(const std::vector<std::string>& list) {
    QStringList out;
    for (const std::string& entry : list) out.append(text(entry));
    return out;
}

QString fileName(const QString& path) { return path.mid(path.lastIndexOf(u'/') + 1); }

}  // namespace

// --- items

ItemListModel::ItemListModel(Document& document, QObject* parent)
    : QAbstractListModel(parent), document_(document) {
    connect(&document, &Document::changed, this, &ItemListModel::react);
}

int ItemListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : document_.itemCount();
}

QVariant ItemListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const ItemSummary& item = document_.itemAt(index.row());
    const ItemRecord& record = item.record;
    switch (role) {
        case Qt::DisplayRole: return item.name.empty() ? fileName(text(record.path)) : text(item.name);
        case Qt::ToolTipRole:
        case PathRole: return text(record.path);
        case Qt::DecorationRole: {
            const qint64 id = record.id.value;
            if (const QImage* image = thumbnails_.object(id)) {
                return image->isNull() ? QVariant() : QVariant(*image);
            }
            if (!wanted_.contains(id)) {
                wanted_.insert(id);
                Q_EMIT thumbnailWanted(id);
            }
            return {};
        }
        case IdRole: return qint64(record.id.value);
        case StateRole: return int(record.state);
        case SkippedRole: return record.skipped;
        case ObjectCountRole: return item.objects;
        case MissingRole: return item.missing;
        case TagsRole: return texts(record.tags);
        case NoteRole: return text(record.note);
        case OpenRole: return record.id == open_;
        case ClipRole: return item.isClip();
        case FramesRole: return record.frames;
        default: return {};
    }
}

QHash<int, QByteArray> ItemListModel::roleNames() const {
    auto names = QAbstractListModel::roleNames();
    names.insert({{IdRole, "item"}, {PathRole, "path"}, {StateRole, "state"}, {SkippedRole, "skipped"},
                  {ObjectCountRole, "objects"}, {MissingRole, "missing"}, {TagsRole, "tags"},
                  {NoteRole, "note"}, {OpenRole, "open"}, {ClipRole, "clip"}, {FramesRole, "frames"}});
    return names;
}

ItemId ItemListModel::itemAt(const QModelIndex& index) const {
    return index.isValid() ? document_.itemAt(index.row()).record.id : ItemId{};
}

QModelIndex ItemListModel::indexOf(ItemId item) const {
    const int row = document_.rowOf(item);
    return row < 0 ? QModelIndex() : index(row);
}

void ItemListModel::setThumbnail(ItemId item, const QImage& image) {
    wanted_.remove(item.value);
    thumbnails_.insert(item.value, new QImage(image));  // the cache owns it
    touch(item);
}

void ItemListModel::touch(ItemId item) {
    const QModelIndex at = indexOf(item);
    if (at.isValid()) Q_EMIT dataChanged(at, at);
}

void ItemListModel::react(const ChangeEvent& event) {
    if (std::holds_alternative<ItemsAboutToChange>(event)) {
        beginResetModel();
    } else if (std::holds_alternative<ItemsReset>(event)) {
        thumbnails_.clear();
        wanted_.clear();
        endResetModel();
    } else if (std::holds_alternative<ItemsRelisted>(event)) {
        endResetModel();
    } else if (const auto* opened = std::get_if<ItemOpened>(&event)) {
        const ItemId before = std::exchange(open_, opened->item);
        touch(before);
        touch(open_);
    } else if (const auto* item = std::get_if<ItemChanged>(&event)) {
        touch(item->item);
    }
}

// --- filter

ItemFilterModel::ItemFilterModel(QObject* parent) : QSortFilterProxyModel(parent) {}

void ItemFilterModel::setText(const QString& wanted) {
    text_ = wanted.trimmed();
    invalidateFilter();
}

void ItemFilterModel::setStates(const QSet<int>& states) {
    states_ = states;
    invalidateFilter();
}

void ItemFilterModel::setSkipped(Skipped skipped) {
    skipped_ = skipped;
    invalidateFilter();
}

bool ItemFilterModel::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex at = sourceModel()->index(row, 0, parent);
    const Skipped unwanted = at.data(ItemListModel::SkippedRole).toBool() ? Skipped::Hide : Skipped::Only;
    if (skipped_ == unwanted) return false;
    if (!states_.isEmpty() && !states_.contains(at.data(ItemListModel::StateRole).toInt())) return false;
    if (text_.isEmpty()) return true;
    const auto has = [&](const QString& s) { return s.contains(text_, Qt::CaseInsensitive); };
    const QStringList tags = at.data(ItemListModel::TagsRole).toStringList();
    return has(at.data(ItemListModel::PathRole).toString()) ||
           has(at.data(ItemListModel::NoteRole).toString()) ||
           std::any_of(tags.begin(), tags.end(), has);
}

// --- objects

ObjectListModel::ObjectListModel(Document& document, QObject* parent)
    : QAbstractListModel(parent), document_(document) {
    connect(&document, &Document::changed, this, &ObjectListModel::react);
    rebuild();
}

int ObjectListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ids_.size());
}

QVariant ObjectListModel::data(const QModelIndex& index, int role) const {
    const ObjectRecord* object = document_.object(objectAt(index));
    if (!object) return {};
    const ClassRecord* cls = document_.classOf(object->cls);
    const LabelRecord* label = document_.label(object->id, frame_);
    switch (role) {
        case Qt::DisplayRole:
            if (!object->name.empty()) return text(object->name);
            return cls ? QStringLiteral("%1 %2").arg(object->id.value).arg(text(cls->name))
                       : tr("%1 object").arg(object->id.value);
        case Qt::DecorationRole: return document_.colourOf(object->id);
        case IdRole: return object->id.value;
        case ClassRole: return cls ? cls->id.value : 0;
        case ClassNameRole: return cls ? text(cls->name) : QString();
        case NameRole: return text(object->name);
        case HiddenRole: return object->hidden;
        case LockedRole: return object->locked;
        case ConfirmedRole: return label && label->confirmed;
        case ScoreRole: return label ? double(label->score) : 0.;
        case AreaRole: return label ? qint64(label->mask.area()) : qint64(0);
        case SelectedRole: return document_.isSelected(object->id);
        default: return {};
    }
}

QHash<int, QByteArray> ObjectListModel::roleNames() const {
    auto names = QAbstractListModel::roleNames();
    names.insert({{IdRole, "object"}, {ClassRole, "cls"}, {ClassNameRole, "className"},
                  {NameRole, "name"}, {HiddenRole, "hidden"}, {LockedRole, "locked"},
                  {ConfirmedRole, "confirmed"}, {ScoreRole, "score"}, {AreaRole, "area"},
                  {SelectedRole, "selected"}});
    return names;
}

ObjectId ObjectListModel::objectAt(const QModelIndex& index) const {
    return index.isValid() ? ids_[std::size_t(index.row())] : ObjectId{};
}

QModelIndex ObjectListModel::indexOf(ObjectId object) const {
    const auto at = std::find(ids_.begin(), ids_.end(), object);
    return at == ids_.end() ? QModelIndex() : index(int(at - ids_.begin()));
}

void ObjectListModel::rebuild() {
    std::vector<ObjectId> now;
    for (const ObjectRecord& object : document_.objects()) now.push_back(object.id);
    if (now == ids_) {
        touchAll();
        return;
    }
    beginResetModel();
    ids_ = std::move(now);
    endResetModel();
}

void ObjectListModel::setFrame(FrameIndex frame) {
    if (std::exchange(frame_, frame) != frame) touchAll();
}

void ObjectListModel::touchAll() {
    if (!ids_.empty()) Q_EMIT dataChanged(index(0), index(int(ids_.size()) - 1));
}

void ObjectListModel::react(const ChangeEvent& event) {
    if (std::holds_alternative<ObjectsChanged>(event)) {
        rebuild();
    } else if (std::holds_alternative<ClassesChanged>(event) ||
               std::holds_alternative<SelectionChanged>(event)) {
        touchAll();
    } else if (const auto* mask = std::get_if<MasksChanged>(&event)) {
        if (mask->frame != frame_) return;
        const QModelIndex at = indexOf(mask->object);
        if (at.isValid()) Q_EMIT dataChanged(at, at);
    }
}

// --- classes

ClassListModel::ClassListModel(Document& document, QObject* parent)
    : QAbstractListModel(parent), document_(document), classes_(document.classes()) {
    connect(&document, &Document::changed, this, [this](const ChangeEvent& event) {
        if (!std::holds_alternative<ClassesChanged>(event)) return;
        beginResetModel();
        classes_ = document_.classes();
        endResetModel();
    });
}

int ClassListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(classes_.size());
}

QVariant ClassListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const ClassRecord& cls = classes_[std::size_t(index.row())];
    switch (role) {
        case Qt::DisplayRole: return text(cls.name);
        case Qt::DecorationRole: return QColor::fromRgb(cls.colour);
        case IdRole: return cls.id.value;
        case KeyRole: return cls.key;
        default: return {};
    }
}

QHash<int, QByteArray> ClassListModel::roleNames() const {
    auto names = QAbstractListModel::roleNames();
    names.insert({{IdRole, "cls"}, {KeyRole, "key"}});
    return names;
}

ClassId ClassListModel::classAt(const QModelIndex& index) const {
    return index.isValid() ? classes_[std::size_t(index.row())].id : ClassId{};
}

}  // namespace fs2
