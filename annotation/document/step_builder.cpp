#include "annotation/document/step_builder.h"

#include <algorithm>

namespace fs2 {
namespace {

/// Adds the change from `before` to `after`, where there is one.
template <class Record>
void note(std::vector<Change>& list, const Record* before, const Record* after) {
    RowChange<Record> change;
    change.hadBefore = before != nullptr;
    change.hasAfter = after != nullptr;
    if (before) change.before = *before;
    if (after) change.after = *after;
    if (change.hadBefore != change.hasAfter || change.before != change.after) {
        list.push_back(std::move(change));
    }
}

}  // namespace

const ObjectRecord* StepBuilder::object(ObjectId id) const {
    const auto at = objects_.find(id);
    if (at == objects_.end()) return document_.object(id);
    return at->second ? &*at->second : nullptr;
}

const LabelRecord* StepBuilder::label(ObjectId id, FrameIndex frame) const {
    const auto at = labels_.find({frame, id});
    if (at == labels_.end()) return document_.label(id, frame);
    return at->second ? &*at->second : nullptr;
}

std::vector<LabelRecord> StepBuilder::labels(FrameIndex frame) const {
    std::vector<LabelRecord> found;
    for (const LabelRecord* l : document_.labels(frame)) {
        if (const LabelRecord* now = label(l->object, frame)) found.push_back(*now);
    }
    for (auto at = labels_.lower_bound({frame, ObjectId{}}); at != labels_.end(); ++at) {
        const auto& [key, row] = *at;
        if (key.first != frame) break;
        if (row && !document_.label(key.second, frame)) found.push_back(*row);
    }
    return found;
}

bool StepBuilder::isLocked(ObjectId id) const {
    const ObjectRecord* record = object(id);
    return record && record->locked;
}

bool StepBuilder::place(LabelRecord row) {
    const OverlapRule rule = row.confirmed ? document_.overlapRule() : OverlapRule::Allow;
    if (rule != OverlapRule::Allow && row.state == LabelState::Seen) {
        std::vector<LabelRecord> losers;
        for (LabelRecord& other : labels(row.frame)) {
            const bool apart = other.object == row.object || other.mask.width() != row.mask.width() ||
                               other.mask.height() != row.mask.height();
            if (apart || intersectionArea(other.mask, row.mask) == 0) continue;
            const bool drafted = !other.confirmed;
            if (!isLocked(other.object) && (drafted || rule == OverlapRule::NewestWins)) {
                // A draft is not in the way of anyone: it meets the rule when it is accepted.
                if (!drafted) losers.push_back(std::move(other));
            } else {
                row.mask = subtract(row.mask, other.mask);
            }
        }
        if (row.mask.empty()) return false;
        for (LabelRecord& other : losers) {
            other.mask = subtract(other.mask, row.mask);
            if (other.mask.empty()) {
                removeLabel(other.object, other.frame);
            } else {
                set(other);
            }
        }
    }
    set(row);
    return true;
}

void StepBuilder::removeLabel(ObjectId id, FrameIndex frame) {
    labels_[{frame, id}] = std::nullopt;
    thinned_.insert(id);
}

void StepBuilder::dropBareObjects() {
    if (thinned_.empty()) return;
    std::set<ObjectId> kept;
    for (const auto& [key, row] : labels_) {
        if (row) kept.insert(key.second);
    }
    for (ObjectId id : thinned_) {
        if (kept.count(id)) continue;
        const auto rows = document_.labelsOf(id);
        const bool bare = std::none_of(rows.begin(), rows.end(), [&](const LabelRecord* l) {
            return label(id, l->frame) != nullptr;
        });
        if (bare) objects_[id] = std::nullopt;
    }
}

void StepBuilder::removeObject(ObjectId id) {
    for (const LabelRecord* l : document_.labelsOf(id)) labels_[{l->frame, id}] = std::nullopt;
    objects_[id] = std::nullopt;
}

std::vector<Change> StepBuilder::changes() const {
    std::vector<Change> list;
    for (const auto& [id, row] : items_) {
        if (const ItemSummary* known = document_.item(id)) note(list, &known->record, &row);
    }
    for (const auto& [id, row] : classes_) {
        // A class that is new counts as removed before: its row stays when the step is undone.
        ClassRecord before = row;
        before.removed = true;
        if (const ClassRecord* known = document_.classOf(id)) before = *known;
        note(list, &before, &row);
    }
    for (const auto& [id, row] : objects_) note(list, document_.object(id), row ? &*row : nullptr);
    for (const auto& [key, row] : labels_) {
        note(list, document_.label(key.second, key.first), row ? &*row : nullptr);
    }
    return list;
}

bool StepBuilder::apply() {
    dropBareObjects();
    Step step;
    step.text = text_;
    step.changes = changes();
    const bool edits = std::any_of(step.changes.begin(), step.changes.end(), [](const Change& c) {
        return std::holds_alternative<RowChange<ObjectRecord>>(c) ||
               std::holds_alternative<RowChange<LabelRecord>>(c);
    });
    if (edits) {
        step.item = document_.openItem();
        const ItemSummary* summary = document_.item(step.item);
        if (!document_.isLoaded() || !summary) return false;
        if (summary->record.state == ItemState::New) {
            RowChange<ItemRecord> begun{true, true, summary->record, summary->record};
            begun.after.state = ItemState::Work;
            step.changes.emplace_back(begun);
        }
    }
    return document_.apply(std::move(step));
}

}  // namespace fs2
