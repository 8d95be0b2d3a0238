// UndoStack: the history of a Document as swaps of rows. A step holds each row before and after (masks
// are shared handles), so undo and redo are the same swap. Bounded by bytes: the oldest steps fall
// off; no bound by count. GUI thread; owned by the Document.
#pragma once
#include <QString>

#include <cstddef>
#include <deque>
#include <unordered_set>
#include <vector>

#include "annotation/core/records.h"

namespace fs2 {

/// One user action or one answer of the model.
struct Step {
    QString text;  ///< what it did, translated: "Undo <text>"
    ItemId item;   ///< the item it changed; 0 = classes or several items
    std::vector<Change> changes;
    std::size_t bytes() const;  ///< memory that keeping it costs (an upper bound: masks may be shared)
};

/// The change that takes `change` back.
Change inverse(const Change& change);

class UndoStack {
  public:
    explicit UndoStack(std::size_t byteLimit = 256u << 20) : limit_(byteLimit) {}

    /// A new step; what could be redone is forgotten. The newest step is kept whatever its size.
    void push(Step step);
    bool canUndo() const { return done_ > 0; }
    bool canRedo() const { return done_ < steps_.size(); }
    QString undoText() const { return canUndo() ? steps_[done_ - 1].text : QString(); }
    QString redoText() const { return canRedo() ? steps_[done_].text : QString(); }
    /// The step to take back or to repeat: the caller swaps its rows and steps. Only where canUndo
    /// (canRedo).
    const Step& nextUndo() const { return steps_[done_ - 1]; }
    const Step& nextRedo() const { return steps_[done_]; }
    void stepBack() { --done_; }
    void stepForward() { ++done_; }
    void clear();
    std::unordered_set<ItemId> items() const;  ///< that a step would change
    std::size_t bytes() const { return bytes_; }
    std::size_t count() const { return steps_.size(); }
    void setByteLimit(std::size_t bytes);

  private:
    void trim();
    std::deque<Step> steps_;
    std::size_t done_ = 0;  ///< steps below are done, the others undone
    std::size_t bytes_ = 0;
    std::size_t limit_;
};

}  // namespace fs2
