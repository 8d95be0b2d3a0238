// Edits that take over what a model saw in a whole picture.
#include <map>

#include "annotation/document/edit_helpers.h"

namespace fs2::edit {
namespace {

/// Classes by name: those that are there, and new ones in the step.
class ClassFinder {
  public:
    ClassFinder(Document& doc, StepBuilder& step) : step_(step), next_(doc.nextClassId().value) {
        for (const ClassRecord& known : doc.classes()) byName_[known.name] = known.id;
    }
    ClassId find(const std::string& name) {
        if (name.empty()) return {};
        if (const auto at = byName_.find(name); at != byName_.end()) return at->second;
        ClassRecord row;
        row.id = ClassId{next_++};
        row.name = name;
        row.colour = Document::cycleColour(row.id.value - 1).rgb() & 0xFFFFFFu;
        step_.set(row);
        return byName_[name] = row.id;
    }

  private:
    StepBuilder& step_;
    int next_;
    std::map<std::string, ClassId> byName_;
};

}  // namespace

bool addScene(Document& doc, const Scene& scene) {
    if (!doc.isLoaded()) return false;
    StepBuilder step(doc, Edit::tr("label scene"));
    ClassFinder classes(doc, step);
    int order = doc.nextOrder();
    for (const SceneSegment& segment : scene.segments) {
        if (segment.mask.empty()) continue;
        ObjectRecord object;
        object.item = doc.openItem();
        object.id = doc.reserveObjectId();
        object.cls = classes.find(segment.name);
        object.order = order++;
        step.set(object);
        LabelRecord row;
        row.item = object.item;
        row.frame = scene.frame;
        row.object = object.id;
        row.mask = segment.mask;
        row.prompt = Prompt{scene.frame, object.id, {}, {}, {}};
        row.provenance = Provenance::Model;
        row.score = segment.score;
        row.weightsId = scene.weightsId;
        step.set(row);
    }
    return step.apply();
}

}  // namespace fs2::edit
