// Edits: every user action on a Document as one undo step. Each returns whether something changed: false
// (and no step) where the item is still loading, an object is unknown or locked, or nothing differs.
// They act on the open item unless they name items. An edit of a New item makes it Work, in the same
// step. GUI thread.
#pragma once
#include <QString>
#include <QStringList>

#include <utility>
#include <vector>

#include "annotation/core/prediction.h"
#include "annotation/document/document.h"

namespace fs2::edit {

using Ids = std::vector<ObjectId>;

// Masks. The overlap rule is applied inside the same step, and what the others lose is in it too. A draft
// may overlap until it is accepted: a first answer that is too large must not eat the neighbours.
/// A model's answer: the mask and the prompt that led to it; adds the object where it is new (class
/// `cls`) and leaves it an unconfirmed draft (a confirmed object stays confirmed), unless `confirmed`: so
/// is a correction of what a run made.
bool setAnswer(Document& doc, const Prompt& prompt, const Prediction& answer, ClassId cls = {},
               bool confirmed = false);
/// A mask made by hand (brush, polygon, clean-up …); `text` names the action for undo. Confirmed. The
/// object's prompt is cleared, for its clicks no longer say how the mask came. Adds the object where it
/// is new. An empty mask removes the label, and the object with its last label.
bool setMask(Document& doc, ObjectId object, const Mask& mask, const QString& text, ClassId cls = {},
             FrameIndex frame = {});
/// The same for several objects in one step; unknown and locked ones are left out.
bool setMasks(Document& doc, const std::vector<std::pair<ObjectId, Mask>>& masks, const QString& text,
              FrameIndex frame = {});
/// Another reading of the same prompt (part, whole, more): the prompt stays.
bool setAlternative(Document& doc, ObjectId object, const Mask& mask, float score, FrameIndex frame = {});
/// What a model saw in the whole picture, as drafts on top of the others; classes are found by name or added.
bool addScene(Document& doc, const Scene& scene);
/// Drafts on that frame become human-confirmed.
bool accept(Document& doc, const Ids& objects, FrameIndex frame = {});
/// Removes the unconfirmed ones on that frame.
bool dropDrafts(Document& doc, const Ids& objects, FrameIndex frame = {});

// Ranges of a clip.
/// What a run has made, on frames and objects where no person said anything else; `seeds`, the drafts that it
/// began with, become confirmed.
bool addRun(Document& doc, const std::vector<LabelRecord>& labels,
            const std::vector<std::pair<ObjectId, FrameIndex>>& seeds);
/// Absent or Occluded: confirmed, in place of what is there.
bool markState(Document& doc, const Ids& objects, FrameRange frames, LabelState state);
/// What a run made becomes confirmed, but keeps its provenance.
bool acceptRange(Document& doc, const Ids& objects, FrameRange frames);
/// Removes what no person made.
bool clearRange(Document& doc, const Ids& objects, FrameRange frames);

// Objects.
bool remove(Document& doc, const Ids& objects);
/// Unites them into the first one of `objects`, which keeps its class and name.
bool merge(Document& doc, const Ids& objects);
/// The connected parts of each object (8-neighbourhood) become objects of their own; the largest stays.
bool split(Document& doc, const Ids& objects, FrameIndex frame = {});
bool setClass(Document& doc, const Ids& objects, ClassId cls);
bool setColour(Document& doc, const Ids& objects, std::uint32_t rgb);  ///< or kNoColour
bool setHidden(Document& doc, const Ids& objects, bool hidden);        ///< also of locked ones
bool setLocked(Document& doc, const Ids& objects, bool locked);
bool rename(Document& doc, ObjectId object, const QString& name);
/// Moves the objects, in their order, so that the first of them gets the place `row` of the list that
/// is left without them.
bool reorder(Document& doc, const Ids& objects, int row);
/// Copies with fresh ids, on top of the others, selected; drafts until accepted. Masks of another
/// picture size are cut or padded at the right and bottom. `dx`, `dy`: whole pixels.
struct Clip {
    std::vector<ObjectRecord> objects;
    std::vector<LabelRecord> labels;
    bool empty() const { return objects.empty(); }
};
Clip copy(const Document& doc, const Ids& objects, FrameIndex frame = {});
bool paste(Document& doc, const Clip& clip, int dx = 0, int dy = 0, FrameIndex frame = {});
bool duplicate(Document& doc, const Ids& objects, int dx = 0, int dy = 0, FrameIndex frame = {});

// Items; any items, open or not.
bool setState(Document& doc, const std::vector<ItemId>& items, ItemState state);
bool setSkipped(Document& doc, const std::vector<ItemId>& items, bool skipped);
bool setTags(Document& doc, const std::vector<ItemId>& items, const QStringList& tags);
bool setNote(Document& doc, ItemId item, const QString& note);

// Classes.
/// A new class with the next colour of the cycle and the first free digit; 0 where the name is empty
/// or taken.
ClassId addClass(Document& doc, const QString& name);
bool renameClass(Document& doc, ClassId cls, const QString& name);  ///< false where the name is taken
bool setClassColour(Document& doc, ClassId cls, std::uint32_t rgb);
bool setClassKey(Document& doc, ClassId cls, int key);  ///< 0 to 9; the former owner loses the digit
bool removeClass(Document& doc, ClassId cls);           ///< its objects count as having none

}  // namespace fs2::edit
