// Edits of masks.
#include "annotation/document/edit_helpers.h"

namespace fs2::edit {
namespace {

/// Adds the object on top where it is new.
void ensureObject(StepBuilder& step, const Document& doc, ObjectId id, ClassId cls) {
    if (step.object(id)) return;
    ObjectRecord object;
    object.item = doc.openItem();
    object.id = id;
    object.cls = cls;
    object.order = doc.nextOrder();
    step.set(object);
}

/// A mask made by hand, and so without a prompt.
LabelRecord drawnLabel(const Document& doc, ObjectId object, const Mask& mask, FrameIndex frame) {
    LabelRecord row;
    row.item = doc.openItem();
    row.frame = frame;
    row.object = object;
    row.mask = mask;
    row.prompt.frame = frame;
    row.prompt.object = object;
    row.confirmed = true;
    return row;
}

}  // namespace

bool setAnswer(Document& doc, const Prompt& prompt, const Prediction& answer, ClassId cls,
               bool confirmed) {
    if (!canEdit(doc, prompt.object)) return false;
    const LabelRecord* old = doc.label(prompt.object, prompt.frame);
    StepBuilder step(doc, old ? Edit::tr("refine mask") : Edit::tr("new mask"));
    ensureObject(step, doc, prompt.object, cls);
    LabelRecord row;
    row.item = doc.openItem();
    row.frame = prompt.frame;
    row.object = prompt.object;
    row.mask = answer.mask;
    row.prompt = prompt;
    row.confirmed = confirmed || (old && old->confirmed);
    row.score = answer.score;
    row.weightsId = answer.weightsId;
    return step.place(row) && step.apply();
}

bool setMask(Document& doc, ObjectId object, const Mask& mask, const QString& text, ClassId cls,
             FrameIndex frame) {
    if (!canEdit(doc, object)) return false;
    StepBuilder step(doc, text);
    if (mask.empty()) {
        if (!doc.label(object, frame)) return false;
        step.removeLabel(object, frame);
        return step.apply();
    }
    const LabelRecord* old = doc.label(object, frame);
    if (old && old->mask == mask) return false;
    ensureObject(step, doc, object, cls);
    if (!step.place(drawnLabel(doc, object, mask, frame)) || !step.apply()) return false;
    doc.select({object});
    return true;
}

bool setMasks(Document& doc, const std::vector<std::pair<ObjectId, Mask>>& masks, const QString& text,
              FrameIndex frame) {
    StepBuilder step(doc, text);
    for (const auto& [object, mask] : masks) {
        const LabelRecord* old = doc.label(object, frame);
        if (!canEdit(doc, object) || !old || old->mask == mask) continue;
        if (mask.empty() || !step.place(drawnLabel(doc, object, mask, frame))) {
            step.removeLabel(object, frame);
        }
    }
    return step.apply();
}

bool setAlternative(Document& doc, ObjectId object, const Mask& mask, float score, FrameIndex frame) {
    const LabelRecord* old = doc.label(object, frame);
    if (!old || !canEdit(doc, object)) return false;
    StepBuilder step(doc, Edit::tr("other reading"));
    LabelRecord row = *old;
    row.mask = mask;
    row.score = score;
    return step.place(row) && step.apply();
}

bool accept(Document& doc, const Ids& objects, FrameIndex frame) {
    const Ids ids = editable(doc, objects);
    StepBuilder step(doc, counted(Edit::tr("accept object"), Edit::tr("accept %1 objects"), ids.size()));
    for (ObjectId id : ids) {
        const LabelRecord* label = doc.label(id, frame);
        if (!label || label->confirmed) continue;
        LabelRecord row = *label;
        row.provenance = Provenance::Human;
        row.confirmed = true;
        if (!step.place(row)) step.removeLabel(id, frame);
    }
    return step.apply();
}

bool dropDrafts(Document& doc, const Ids& objects, FrameIndex frame) {
    const Ids ids = editable(doc, objects);
    StepBuilder step(doc, counted(Edit::tr("drop draft"), Edit::tr("drop %1 drafts"), ids.size()));
    for (ObjectId id : ids) {
        const LabelRecord* label = doc.label(id, frame);
        if (label && !label->confirmed) step.removeLabel(id, frame);
    }
    return step.apply();
}

}  // namespace fs2::edit
