// StepBuilder: collects rows as they shall be and turns what differs from the Document into one Step.
// Reads see what was already set, so that an edit can build on its own earlier parts. A local of one
// edit; GUI thread.
#pragma once
#include <QString>

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "annotation/document/document.h"

namespace fs2 {

class StepBuilder {
  public:
    StepBuilder(Document& document, QString text) : document_(document), text_(std::move(text)) {}

    const ObjectRecord* object(ObjectId id) const;
    const LabelRecord* label(ObjectId id, FrameIndex frame) const;
    std::vector<LabelRecord> labels(FrameIndex frame) const;  ///< in list order, new objects last
    void set(const ItemRecord& row) { items_[row.id] = row; }
    void set(const ClassRecord& row) { classes_[row.id] = row; }
    void set(const ObjectRecord& row) { objects_[row.id] = row; }
    /// Gives a confirmed label the pixels that the overlap rule leaves it and takes the others' away.
    /// False where nothing is left of it: then it is not set.
    bool place(LabelRecord row);
    /// As it is, overlapping or not.
    void set(const LabelRecord& row) { labels_[{row.frame, row.object}] = row; }
    void removeLabel(ObjectId id, FrameIndex frame);  ///< and the object with its last label
    void removeObject(ObjectId id);                   ///< with all its labels
    /// One step, where something differs. A New item becomes Work with its first object or mask.
    bool apply();

  private:
    bool isLocked(ObjectId id) const;
    void dropBareObjects();
    std::vector<Change> changes() const;
    Document& document_;
    QString text_;
    std::map<ItemId, ItemRecord> items_;
    std::map<ClassId, ClassRecord> classes_;
    std::map<ObjectId, std::optional<ObjectRecord>> objects_;
    std::map<std::pair<FrameIndex, ObjectId>, std::optional<LabelRecord>> labels_;
    std::set<ObjectId> thinned_;  ///< lost a label
};

}  // namespace fs2
