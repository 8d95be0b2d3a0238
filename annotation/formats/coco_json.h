// The parts of COCO's JSON that the reader and the checker share. Internal to formats.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "annotation/core/mask.h"
#include "annotation/core/result.h"

namespace fs2::coco {

/// Larger pictures are taken for damage: they would only cost memory.
inline constexpr std::int64_t kMostSide = 1 << 17;
inline constexpr std::int64_t kMostPixels = std::int64_t(1) << 31;

/// A whole number, also when written as 3.0; nothing otherwise.
std::optional<std::int64_t> integer(const nlohmann::json& value);
/// The member, or null.
const nlohmann::json& member(const nlohmann::json& object, const char* name);

/// What is wrong and where in the file: thrown by the readers, caught at their doors.
struct Fault {
    std::string place;  ///< may be empty
    std::string reason;
};
/// NAME: PLACE: REASON.
Error errorOf(const Fault& fault, const std::string& name);

/// Calls `take(entry, "NAME[i]")` for each object of the list; throws a Fault where there is none (a missing
/// list is none where it is not `needed`).
using TakeEntry = std::function<void(const nlohmann::json& entry, const std::string& at)>;
void forEachEntry(const nlohmann::json& root, const char* name, bool needed, const TakeEntry& take);

/// Members of the entry `at`; throw a Fault where they are missing or wrong.
std::int64_t number(const nlohmann::json& entry, const char* name, const std::string& at);
std::string text(const nlohmann::json& entry, const char* name, const std::string& at);
/// "width" and "height", as a picture may have them.
struct PictureSize {
    int width = 0;
    int height = 0;
};
PictureSize pictureSize(const nlohmann::json& entry, const std::string& at);

/// Polygons, compressed or uncompressed RLE as a mask of the picture's size. Parts of fewer than three
/// corners are left out. The error's detail says what is wrong, without the place.
Result<Mask> maskOf(const nlohmann::json& segmentation, int width, int height);

}  // namespace fs2::coco
