#include "annotation/document/edits.h"

#include <QCoreApplication>

#include <algorithm>

#include "annotation/core/mask_ops.h"
#include "annotation/document/step_builder.h"

namespace fs2::edit {
namespace {

struct Edit {
    Q_DECLARE_TR_FUNCTIONS(Edit)
};

QString counted(const QString& one, const QString& many, std::size_t n) {
    return n == 1 ? one : many.arg(n);
}

/// The objects among `ids` that are there and not locked.
Ids editable(const Document& doc, const Ids& ids) {
    Ids kept;
    for (ObjectId id : ids) {
        const ObjectRecord* object = doc.object(id);
        if (object && !object->locked) kept.push_back(id);
    }
    return kept;
}

bool canEdit(const Document& doc, ObjectId id) {
    const ObjectRecord* object = doc.object(id);
    return doc.isLoaded() && id.value > 0 && !(object && object->locked);
}

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

/// The mask on a picture of another size: cut or padded at the right and bottom.
Mask fitted(const Mask& mask, int width, int height) {
    if (width <= 0 || height <= 0 || (mask.width() == width && mask.height() == height)) return mask;
    std::vector<std::uint8_t> bits(std::size_t(width) * std::size_t(height));
    const Rect window{0, 0, std::min(width, mask.width()), std::min(height, mask.height())};
    mask.toBitmap(bits.data(), width, window);
    return Mask::fromBitmap(bits.data(), width, height, width);
}

void shift(Prompt& prompt, int dx, int dy) {
    for (Click& click : prompt.clicks) {
        click.x += dx;
        click.y += dy;
    }
    if (prompt.box) {
        prompt.box = Box{prompt.box->x0 + dx, prompt.box->y0 + dy, prompt.box->x1 + dx,
                         prompt.box->y1 + dy};
    }
}

/// Without what lies outside the picture, which a model would refuse.
void cutToPicture(Prompt& prompt, int width, int height) {
    std::erase_if(prompt.clicks, [&](const Click& c) {
        return c.x < 0 || c.y < 0 || c.x > width - 1 || c.y > height - 1;
    });
    if (!prompt.box) return;
    const Box& b = *prompt.box;
    const Box cut{std::clamp(b.x0, 0., double(width)), std::clamp(b.y0, 0., double(height)),
                  std::clamp(b.x1, 0., double(width)), std::clamp(b.y1, 0., double(height))};
    prompt.box.reset();
    if (cut.x1 > cut.x0 && cut.y1 > cut.y0) prompt.box = cut;
}

}  // namespace

bool setAnswer(Document& doc, const Prompt& prompt, const Prediction& answer, ClassId cls) {
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
    row.confirmed = old && old->confirmed;
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

bool accept(Document& doc, const Ids& objects) {
    const Ids ids = editable(doc, objects);
    StepBuilder step(doc, counted(Edit::tr("accept object"), Edit::tr("accept %1 objects"), ids.size()));
    for (ObjectId id : ids) {
        for (const LabelRecord* label : doc.labelsOf(id)) {
            if (label->confirmed) continue;
            LabelRecord row = *label;
            row.provenance = Provenance::Human;
            row.confirmed = true;
            if (!step.place(row)) step.removeLabel(id, row.frame);
        }
    }
    return step.apply();
}

bool dropDrafts(Document& doc, const Ids& objects) {
    const Ids ids = editable(doc, objects);
    StepBuilder step(doc, counted(Edit::tr("drop draft"), Edit::tr("drop %1 drafts"), ids.size()));
    for (ObjectId id : ids) {
        for (const LabelRecord* label : doc.labelsOf(id)) {
            if (!label->confirmed) step.removeLabel(id, label->frame);
        }
    }
    return step.apply();
}

bool remove(Document& doc, const Ids& objects) {
    const Ids ids = editable(doc, objects);
    StepBuilder step(doc, counted(Edit::tr("delete object"), Edit::tr("delete %1 objects"), ids.size()));
    for (ObjectId id : ids) step.removeObject(id);
    return step.apply();
}

bool merge(Document& doc, const Ids& objects) {
    const Ids ids = editable(doc, objects);
    if (ids.size() < 2) return false;
    StepBuilder step(doc, Edit::tr("merge %1 objects").arg(ids.size()));
    for (std::size_t i = 1; i < ids.size(); ++i) {
        for (const LabelRecord* other : doc.labelsOf(ids[i])) {
            LabelRecord row = *other;
            row.object = ids[0];
            if (const LabelRecord* first = step.label(ids[0], other->frame)) {
                row.mask = unite(first->mask, other->mask);
                row.confirmed = first->confirmed && other->confirmed;
            }
            row.prompt = Prompt{other->frame, ids[0], {}, {}, {}};
            row.provenance = Provenance::Human;
            step.set(row);
        }
        step.removeObject(ids[i]);
    }
    if (!step.apply()) return false;
    doc.select({ids[0]});
    return true;
}

bool split(Document& doc, ObjectId object, FrameIndex frame) {
    const ObjectRecord* source = doc.object(object);
    const LabelRecord* old = doc.label(object, frame);
    if (!source || !old || !canEdit(doc, object)) return false;
    const std::vector<Mask> parts = components(old->mask);
    if (parts.size() < 2) return false;
    StepBuilder step(doc, Edit::tr("split object"));
    LabelRecord row = *old;
    ObjectRecord copy = *source;
    Ids ids;
    const int order = doc.nextOrder();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) {
            copy.id = doc.reserveObjectId();
            copy.order = order + int(i) - 1;
            step.set(copy);
        }
        row.object = i == 0 ? object : copy.id;
        row.mask = parts[i];
        row.prompt = Prompt{frame, row.object, {}, {}, {}};
        row.provenance = Provenance::Human;
        step.set(row);
        ids.push_back(row.object);
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

Clip copy(const Document& doc, const Ids& objects) {
    Clip clip;
    for (const ObjectRecord& object : doc.objects()) {
        if (std::find(objects.begin(), objects.end(), object.id) == objects.end()) continue;
        clip.objects.push_back(object);
        for (const LabelRecord* label : doc.labelsOf(object.id)) clip.labels.push_back(*label);
    }
    return clip;
}

namespace {

bool insertCopies(Document& doc, const Clip& clip, int dx, int dy, const QString& text) {
    const ItemSummary* item = doc.item(doc.openItem());
    if (!doc.isLoaded() || !item || clip.empty()) return false;
    const int width = item->record.width;
    const int height = item->record.height;
    StepBuilder step(doc, text);
    Ids ids;
    int order = doc.nextOrder();
    for (ObjectRecord object : clip.objects) {
        const ObjectId source = object.id;
        std::vector<LabelRecord> labels;
        for (LabelRecord label : clip.labels) {
            if (label.object != source) continue;
            label.mask = fitted(shifted(label.mask, dx, dy), width, height);
            if (!label.mask.empty()) labels.push_back(std::move(label));
        }
        if (labels.empty()) continue;
        object.item = doc.openItem();
        object.id = doc.reserveObjectId();
        object.order = order++;
        object.locked = false;
        step.set(object);
        for (LabelRecord& label : labels) {
            label.item = object.item;
            label.object = object.id;
            label.prompt.object = object.id;
            shift(label.prompt, dx, dy);
            cutToPicture(label.prompt, label.mask.width(), label.mask.height());
            label.provenance = Provenance::Human;
            label.confirmed = false;
            step.set(label);
        }
        ids.push_back(object.id);
    }
    if (!step.apply()) return false;
    doc.select(ids);
    return true;
}

}  // namespace

bool paste(Document& doc, const Clip& clip, int dx, int dy) {
    const std::size_t n = clip.objects.size();
    return insertCopies(doc, clip, dx, dy,
                        counted(Edit::tr("paste object"), Edit::tr("paste %1 objects"), n));
}

bool duplicate(Document& doc, const Ids& objects, int dx, int dy) {
    const Clip clip = copy(doc, objects);
    const std::size_t n = clip.objects.size();
    return insertCopies(doc, clip, dx, dy,
                        counted(Edit::tr("duplicate object"), Edit::tr("duplicate %1 objects"), n));
}

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
