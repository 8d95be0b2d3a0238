// JPEG files straight into a frame's rows, at 1/8 .. 8/8 of their size. Internal to media.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "annotation/core/result.h"

namespace fs2 {

/// RGBX rows of `stride` bytes; `width` and `height` must be jpegScaled() of the stored size.
struct PixelRows {
    std::uint8_t* data = nullptr;
    int width = 0;
    int height = 0;
    int stride = 0;
};

/// A side at `eighths` eighths of its size, as libjpeg rounds it.
inline int jpegScaled(int side, int eighths) { return int((std::int64_t(side) * eighths + 7) / 8); }

/// Unreadable for a damaged or truncated file; the detail has no file name.
Result<void> decodeJpeg(std::string_view bytes, int eighths, const PixelRows& to);

}  // namespace fs2
