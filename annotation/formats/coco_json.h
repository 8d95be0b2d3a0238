// The parts of COCO's JSON that the reader and the checker share. Internal to formats.
#pragma once
#include <cstdint>
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

/// Polygons, compressed or uncompressed RLE as a mask of the picture's size. Parts of fewer than three
/// corners are left out. The error's detail says what is wrong, without the place.
Result<Mask> maskOf(const nlohmann::json& segmentation, int width, int height);

}  // namespace fs2::coco
