// StreamingMemory: what a network remembers of the frames that it has seen (MODEL.md part A): a cache of
// the document, never a second truth. Every entry carries the mask that it came from; what no longer
// matches the document is dropped before it can condition anything. No torch in this header. Owned by a
// Segmenter, used on its thread.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "annotation/core/ids.h"
#include "annotation/core/mask.h"
#include "annotation/core/result.h"

namespace fs2 {

/// Who leaves the long store when it is full: the oldest; the one of least quality; the one of least
/// quality and novelty.
enum class MemoryPolicy { Fifo, Quality, Adaptive };
const char* policyName(MemoryPolicy policy);  ///< fifo, quality, adaptive
Result<MemoryPolicy> policyNamed(const std::string& name);

struct MemorySettings {
    int longEntries = 10;   ///< per object, 1 to 64; the pinned ones are among them
    int shortEntries = 5;   ///< per object, 1 to 64: the last written frames
    int writeEvery = 5;     ///< frames from one entry to the next, 1 to 100
    MemoryPolicy policy = MemoryPolicy::Adaptive;
    friend bool operator==(const MemorySettings&, const MemorySettings&) = default;
};

enum class RunDirection { Forward, Backward };

/// A mask that the document has.
struct KnownMask {
    FrameIndex frame;
    ObjectId object;
    Mask mask;
    bool confirmed = false;  ///< by a person: it pins
};

/// What the memory view shows of an entry.
struct MemoryEntryInfo {
    enum class Kind { Pinned, Short, Long };
    FrameIndex frame;
    ObjectId object;
    Kind kind = Kind::Short;
    std::int64_t bytes = 0;  ///< 0: a pin of which only frame and mask are kept (it is not among the nearest)
    float quality = 0;  ///< 0 to 1; 1 for what a person confirmed
    std::uint64_t maskHash = 0;
};

class StreamingMemory {
  public:
    virtual ~StreamingMemory() = default;
    /// Fewer entries take effect at once, by the policy. BadRequest outside the ranges.
    virtual Result<void> configure(const MemorySettings& settings) = 0;
    virtual MemorySettings settings() const = 0;

    /// Brings memory in step with the document: `known` is all that it has of the objects of the coming
    /// run. Entries that do not match are dropped, confirmed masks become pins. Returns the frames whose
    /// pins are to be remembered before a run from `at` on (Segmenter::remember), nearest to `at` first;
    /// at most longEntries of them for each object.
    virtual std::vector<FrameIndex> reconcile(const std::vector<KnownMask>& known, FrameIndex at) = 0;
    /// Drops what the model itself wrote about `objects` from `frame` on, in the direction of the run.
    /// Pins stay.
    virtual void truncate(const std::vector<ObjectId>& objects, FrameIndex frame, RunDirection direction) = 0;
    virtual void forget(ObjectId object) = 0;
    virtual void clear() = 0;
    /// Pins an entry, so that no policy evicts it; NotFound where there is none.
    virtual Result<void> pin(FrameIndex frame, ObjectId object) = 0;
    /// Takes an entry out (the memory view's "evict"); NotFound where there is none.
    virtual Result<void> evict(FrameIndex frame, ObjectId object) = 0;

    virtual std::vector<MemoryEntryInfo> entries() const = 0;
    virtual std::int64_t bytes() const = 0;

    /// The whole memory as bytes, and back: going on from a restored memory gives the same masks. restore()
    /// fails with Unreadable (damaged) or WrongModel (of other weights), and leaves memory as it was.
    virtual Result<std::string> save() const = 0;
    virtual Result<void> restore(const std::string& saved) = 0;
};

}  // namespace fs2
