// Decodes JPEG and PNG from memory, and writes PNG: photos as RGB8, label pictures as 16-bit ids.
// Functions without state; any thread. Errors: Unreadable with the reason (the caller adds the file).
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

/// RGB, three bytes a pixel, rows without padding.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;
};

/// One id a pixel: a grey PNG's value (8 or 16 bit) or an indexed PNG's index, never its colour.
struct LabelPicture {
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> ids;
};

/// Photos larger than this many pixels are refused.
constexpr std::int64_t kMaxPicturePixels = std::int64_t(1) << 28;

/// JPEG (grey and CMYK too) or PNG (any depth; transparency is dropped), told apart by first bytes.
Result<Picture> decodePicture(std::span<const std::uint8_t> file);
/// PNG with one channel of 1, 2, 4, 8 or 16 bits, or indexed.
Result<LabelPicture> decodeLabels(std::span<const std::uint8_t> file);
/// The whole file, NotFound or Unreadable with its name otherwise.
Result<std::vector<std::uint8_t>> readFile(const std::string& path);

/// A grey 8-bit PNG where every id is below 256, else 16-bit.
std::vector<std::uint8_t> encodeLabels(const LabelPicture& labels);
/// An RGB PNG.
std::vector<std::uint8_t> encodePicture(const Picture& picture);

/// The same photo with its long side at most `side`: each pixel is the mean of what it covers.
Picture shrunk(const Picture& picture, int side);
/// The same ids with the long side at most `side`: nearest pixel.
LabelPicture shrunk(const LabelPicture& labels, int side);

}  // namespace fs2
