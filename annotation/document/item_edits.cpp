// Edits of items and classes.
#include "annotation/document/edit_helpers.h"

namespace fs2::edit {
namespace {

template <class Set>
bool changeItems(Document& doc, const std::vector<ItemId>& ids, const QString& text, Set set) {
    StepBuilder step(doc, text);
    for (ItemId id : ids) {
        if (const ItemSummary* found = doc.item(id)) {
            ItemRecord row = found->record;
            set(row);
            step.set(row);
        }
    }
    return step.apply();
}

template <class Set>
bool changeClass(Document& doc, ClassId id, const QString& text, Set set) {
    const ClassRecord* found = doc.classOf(id);
    if (!found) return false;
    StepBuilder step(doc, text);
    ClassRecord row = *found;
    set(row);
    step.set(row);
    return step.apply();
}

bool isNameFree(const Document& doc, const std::string& name, ClassId except) {
    const auto all = doc.classes();
    return !name.empty() && std::none_of(all.begin(), all.end(), [&](const ClassRecord& c) {
        return c.id != except && c.name == name;
    });
}

}  // namespace

bool setState(Document& doc, const std::vector<ItemId>& items, ItemState state) {
    return changeItems(doc, items, Edit::tr("set state"), [&](ItemRecord& row) { row.state = state; });
}

bool setSkipped(Document& doc, const std::vector<ItemId>& items, bool skipped) {
    return changeItems(doc, items, skipped ? Edit::tr("skip") : Edit::tr("do not skip"),
                       [&](ItemRecord& row) { row.skipped = skipped; });
}

bool setTags(Document& doc, const std::vector<ItemId>& items, const QStringList& tags) {
    std::vector<std::string> kept;
    for (const QString& tag : tags) {
        const std::string text = tag.trimmed().toStdString();
        if (!text.empty() && std::find(kept.begin(), kept.end(), text) == kept.end()) {
            kept.push_back(text);
        }
    }
    return changeItems(doc, items, Edit::tr("set tags"), [&](ItemRecord& row) { row.tags = kept; });
}

bool setNote(Document& doc, ItemId item, const QString& note) {
    return changeItems(doc, {item}, Edit::tr("edit note"),
                       [&](ItemRecord& row) { row.note = note.toStdString(); });
}

ClassId addClass(Document& doc, const QString& name) {
    ClassRecord row;
    row.name = name.trimmed().toStdString();
    if (!isNameFree(doc, row.name, {})) return {};
    row.id = doc.nextClassId();
    row.colour = Document::cycleColour(row.id.value - 1).rgb() & 0xFFFFFFu;
    const auto all = doc.classes();
    for (int key = 9; key >= 1; --key) {
        const bool taken = std::any_of(all.begin(), all.end(),
                                       [&](const ClassRecord& c) { return c.key == key; });
        if (!taken) row.key = key;
    }
    StepBuilder step(doc, Edit::tr("add class"));
    step.set(row);
    return step.apply() ? row.id : ClassId{};
}

bool renameClass(Document& doc, ClassId cls, const QString& name) {
    const std::string text = name.trimmed().toStdString();
    return isNameFree(doc, text, cls) && changeClass(doc, cls, Edit::tr("rename class"),
                                                     [&](ClassRecord& row) { row.name = text; });
}

bool setClassColour(Document& doc, ClassId cls, std::uint32_t rgb) {
    return changeClass(doc, cls, Edit::tr("set class colour"),
                       [&](ClassRecord& row) { row.colour = rgb & 0xFFFFFFu; });
}

bool setClassKey(Document& doc, ClassId cls, int key) {
    if (key < 0 || key > 9 || !doc.classOf(cls)) return false;
    StepBuilder step(doc, Edit::tr("set class key"));
    for (ClassRecord row : doc.classes()) {
        if (row.id == cls) {
            row.key = key;
        } else if (key != 0 && row.key == key) {
            row.key = 0;
        }
        step.set(row);
    }
    return step.apply();
}

bool removeClass(Document& doc, ClassId cls) {
    return changeClass(doc, cls, Edit::tr("delete class"), [](ClassRecord& row) { row.removed = true; });
}

}  // namespace fs2::edit
