// Edits of a clip's ranges.
#include "annotation/document/edit_helpers.h"

namespace fs2::edit {
namespace {

const ItemRecord* openRecord(const Document& doc) {
    const ItemSummary* item = doc.item(doc.openItem());
    return item ? &item->record : nullptr;
}

}  // namespace

bool addRun(Document& doc, const std::vector<LabelRecord>& labels,
            const std::vector<std::pair<ObjectId, FrameIndex>>& seeds) {
    StepBuilder step(doc, Edit::tr("propagate"));
    for (const auto& [object, frame] : seeds) {
        const LabelRecord* label = doc.label(object, frame);
        if (!canEdit(doc, object) || !label || label->confirmed) continue;
        LabelRecord row = *label;
        row.confirmed = true;
        step.set(row);
    }
    for (const LabelRecord& row : labels) {
        if (!doc.object(row.object) || !canEdit(doc, row.object)) continue;
        const LabelRecord* old = doc.label(row.object, row.frame);
        if (!old || !isHeld(*old)) step.set(row);
    }
    return step.apply();
}

bool markState(Document& doc, const Ids& objects, FrameRange frames, LabelState state) {
    const ItemRecord* item = openRecord(doc);
    if (!item || item->width <= 0 || state == LabelState::Seen) return false;
    StepBuilder step(doc, state == LabelState::Absent ? Edit::tr("mark as absent")
                                                      : Edit::tr("mark as occluded"));
    LabelRecord row;
    row.item = item->id;
    row.mask = Mask::blank(item->width, item->height);
    row.state = state;
    row.confirmed = true;
    for (ObjectId id : editable(doc, objects)) {
        row.object = row.prompt.object = id;
        for (row.frame = frames.first; row.frame <= frames.last; ++row.frame.value) {
            row.prompt.frame = row.frame;
            step.set(row);
        }
    }
    return step.apply();
}

bool acceptRange(Document& doc, const Ids& objects, FrameRange frames) {
    StepBuilder step(doc, Edit::tr("accept range"));
    for (ObjectId id : editable(doc, objects)) {
        for (const LabelRecord* label : doc.labelsOf(id, frames)) {
            if (label->confirmed) continue;
            LabelRecord row = *label;
            row.confirmed = true;
            if (!step.place(row)) step.removeLabel(id, row.frame);
        }
    }
    return step.apply();
}

bool clearRange(Document& doc, const Ids& objects, FrameRange frames) {
    StepBuilder step(doc, Edit::tr("clear range"));
    for (ObjectId id : editable(doc, objects)) {
        for (const LabelRecord* label : doc.labelsOf(id, frames)) {
            if (!isHeld(*label)) step.removeLabel(id, label->frame);
        }
    }
    return step.apply();
}

}  // namespace fs2::edit
