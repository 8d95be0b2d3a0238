// Frame: one decoded picture, shared and never written after creation. Any thread may hold one.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "annotation/core/ids.h"

namespace fs2 {

/// RGBX8888, rows padded to 64 bytes, EXIF-upright. Where the photo is larger than 64 megapixels the
/// pixels are a proxy: `width x height` is then smaller than `fullWidth x fullHeight`, and prompts,
/// masks and exports stay in full pixels.
struct FrameData {
    int width = 0;
    int height = 0;
    int stride = 0;  ///< bytes per row, a multiple of 64
    int fullWidth = 0;
    int fullHeight = 0;
    FrameIndex index;
    std::int64_t source = 0;  ///< unique per decoded picture in this process: the key of feature caches
    std::vector<std::uint8_t> pixels;  ///< stride * height bytes: R, G, B, 255

    const std::uint8_t* row(int y) const { return pixels.data() + std::size_t(y) * std::size_t(stride); }
    std::size_t bytes() const { return pixels.size(); }
};
using Frame = std::shared_ptr<const FrameData>;

/// A new picture of this size, all pixels 0 and X 255, with a fresh `source`; fill it, then share it.
std::shared_ptr<FrameData> makeFrame(int width, int height);

}  // namespace fs2
