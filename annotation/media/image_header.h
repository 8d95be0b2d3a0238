// What a picture file says about itself, read from its first bytes without decoding. Any thread.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "annotation/core/result.h"

namespace fs2 {

enum class ImageKind { Jpeg, Png, Tiff, Bmp, WebP };

struct ImageInfo {
    ImageKind kind = ImageKind::Jpeg;
    int storedWidth = 0;  ///< as the file keeps it
    int storedHeight = 0;
    int orientation = 1;  ///< EXIF, 1 to 8; 5 to 8 swap the sides
    int components = 0;   ///< of a JPEG: 1 grey, 3 colours, 4 inks; 0 = not said here
    int width() const { return orientation >= 5 ? storedHeight : storedWidth; }  ///< upright
    int height() const { return orientation >= 5 ? storedWidth : storedHeight; }
};

/// Unreadable for damaged headers, Unsupported for a kind that is not read; the detail has no file name.
Result<ImageInfo> imageInfo(std::span<const std::uint8_t> bytes);
/// NotFound, Unreadable or Unsupported, naming the file.
Result<ImageInfo> imageInfo(const std::string& path);

}  // namespace fs2
