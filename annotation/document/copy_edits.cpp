// Copies of objects: paste and duplicate.
#include <cstdint>
#include <utility>
#include <vector>

#include "annotation/core/mask_ops.h"
#include "annotation/document/edit_helpers.h"

namespace fs2::edit {
namespace {

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

bool insertCopies(Document& doc, const Clip& clip, FrameIndex frame, int dx, int dy, const QString& text) {
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
            label.frame = label.prompt.frame = frame;
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

Clip copy(const Document& doc, const Ids& objects, FrameIndex frame) {
    Clip clip;
    for (const ObjectRecord& object : doc.objects()) {
        if (std::find(objects.begin(), objects.end(), object.id) == objects.end()) continue;
        const LabelRecord* label = doc.label(object.id, frame);
        if (!label || label->mask.empty()) continue;
        clip.objects.push_back(object);
        clip.labels.push_back(*label);
    }
    return clip;
}

bool paste(Document& doc, const Clip& clip, int dx, int dy, FrameIndex frame) {
    const std::size_t n = clip.objects.size();
    return insertCopies(doc, clip, frame, dx, dy,
                        counted(Edit::tr("paste object"), Edit::tr("paste %1 objects"), n));
}

bool duplicate(Document& doc, const Ids& objects, int dx, int dy, FrameIndex frame) {
    const Clip clip = copy(doc, objects, frame);
    const std::size_t n = clip.objects.size();
    return insertCopies(doc, clip, frame, dx, dy,
                        counted(Edit::tr("duplicate object"), Edit::tr("duplicate %1 objects"), n));
}

}  // namespace fs2::edit
