// Who leaves an object's long store, and who is not let in (MODEL.md part A). Pure functions; any
// thread.
#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "annotation/core/ids.h"
#include "annotation/core/mask.h"
#include "model/streaming_memory.h"

namespace fs2 {

struct MemoryTensors;  // memory_bank.h; the rooms without torch only hand it on

/// What is remembered of one object on one frame. A copy is a few handles.
struct MemoryEntry {
    FrameIndex frame;
    Mask mask;                        ///< that it came from
    float quality = 1;                ///< 0 to 1
    std::vector<float> pointer = {};  ///< for the policy `adaptive`; may be empty
    std::shared_ptr<const MemoryTensors> tensors = nullptr;  ///< null in a double
    bool held = true;  ///< false: a pin of which only frame and mask are kept
};

/// What a newcomer adds, in units of quality, where no other entry looks like it.
constexpr float kNoveltyWeight = .5f;

/// Cosine; 0 where one of them is empty or null.
float pointerCosine(const std::vector<float>& a, const std::vector<float>& b);
/// Place in `store` (not empty; the oldest first) of the one that leaves. `others` are entries that
/// stay whatever happens (pins): they count for novelty. Equal ones: the oldest leaves.
std::size_t leaves(MemoryPolicy policy, const std::vector<MemoryEntry>& store,
                   const std::vector<MemoryEntry>& others);
/// True where `adaptive` does not let an entry of this quality in: it is below half the median of
/// `others`, the qualities of the object's entries that the model wrote.
bool refuses(MemoryPolicy policy, float quality, std::vector<float> others);

}  // namespace fs2
