// Masks and entries for the tests of memory.
#pragma once
#include <random>

#include "annotation/core/mask_ops.h"
#include "model/memory/memory_ledger.h"

namespace fs2 {

/// A rectangle of the picture 60 x 40.
inline Mask rectangle(int x, int y, int width = 12, int height = 9) {
    const double left = x, top = y;
    return fromPolygon(
        60, 40,
        {{left, top}, {left + width, top}, {left + width, top + height}, {left, top + height}});
}

inline MemoryEntry entryOf(int frame, const Mask& mask, float quality = .9f,
                           std::vector<float> pointer = {}) {
    return {FrameIndex{frame}, mask, quality, std::move(pointer)};
}

inline KnownMask known(int frame, int object, const Mask& mask, bool confirmed = true) {
    return {FrameIndex{frame}, ObjectId{object}, mask, confirmed};
}

inline std::vector<int> framesOf(const std::vector<MemoryEntry>& store) {
    std::vector<int> frames;
    for (const auto& e : store) frames.push_back(e.frame.value);
    return frames;
}

}  // namespace fs2
