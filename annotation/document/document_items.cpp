// Document: its list of items.
#include <algorithm>
#include <iterator>

#include "annotation/core/paths.h"
#include "annotation/document/document.h"

namespace fs2 {

int Document::rowOf(ItemId item) const {
    const auto at = rows_.find(item);
    return at == rows_.end() ? -1 : at->second;
}

const ItemSummary* Document::item(ItemId item) const {
    const int row = rowOf(item);
    return row < 0 ? nullptr : &items_[std::size_t(row)];
}

void Document::resetItems(std::vector<ItemSummary> items, std::vector<ClassRecord> classes) {
    Q_EMIT changed(ItemsAboutToChange{});
    items_ = std::move(items);
    classes_ = std::move(classes);
    indexRows();
    history_.clear();
    Q_EMIT changed(ItemsReset{});
    Q_EMIT changed(ClassesChanged{});
    Q_EMIT changed(HistoryChanged{});
    beginOpen({});
}

void Document::indexRows() {
    rows_.clear();
    rows_.reserve(items_.size());
    for (std::size_t row = 0; row < items_.size(); ++row) rows_[items_[row].record.id] = int(row);
}

/// Those that no work, no step of the history and no canvas knows.
std::unordered_set<ItemId> Document::droppable(const std::vector<ItemId>& vanished) const {
    std::unordered_set<ItemId> drop;
    for (ItemId id : vanished) {
        const ItemSummary* known = item(id);
        if (!known || id == open_ || known->objects > 0) continue;
        const ItemRecord& r = known->record;
        const bool untouched =
            r.state == ItemState::New && !r.skipped && r.tags.empty() && r.note.empty();
        if (untouched) drop.insert(id);
    }
    if (!drop.empty()) {
        for (ItemId id : history_.items()) drop.erase(id);
    }
    return drop;
}

void Document::relist(std::vector<ItemSummary> appeared, const std::vector<ItemId>& vanished) {
    const std::unordered_set<ItemId> drop = droppable(vanished);
    for (ItemId id : vanished) {
        if (!drop.count(id)) setMissing(id, true);
    }
    std::erase_if(appeared, [this](const ItemSummary& item) {
        setMissing(item.record.id, false);
        return rowOf(item.record.id) >= 0;
    });
    if (drop.empty() && appeared.empty()) return;
    Q_EMIT changed(ItemsAboutToChange{});
    std::erase_if(items_, [&](const ItemSummary& item) { return drop.count(item.record.id) > 0; });
    const auto byName = [](const ItemSummary& a, const ItemSummary& b) {
        return naturalLess(a.record.path, b.record.path);
    };
    std::sort(appeared.begin(), appeared.end(), byName);
    std::vector<ItemSummary> merged;  // what was there keeps its order, sorted or not
    merged.reserve(items_.size() + appeared.size());
    auto next = appeared.begin();
    for (ItemSummary& item : items_) {
        while (next != appeared.end() && byName(*next, item)) merged.push_back(std::move(*next++));
        merged.push_back(std::move(item));
    }
    std::move(next, appeared.end(), std::back_inserter(merged));
    items_ = std::move(merged);
    indexRows();
    Q_EMIT changed(ItemsRelisted{});
}

void Document::setMissing(ItemId item, bool missing) {
    const int row = rowOf(item);
    if (row < 0 || items_[std::size_t(row)].missing == missing) return;
    items_[std::size_t(row)].missing = missing;
    Q_EMIT changed(ItemChanged{item});
}

/// Facts about an item (its size, the ids given out) are written at once and are never undone.
void Document::keepFacts(ItemId item, const std::function<void(ItemRecord&)>& set) {
    const int row = rowOf(item);
    if (row < 0) return;
    ItemRecord& record = items_[std::size_t(row)].record;
    RowChange<ItemRecord> change{true, true, record, record};
    set(change.after);
    if (change.after == change.before) return;
    record = change.after;
    Q_EMIT rowsChanged({change});
}

void Document::setItemSize(ItemId item, int width, int height, int frames) {
    keepFacts(item, [&](ItemRecord& record) {
        record.width = width;
        record.height = height;
        if (frames > 0) record.frames = frames;
    });
    Q_EMIT changed(ItemChanged{item});
}

}  // namespace fs2
