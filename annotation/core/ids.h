// Identifiers that cross folders: one-integer structs, so that a frame number is never an object.
// Values; any thread.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>

namespace fs2 {

/// Frame of an item, numbered from 0 in presentation order; 0 for a still image.
struct FrameIndex {
    int value = 0;
    friend auto operator<=>(const FrameIndex&, const FrameIndex&) = default;
};
/// Frames from `first` to `last`, both in it; empty where last lies before first.
struct FrameRange {
    FrameIndex first;
    FrameIndex last{-1};
    int count() const { return last.value < first.value ? 0 : last.value - first.value + 1; }
    bool empty() const { return count() == 0; }
    bool contains(FrameIndex frame) const { return frame >= first && frame <= last; }
    friend bool operator==(const FrameRange&, const FrameRange&) = default;
};
/// Object of an item; unique within its item and never used again. 0 = none.
struct ObjectId {
    int value = 0;
    friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};
/// Media item (image, clip) of a project. 0 = none.
struct ItemId {
    std::int64_t value = 0;
    friend auto operator<=>(const ItemId&, const ItemId&) = default;
};
/// Class of the project's schema, from 1. 0 = no class yet.
struct ClassId {
    int value = 0;
    friend auto operator<=>(const ClassId&, const ClassId&) = default;
};
/// One request to a worker; grows by one with each request of a session.
struct JobId {
    std::int64_t value = 0;
    friend auto operator<=>(const JobId&, const JobId&) = default;
};

}  // namespace fs2

#define FS2_HASH_ID(T)                                                             \
    template <>                                                                    \
    struct std::hash<T> {                                                          \
        std::size_t operator()(const T& id) const noexcept {                       \
            return std::hash<decltype(id.value)>{}(id.value);                      \
        }                                                                          \
    };
FS2_HASH_ID(fs2::FrameIndex)
FS2_HASH_ID(fs2::ObjectId)
FS2_HASH_ID(fs2::ItemId)
FS2_HASH_ID(fs2::ClassId)
FS2_HASH_ID(fs2::JobId)
#undef FS2_HASH_ID
