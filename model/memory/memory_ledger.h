// MemoryLedger: the books of the streaming memory: which frames each object remembers, from which
// masks, and who leaves. What a network keeps of a frame is a handle that it passes on
// (memory_bank.h), so that the doubles without torch keep the same books. Owned by a Segmenter; one
// thread.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "model/memory/memory_bytes.h"
#include "model/memory/object_memory.h"

namespace fs2 {

class MemoryLedger : public StreamingMemory {
  public:
    explicit MemoryLedger(std::string weightsId) : weightsId_(std::move(weightsId)) {}

    Result<void> configure(const MemorySettings& settings) override;
    MemorySettings settings() const override { return settings_; }
    /// An object that `known` does not name sleeps: its entries are kept, but it is as unknown
    /// until a later call names it. To remember() something of it makes it start anew.
    std::vector<FrameIndex> reconcile(const std::vector<KnownMask>& known, FrameIndex at) override;
    void truncate(const std::vector<ObjectId>& objects, FrameIndex frame,
                  RunDirection direction) override;
    void forget(ObjectId object) override { objects_.erase(object); }
    void clear() override { objects_.clear(); }
    Result<void> pin(FrameIndex frame, ObjectId object) override;
    Result<void> evict(FrameIndex frame, ObjectId object) override;
    std::vector<MemoryEntryInfo> entries() const override;
    std::int64_t bytes() const override;
    Result<std::string> save() const override;
    Result<void> restore(const std::string& saved) override;

    /// What conditions the object's next mask; null where it is asleep or nothing is held of it.
    const ObjectMemory* find(ObjectId object) const;
    /// NotFound naming the object, where memory knows nothing of it.
    Result<void> knows(const std::vector<ObjectId>& objects) const;
    /// Frames whose masks the model writes. The same for all objects and both directions, so that
    /// objects share keys, and mostly choose the same entries.
    bool due(FrameIndex frame) const { return frame.value % settings_.writeEvery == 0; }

    struct Written {
        ObjectId object;
        MemoryEntry entry;
    };
    /// All or nothing: an exception leaves memory as it was.
    void remember(std::vector<Written> pins);
    struct Stepped {
        ObjectId object;
        MemoryEntry last;
        std::optional<MemoryEntry> entry;  ///< where one is due
    };
    void commit(FrameIndex frame, std::vector<Stepped> steps);

  protected:
    using Tensors = std::shared_ptr<const MemoryTensors>;
    /// For networks: bytes of tensors (what several share counts once), and the tensors to bytes
    /// and back.
    virtual std::int64_t tensorBytes(const std::vector<Tensors>&) const { return 0; }
    virtual void pack(const std::vector<Tensors>&, ByteWriter&) const {}
    virtual std::vector<Tensors> unpack(ByteReader&) const { return {}; }
    /// Whether a restored entry, or a run's latest mask, can be read with these.
    virtual bool usable(const Tensors& tensors, bool /*last*/) const { return !tensors; }

    /// Of all entries on a frame, asleep or not.
    std::vector<Tensors> tensorsOf(FrameIndex frame) const;

  private:
    struct Book {
        ObjectMemory memory;
        bool asleep = false;
    };
    std::vector<Tensors> allTensors() const;
    Book readBook(ByteReader& in, const std::vector<Tensors>& table) const;
    MemoryEntry readEntry(ByteReader& in, const std::vector<Tensors>& table, bool last) const;

    std::string weightsId_;
    MemorySettings settings_;
    FrameIndex at_;  ///< where the run is: of the pins the nearest are held
    std::map<ObjectId, Book> objects_;
};

/// BadRequest where a mask is null, of another size than the picture or of another frame.
Result<void> checkKnown(const FrameData& frame, const std::vector<KnownMask>& masks);

}  // namespace fs2
