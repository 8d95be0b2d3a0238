// Document: the truth about a project in memory: items, classes, and of the open item the objects and
// masks. Of the other items only a summary. It changes by apply(Step), undo() and redo() alone; the
// ready-made edits are in edits.h. The selection is here too, and is no part of the history. A tool's
// draft (clicks in flight, an open polygon) is not here. GUI thread; owned by the Session.
#pragma once
#include <QColor>
#include <QObject>

#include <functional>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "annotation/core/geometry.h"
#include "annotation/core/records.h"
#include "annotation/document/undo_stack.h"

namespace fs2 {

// What has changed. Views react to these and to nothing else.
struct ItemsAboutToChange {};                ///< before ItemsReset and ItemsRelisted: the list is still as it was
struct ItemsReset {};                        ///< another list of items: projects opened and closed
struct ItemsRelisted {};                     ///< the same project's: files appeared or vanished
struct ItemOpened { ItemId item; };          ///< another item is current, loaded or not; 0 = none
struct ItemLoaded { ItemId item; };          ///< the open item's objects are here: edits are possible
struct ItemChanged { ItemId item; };         ///< state, tags, note, size or count of objects
struct ClassesChanged {};
struct ObjectsChanged { ItemId item; };      ///< list, order, class, name, colour, hidden, locked
struct MasksChanged { ItemId item; FrameIndex frame; ObjectId object; Rect rect; };  ///< image pixels
struct SelectionChanged {};
struct HistoryChanged {};                    ///< canUndo, canRedo or their texts
using ChangeEvent = std::variant<ItemsAboutToChange, ItemsReset, ItemsRelisted, ItemOpened, ItemLoaded, ItemChanged, ClassesChanged,
                                 ObjectsChanged, MasksChanged, SelectionChanged, HistoryChanged>;

/// Who keeps a pixel that two objects want. Locked objects always keep theirs.
enum class OverlapRule { NewestWins, ExistingWins, Allow };
enum class ColourBy { Object, Class };

enum class ItemKind { Picture, Film, Folder };  ///< Folder: its pictures are the frames of a clip

struct ItemSummary {
    ItemRecord record;
    int objects = 0;
    bool missing = false;  ///< its file is not there
    ItemKind kind = ItemKind::Picture;
    std::string name = {};  ///< to show; empty = the path's last part
    bool isClip() const { return kind != ItemKind::Picture; }
};

class Document : public QObject {
    Q_OBJECT
  public:
    explicit Document(QObject* parent = nullptr);

    // Items, in list order.
    int itemCount() const { return int(items_.size()); }
    const ItemSummary& itemAt(int row) const { return items_[std::size_t(row)]; }
    int rowOf(ItemId item) const;                      ///< -1 where unknown
    const ItemSummary* item(ItemId item) const;        ///< null where unknown
    void resetItems(std::vector<ItemSummary> items, std::vector<ClassRecord> classes);
    /// Files came and went while the project is open. What appeared is put where it belongs by name, or is no
    /// longer missing. What vanished leaves the list if nothing is known about it; else it is missing.
    void relist(std::vector<ItemSummary> appeared, const std::vector<ItemId>& vanished);
    void setMissing(ItemId item, bool missing);
    /// Once decoded; not a step. `frames` of a clip; 0 = as it was.
    void setItemSize(ItemId item, int width, int height, int frames = 0);

    // The open item.
    ItemId openItem() const { return open_; }          ///< 0 = none
    bool isLoaded() const { return loaded_; }          ///< false: "loading", edits are refused
    void beginOpen(ItemId item);                       ///< clears objects and selection
    void finishOpen(ItemContent content);              ///< dropped if another item is open by now
    const std::vector<ObjectRecord>& objects() const { return objects_; }  ///< by rising order
    const ObjectRecord* object(ObjectId id) const;     ///< null where unknown
    const LabelRecord* label(ObjectId object, FrameIndex frame = {}) const;  ///< null where absent
    std::vector<const LabelRecord*> labels(FrameIndex frame = {}) const;     ///< by rising order
    std::vector<const LabelRecord*> labelsOf(ObjectId object) const;  ///< on all frames, by rising frame
    std::vector<const LabelRecord*> labelsOf(ObjectId object, FrameRange frames) const;
    /// The topmost object that is not hidden at an image pixel; 0 = none.
    ObjectId objectAt(int x, int y, FrameIndex frame = {}) const;
    /// A fresh id for an object that the next step will add. Ids are never used twice.
    ObjectId reserveObjectId();
    int nextOrder() const;

    // Classes that are not removed, by id.
    std::vector<ClassRecord> classes() const;
    const ClassRecord* classOf(ClassId id) const;      ///< null where unknown or removed
    ClassId nextClassId() const { return ClassId{int(classes_.size()) + 1}; }

    // Colours.
    QColor colourOf(ObjectId object) const;
    void setColourBy(ColourBy by);
    ColourBy colourBy() const { return colourBy_; }
    static QColor cycleColour(int index);              ///< colour-blind-safe cycle, index from 0

    // Selection: ids of the open item; the last one is the current object.
    const std::vector<ObjectId>& selection() const { return selection_; }
    ObjectId currentObject() const;                    ///< 0 = none
    bool isSelected(ObjectId id) const;
    void select(std::vector<ObjectId> ids);            ///< unknown ids are left out

    OverlapRule overlapRule() const { return overlap_; }
    void setOverlapRule(OverlapRule rule) { overlap_ = rule; }

    // History. UI calls Session::undo / redo, which also retire the requests in flight.
    /// Does the step and keeps it for undo. A step without changes is dropped: false.
    bool apply(Step step);
    /// False where there is nothing, or where the step's item is open and still loading. Objects that
    /// come back by it are selected.
    bool undo();
    bool redo();
    bool canUndo() const { return history_.canUndo(); }
    bool canRedo() const { return history_.canRedo(); }
    QString undoText() const { return history_.undoText(); }
    QString redoText() const { return history_.redoText(); }
    UndoStack& history() { return history_; }

  Q_SIGNALS:
    void changed(const fs2::ChangeEvent& event);
    /// Rows as they are to be written to the store, by apply, undo, redo and bookkeeping alike.
    void rowsChanged(const std::vector<fs2::Change>& changes);

  private:
    using LabelKey = std::pair<ObjectId, FrameIndex>;
    using Changes = std::vector<Change>;
    bool replay(const Step& step, bool backwards);
    void swapRows(const Changes& changes);
    Change swapRow(const RowChange<ItemRecord>& change);
    Change swapRow(const RowChange<ClassRecord>& change);
    Change swapRow(const RowChange<ObjectRecord>& change);
    Change swapRow(const RowChange<LabelRecord>& change);
    void notify(const Changes& changes);
    void indexRows();
    std::unordered_set<ItemId> droppable(const std::vector<ItemId>& vanished) const;
    void keepFacts(ItemId item, const std::function<void(ItemRecord&)>& set);

    std::vector<ItemSummary> items_;
    std::unordered_map<ItemId, int> rows_;
    std::vector<ClassRecord> classes_;  ///< id = index + 1, the removed ones too
    ItemId open_;
    bool loaded_ = false;
    std::vector<ObjectRecord> objects_;
    std::map<LabelKey, LabelRecord> labels_;
    std::vector<ObjectId> selection_;
    OverlapRule overlap_ = OverlapRule::NewestWins;
    ColourBy colourBy_ = ColourBy::Object;
    UndoStack history_;
};

}  // namespace fs2
