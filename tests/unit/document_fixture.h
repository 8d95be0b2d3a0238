// A loaded Document for tests: one item of 20 x 10 pixels beside a second one.
#pragma once
#include <QString>

#include <vector>

#include "annotation/core/mask_ops.h"
#include "annotation/document/document.h"
#include "annotation/document/edits.h"

namespace fs2 {

inline Mask boxMask(int x0, int y0, int x1, int y1, int width = 20, int height = 10) {
    std::vector<std::uint8_t> bits(std::size_t(width) * std::size_t(height));
    for (int y = y0; y < y1; ++y) {
        for (int x = x0; x < x1; ++x) bits[std::size_t(y * width + x)] = 1;
    }
    return Mask::fromBitmap(bits.data(), width, height, width);
}

inline void load(Document& doc) {
    std::vector<ItemSummary> items(2);
    items[0].record.id = {1};
    items[0].record.path = "a.png";
    items[1].record.id = {2};
    items[1].record.path = "b.png";
    doc.resetItems(items, {});
    doc.beginOpen({1});
    ItemContent content;
    content.item.id = {1};
    doc.finishOpen(content);
    doc.setItemSize({1}, 20, 10);
}

/// A model's answer for an object, new or known.
inline bool answer(Document& doc, ObjectId id, const Mask& mask, float score = .5f) {
    Prompt prompt;
    prompt.object = id;
    prompt.clicks = {{3, 4, true}};
    Prediction prediction;
    prediction.object = id;
    prediction.mask = mask;
    prediction.score = score;
    prediction.weightsId = "none";
    return edit::setAnswer(doc, prompt, prediction);
}

inline ObjectId draw(Document& doc, const Mask& mask) {
    const ObjectId id = doc.reserveObjectId();
    return edit::setMask(doc, id, mask, QStringLiteral("draw")) ? id : ObjectId{};
}

/// All that undo has to bring back.
struct Snapshot {
    std::vector<ItemRecord> items;
    std::vector<int> counts;
    std::vector<ClassRecord> classes;
    std::vector<ObjectRecord> objects;
    std::vector<LabelRecord> labels;
    friend bool operator==(const Snapshot&, const Snapshot&) = default;
};
inline Snapshot snapshot(const Document& doc) {
    Snapshot now;
    for (int row = 0; row < doc.itemCount(); ++row) {
        now.items.push_back(doc.itemAt(row).record);
        now.items.back().nextObject = 0;  // ids that were given out stay so
        now.counts.push_back(doc.itemAt(row).objects);
    }
    now.classes = doc.classes();
    now.objects = doc.objects();
    for (const LabelRecord* label : doc.labels()) now.labels.push_back(*label);
    return now;
}

}  // namespace fs2
