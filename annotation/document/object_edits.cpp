// Edits of objects.
#include "annotation/core/mask_ops.h"
#include "annotation/document/edit_helpers.h"

namespace fs2::edit {
namespace {

template <class Set>
bool changeObjects(Document& doc, const Ids& ids, const QString& text, Set set) {
    StepBuilder step(doc, text);
    for (ObjectId id : ids) {
        if (const ObjectRecord* found = doc.object(id)) {
            ObjectRecord row = *found;
            set(row);
            step.set(row);
        }
    }
    return step.apply();
}

}  // namespace

bool remove(Document& doc, const Ids& objects) {
    const Ids ids = editable(doc, objects);
    StepBuilder step(doc, counted(Edit::tr("delete object"), Edit::tr("delete %1 objects"), ids.size()));
    for (ObjectId id : ids) step.removeObject(id);
    return step.apply();
}

bool merge(Document& doc, const Ids& objects) {
    const Ids ids = editable(doc, objects);
    if (ids.size() < 2) return false;
    const ItemSummary* item = doc.item(doc.openItem());
    const bool isClip = item && item->isClip();
    StepBuilder step(doc, Edit::tr("merge %1 objects").arg(ids.size()));
    for (std::size_t i = 1; i < ids.size(); ++i) {
        for (const LabelRecord* other : doc.labelsOf(ids[i])) {
            LabelRecord row = *other;
            row.object = ids[0];
            if (const LabelRecord* first = step.label(ids[0], other->frame)) {
                row.mask = unite(first->mask, other->mask);
                row.confirmed = first->confirmed && other->confirmed;
                if (isHeld(*first)) row.provenance = Provenance::Human;
                if (first->state == LabelState::Seen) row.state = LabelState::Seen;
            }
            row.prompt = Prompt{other->frame, ids[0], {}, {}, {}};
            // In a clip most frames of the union are a run's: another run may improve them.
            if (isHeld(*other) || !isClip) row.provenance = Provenance::Human;
            step.set(row);
        }
        step.removeObject(ids[i]);
    }
    if (!step.apply()) return false;
    doc.select({ids[0]});
    return true;
}

bool split(Document& doc, const Ids& objects, FrameIndex frame) {
    StepBuilder step(doc, Edit::tr("split object"));
    Ids ids;
    int order = doc.nextOrder();
    for (ObjectId object : editable(doc, objects)) {
        const LabelRecord* old = doc.label(object, frame);
        if (!old) continue;
        ids.push_back(object);
        const std::vector<Mask> parts = components(old->mask);
        if (parts.size() < 2) continue;
        LabelRecord row = *old;
        ObjectRecord copy = *doc.object(object);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (i > 0) {
                copy.id = doc.reserveObjectId();
                copy.order = order++;
                step.set(copy);
                ids.push_back(copy.id);
            }
            row.object = copy.id;
            row.mask = parts[i];
            row.prompt = Prompt{frame, row.object, {}, {}, {}};
            row.provenance = Provenance::Human;
            step.set(row);
        }
    }
    if (!step.apply()) return false;
    doc.select(ids);
    return true;
}

bool setClass(Document& doc, const Ids& objects, ClassId cls) {
    if (cls != ClassId{} && !doc.classOf(cls)) return false;
    return changeObjects(doc, editable(doc, objects), Edit::tr("set class"),
                         [&](ObjectRecord& row) { row.cls = cls; });
}

bool setColour(Document& doc, const Ids& objects, std::uint32_t rgb) {
    return changeObjects(doc, editable(doc, objects), Edit::tr("set colour"),
                         [&](ObjectRecord& row) { row.colour = rgb; });
}

bool setHidden(Document& doc, const Ids& objects, bool hidden) {
    return changeObjects(doc, objects, hidden ? Edit::tr("hide") : Edit::tr("show"),
                         [&](ObjectRecord& row) { row.hidden = hidden; });
}

bool setLocked(Document& doc, const Ids& objects, bool locked) {
    return changeObjects(doc, objects, locked ? Edit::tr("lock") : Edit::tr("unlock"),
                         [&](ObjectRecord& row) { row.locked = locked; });
}

bool rename(Document& doc, ObjectId object, const QString& name) {
    return changeObjects(doc, editable(doc, {object}), Edit::tr("rename object"),
                         [&](ObjectRecord& row) { row.name = name.trimmed().toStdString(); });
}

bool reorder(Document& doc, const Ids& objects, int row) {
    Ids moved;
    Ids rest;
    for (const ObjectRecord& object : doc.objects()) {
        const bool moves = std::find(objects.begin(), objects.end(), object.id) != objects.end();
        (moves ? moved : rest).push_back(object.id);
    }
    const int place = std::clamp(row, 0, int(rest.size()));
    rest.insert(rest.begin() + place, moved.begin(), moved.end());
    StepBuilder step(doc, Edit::tr("reorder"));
    for (std::size_t i = 0; i < rest.size(); ++i) {
        ObjectRecord record = *doc.object(rest[i]);
        record.order = int(i) + 1;
        step.set(record);
    }
    return !moved.empty() && step.apply();
}

}  // namespace fs2::edit
