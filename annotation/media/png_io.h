// PNG files through libpng, where colours must stay numbers. Written whole to a temporary name and
// renamed; errors name the file. Any thread.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/id_image.h"
#include "annotation/core/result.h"

namespace fs2 {

/// R, G, B of the 256 colours of the bit-shift map of Pascal VOC and DAVIS: 1 = 128,0,0; 2 = 0,128,0 …
const std::array<std::uint8_t, 768>& vocPalette();

/// Ids of an indexed or grey PNG of 1 to 16 bits: palette places, never colours.
Result<IdImage> readIdImage(const std::string& path);
/// The same from a file's bytes; `name` stands in the errors.
Result<IdImage> parseIdImage(std::string_view bytes, const std::string& name);

/// 0 and 255, one channel.
Result<void> writeMaskPng(const std::string& path, const Mask& mask);
/// 8 bits with the bit-shift palette of Pascal VOC and DAVIS where all ids fit, else 16-bit grey.
Result<void> writeIdPng(const std::string& path, const IdImage& image);
/// Grey with 8 or 16 bits; the ids fit.
Result<void> writeGreyPng(const std::string& path, const IdImage& image, int bits);
/// As bytes of a file, grey (8 bits where all ids fit, else 16).
Result<std::vector<std::uint8_t>> encodeIdPng(const IdImage& image);
/// RGB rows of 3 * width bytes.
Result<void> writeRgbPng(const std::string& path, const std::vector<std::uint8_t>& rgb, int width,
                         int height);
/// RGBA rows of 4 * width bytes.
Result<void> writeRgbaPng(const std::string& path, const std::vector<std::uint8_t>& rgba, int width,
                          int height);

}  // namespace fs2
