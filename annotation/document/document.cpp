#include "annotation/document/document.h"

#include <algorithm>
#include <climits>
#include <set>

#include "annotation/core/colour.h"

namespace fs2 {
namespace {

Rect united(const Rect& a, const Rect& b) {
    if (a.empty()) return b;
    if (b.empty()) return a;
    const int x = std::min(a.x, b.x);
    const int y = std::min(a.y, b.y);
    return {x, y, std::max(a.x + a.width, b.x + b.width) - x,
            std::max(a.y + a.height, b.y + b.height) - y};
}

Rect rectOf(const RowChange<LabelRecord>& change) {
    return united(change.hadBefore ? change.before.mask.bounds() : Rect{},
                  change.hasAfter ? change.after.mask.bounds() : Rect{});
}

}  // namespace

Document::Document(QObject* parent) : QObject(parent) {}

ObjectId Document::reserveObjectId() {
    ObjectId id;
    keepFacts(open_, [&](ItemRecord& record) { id.value = record.nextObject++; });
    return id;
}

void Document::beginOpen(ItemId item) {
    open_ = rowOf(item) < 0 ? ItemId{} : item;
    loaded_ = false;
    objects_.clear();
    labels_.clear();
    selection_.clear();
    Q_EMIT changed(ItemOpened{open_});
    Q_EMIT changed(ObjectsChanged{open_});
    Q_EMIT changed(SelectionChanged{});
}

void Document::finishOpen(ItemContent content) {
    if (content.item.id != open_ || loaded_ || open_ == ItemId{}) return;
    objects_ = std::move(content.objects);
    std::stable_sort(objects_.begin(), objects_.end(),
                     [](const auto& a, const auto& b) { return a.order < b.order; });
    for (LabelRecord& label : content.labels) {  // mostly in order: a clip has very many
        labels_.insert_or_assign(labels_.end(), LabelKey{label.object, label.frame}, std::move(label));
    }
    loaded_ = true;
    Q_EMIT changed(ItemLoaded{open_});
    Q_EMIT changed(ObjectsChanged{open_});
}

const ObjectRecord* Document::object(ObjectId id) const {
    const auto at = std::find_if(objects_.begin(), objects_.end(),
                                 [&](const ObjectRecord& o) { return o.id == id; });
    return at == objects_.end() ? nullptr : &*at;
}

const LabelRecord* Document::label(ObjectId object, FrameIndex frame) const {
    const auto at = labels_.find(LabelKey{object, frame});
    return at == labels_.end() ? nullptr : &at->second;
}

std::vector<const LabelRecord*> Document::labels(FrameIndex frame) const {
    std::vector<const LabelRecord*> found;
    for (const ObjectRecord& object : objects_) {
        if (const LabelRecord* l = label(object.id, frame)) found.push_back(l);
    }
    return found;
}

std::vector<const LabelRecord*> Document::labelsOf(ObjectId object) const {
    return labelsOf(object, {FrameIndex{INT_MIN}, FrameIndex{INT_MAX}});
}

std::vector<const LabelRecord*> Document::labelsOf(ObjectId object, FrameRange frames) const {
    std::vector<const LabelRecord*> found;
    if (frames.last < frames.first) return found;
    const auto end = labels_.upper_bound({object, frames.last});
    for (auto at = labels_.lower_bound({object, frames.first}); at != end; ++at) {
        found.push_back(&at->second);
    }
    return found;
}

ObjectId Document::objectAt(int x, int y, FrameIndex frame) const {
    for (auto object = objects_.rbegin(); object != objects_.rend(); ++object) {
        const LabelRecord* l = object->hidden ? nullptr : label(object->id, frame);
        if (l && l->mask.contains(x, y)) return object->id;
    }
    return {};
}

int Document::nextOrder() const { return objects_.empty() ? 1 : objects_.back().order + 1; }

std::vector<ClassRecord> Document::classes() const {
    std::vector<ClassRecord> kept;
    std::copy_if(classes_.begin(), classes_.end(), std::back_inserter(kept),
                 [](const ClassRecord& c) { return !c.removed; });
    return kept;
}

const ClassRecord* Document::classOf(ClassId id) const {
    if (id.value < 1 || std::size_t(id.value) > classes_.size()) return nullptr;
    const ClassRecord& found = classes_[std::size_t(id.value - 1)];
    return found.removed ? nullptr : &found;
}

QColor Document::colourOf(ObjectId id) const {
    const ObjectRecord* record = object(id);
    if (record && record->colour != kNoColour) return QColor::fromRgb(record->colour);
    const ClassRecord* cls = record ? classOf(record->cls) : nullptr;
    if (cls && colourBy_ == ColourBy::Class) return QColor::fromRgb(cls->colour);
    return cycleColour(id.value - 1);
}

void Document::setColourBy(ColourBy by) {
    if (colourBy_ == by) return;
    colourBy_ = by;
    Q_EMIT changed(ObjectsChanged{open_});
}

QColor Document::cycleColour(int index) {
    const Colour colour = fs2::cycleColour(index);
    return QColor(colour.red, colour.green, colour.blue);
}

ObjectId Document::currentObject() const { return selection_.empty() ? ObjectId{} : selection_.back(); }

bool Document::isSelected(ObjectId id) const {
    return std::find(selection_.begin(), selection_.end(), id) != selection_.end();
}

void Document::select(std::vector<ObjectId> ids) {
    std::erase_if(ids, [&](ObjectId id) { return !object(id); });
    if (ids == selection_) return;
    selection_ = std::move(ids);
    Q_EMIT changed(SelectionChanged{});
}

bool Document::apply(Step step) {
    if (step.changes.empty()) return false;
    const Changes changes = step.changes;
    history_.push(std::move(step));
    swapRows(changes);
    return true;
}

bool Document::undo() { return history_.canUndo() && replay(history_.nextUndo(), true); }
bool Document::redo() { return history_.canRedo() && replay(history_.nextRedo(), false); }

bool Document::replay(const Step& step, bool backwards) {
    if (step.item != ItemId{} && step.item == open_ && !loaded_) return false;
    Changes changes = step.changes;
    if (backwards) {
        std::reverse(changes.begin(), changes.end());
        std::transform(changes.begin(), changes.end(), changes.begin(), inverse);
        history_.stepBack();
    } else {
        history_.stepForward();
    }
    swapRows(changes);
    // What comes back is selected, as it was when it was made: the next click or key goes on with it.
    std::vector<ObjectId> back;
    for (const Change& change : changes) {
        const auto* row = std::get_if<RowChange<ObjectRecord>>(&change);
        if (row && row->hasAfter && !row->hadBefore && row->after.item == open_) {
            back.push_back(row->after.id);
        }
    }
    if (!back.empty()) select(back);
    return true;
}

void Document::swapRows(const Changes& changes) {
    Changes written;
    written.reserve(changes.size());
    for (const Change& change : changes) {
        written.push_back(std::visit([&](const auto& c) { return swapRow(c); }, change));
    }
    std::stable_sort(objects_.begin(), objects_.end(),
                     [](const auto& a, const auto& b) { return a.order < b.order; });
    Q_EMIT rowsChanged(written);
    notify(written);
}

Change Document::swapRow(const RowChange<ItemRecord>& change) {
    const int row = rowOf(change.after.id);
    if (row < 0) return change;
    ItemRecord& record = items_[std::size_t(row)].record;
    RowChange<ItemRecord> done = change;
    done.after.width = record.width;
    done.after.height = record.height;
    done.after.nextObject = record.nextObject;
    done.after.frames = record.frames;
    record = done.after;
    return done;
}

Change Document::swapRow(const RowChange<ClassRecord>& change) {
    const std::size_t at = std::size_t(change.after.id.value - 1);
    if (at >= classes_.size()) classes_.resize(at + 1);
    classes_[at] = change.after;
    return change;
}

Change Document::swapRow(const RowChange<ObjectRecord>& change) {
    const ObjectRecord& row = change.hasAfter ? change.after : change.before;
    const int itemRow = rowOf(row.item);
    if (itemRow >= 0) {
        items_[std::size_t(itemRow)].objects += int(change.hasAfter) - int(change.hadBefore);
    }
    if (row.item != open_ || !loaded_) return change;
    std::erase_if(objects_, [&](const ObjectRecord& o) { return o.id == row.id; });
    if (change.hasAfter) objects_.push_back(change.after);
    return change;
}

Change Document::swapRow(const RowChange<LabelRecord>& change) {
    const LabelRecord& row = change.hasAfter ? change.after : change.before;
    if (row.item != open_ || !loaded_) return change;
    if (change.hasAfter) {
        labels_.insert_or_assign(LabelKey{row.object, row.frame}, change.after);
    } else {
        labels_.erase(LabelKey{row.object, row.frame});
    }
    return change;
}

/// One event for each thing that changed, after everything has changed.
void Document::notify(const Changes& changes) {
    std::set<ItemId> items;
    std::set<ItemId> lists;
    bool classes = false;
    for (const Change& change : changes) {
        if (const auto* c = std::get_if<RowChange<ItemRecord>>(&change)) {
            items.insert(c->after.id);
        } else if (const auto* o = std::get_if<RowChange<ObjectRecord>>(&change)) {
            const ItemId item = (o->hasAfter ? o->after : o->before).item;
            lists.insert(item);
            if (o->hadBefore != o->hasAfter) items.insert(item);
        } else if (std::holds_alternative<RowChange<ClassRecord>>(change)) {
            classes = true;
        }
    }
    if (classes) Q_EMIT changed(ClassesChanged{});
    if (lists.count(open_)) {
        Q_EMIT changed(ObjectsChanged{open_});
        select(selection_);
    }
    for (const Change& change : changes) {
        const auto* l = std::get_if<RowChange<LabelRecord>>(&change);
        if (!l) continue;
        const LabelRecord& row = l->hasAfter ? l->after : l->before;
        if (row.item == open_) {
            Q_EMIT changed(MasksChanged{row.item, row.frame, row.object, rectOf(*l)});
        }
    }
    for (ItemId item : items) Q_EMIT changed(ItemChanged{item});
    Q_EMIT changed(HistoryChanged{});
}

}  // namespace fs2
