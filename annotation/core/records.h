// Records: the rows of a project, shared by the Document (in memory) and the ProjectStore (on disk).
// Values; any thread. Text is UTF-8; colours are 0xRRGGBB.
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "annotation/core/ids.h"
#include "annotation/core/mask.h"
#include "annotation/core/prompt.h"

namespace fs2 {

enum class ItemState { New, Work, Done, Review };
/// Who made a mask: a person (drawn or prompted on that very frame), a model run, an import.
enum class Provenance { Human, Model, Import };
/// Whether an object is seen on a frame: out of the picture, or there but covered wholly (no mask then).
enum class LabelState { Seen, Absent, Occluded };
/// What makes a mask of a run doubtful.
enum class DoubtCause { None, LowScore, Disagreement, AreaJump, IdentitySwap, UnsurePresence };

constexpr std::uint32_t kNoColour = 0xFFFFFFFFu;  ///< "by its class or by the cycle"

struct ItemRecord {
    ItemId id;
    std::string path;  ///< relative to the project's folder, with '/'; absolute where outside it
    ItemState state = ItemState::New;
    bool skipped = false;
    std::vector<std::string> tags;
    std::string note;
    int width = 0;       ///< full pixels, upright; 0 until the picture was opened once
    int height = 0;
    int nextObject = 1;  ///< ids below were used
    int frames = 0;      ///< of a clip, once it was opened; 0 for pictures
    friend bool operator==(const ItemRecord&, const ItemRecord&) = default;
};

/// A removed class keeps its row, so that its id is never used again and undo finds it.
struct ClassRecord {
    ClassId id;
    std::string name;
    std::uint32_t colour = 0;
    int key = 0;  ///< 1 to 9: its digit; 0 = none
    bool removed = false;
    friend bool operator==(const ClassRecord&, const ClassRecord&) = default;
};

struct ObjectRecord {
    ItemId item;
    ObjectId id;
    ClassId cls;  ///< a removed class counts as none
    std::string name;
    std::uint32_t colour = kNoColour;
    bool hidden = false;
    bool locked = false;
    int order = 0;  ///< the list and the painting go by rising order; the last is on top
    friend bool operator==(const ObjectRecord&, const ObjectRecord&) = default;
};

/// What an object is on one frame.
struct LabelRecord {
    ItemId item;
    FrameIndex frame;
    ObjectId object;
    Mask mask;
    Prompt prompt;  ///< the clicks and the box that led to the mask: selecting it goes on refining
    Provenance provenance = Provenance::Human;
    bool confirmed = false;  ///< accepted by a person; until then the mask is a draft
    float score = 0;         ///< the model's predicted IoU; 0 for what was drawn
    std::string weightsId;   ///< of the model that made it; empty for what was drawn
    LabelState state = LabelState::Seen;  ///< else the mask is all zeros
    float doubt = 0;         ///< of a run's mask, 0 to 1; 0 for what a person made
    DoubtCause cause = DoubtCause::None;  ///< of the doubt
    friend bool operator==(const LabelRecord&, const LabelRecord&) = default;
};

/// Drawn, prompted or accepted by a person (a draft counts too): no run overwrites it.
inline bool isHeld(const LabelRecord& label) {
    return label.confirmed || label.provenance == Provenance::Human;
}

/// Everything about one item.
struct ItemContent {
    ItemRecord item;
    std::vector<ObjectRecord> objects;
    std::vector<LabelRecord> labels;
};

/// One row before and after; the same key in both. An absent side = the row is not there.
template <class Record>
struct RowChange {
    bool hadBefore = false;
    bool hasAfter = false;
    Record before{};
    Record after{};
};
using Change = std::variant<RowChange<ItemRecord>, RowChange<ClassRecord>, RowChange<ObjectRecord>,
                            RowChange<LabelRecord>>;

}  // namespace fs2
