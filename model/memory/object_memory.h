// ObjectMemory: what is remembered of one object: its pins, the short store and the long one. A
// value; no torch. One thread.
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "model/memory/memory_policy.h"

namespace fs2 {

class ObjectMemory {
  public:
    /// Pins an entry; it takes the place of whatever that frame had. One with an empty mask
    /// conditions nothing and is kept as a frame and a mask only.
    void remember(MemoryEntry entry, const MemorySettings& settings, FrameIndex at);
    /// An entry of the model's own into the short store; whom that pushes out is offered to the
    /// long one. Nothing where the frame is pinned.
    void write(MemoryEntry entry, const MemorySettings& settings);
    /// The run's latest mask, which leads on the neighbouring frame.
    void setLast(MemoryEntry last) { last_ = std::move(last); }

    bool pin(FrameIndex frame, const MemorySettings& settings,
             FrameIndex at);       ///< false: no such entry
    bool evict(FrameIndex frame);  ///< false: no such entry
    void truncate(FrameIndex frame, RunDirection direction);
    /// Drops what came from other masks than those that the document has; its confirmed ones become
    /// pins.
    void match(const std::map<FrameIndex, KnownMask>& known, const MemorySettings& settings,
               FrameIndex at);
    /// Down to the capacity: of the pins the nearest to `at` stay held, the rest leave by the
    /// policy.
    void fit(const MemorySettings& settings, FrameIndex at);

    /// Pins to be written before a run from `at` on: those not held among the `most` nearest.
    std::vector<FrameIndex> lacking(int most, FrameIndex at) const;
    /// All that conditions, by frame.
    std::vector<const MemoryEntry*> held() const;
    /// The mask on the frame before or after, which leads: the run's latest, else a pin's. Null for
    /// none.
    const MemoryEntry* neighbour(FrameIndex frame) const;

    const std::vector<MemoryEntry>& pins() const { return pins_; }         ///< by frame
    const std::vector<MemoryEntry>& shortStore() const { return short_; }  ///< the oldest first
    const std::vector<MemoryEntry>& longStore() const { return long_; }    ///< the oldest first
    const std::optional<MemoryEntry>& last() const { return last_; }
    /// As restored; fit() it afterwards.
    void assign(std::vector<MemoryEntry> pins, std::vector<MemoryEntry> shortStore,
                std::vector<MemoryEntry> longStore, std::optional<MemoryEntry> last);

  private:
    MemoryEntry* pinAt(FrameIndex frame);
    std::optional<MemoryEntry> take(FrameIndex frame);  ///< out of the short or the long store
    void addPin(MemoryEntry entry);
    void offer(MemoryEntry entry, const MemorySettings& settings);
    std::size_t heldPins() const;
    std::size_t room(const MemorySettings& settings) const;  ///< of the long store, beside the pins

    std::vector<MemoryEntry> pins_, short_, long_;
    std::optional<MemoryEntry> last_;
};

}  // namespace fs2
