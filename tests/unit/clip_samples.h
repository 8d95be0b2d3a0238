// The clip that formats are tested with: masks with holes and several parts, an object that leaves and
// returns, one that starts late, one without a mask, one empty frame, an odd size. No two overlap.
#pragma once
#include <string>
#include <vector>

#include "annotation/formats/clip_labels.h"

namespace fs2::sample {

inline constexpr int kWidth = 53, kHeight = 37, kFrames = 10, kEmptyFrame = 5;

inline Mask bitmap(int width, int height, auto inside) {
    std::vector<std::uint8_t> bytes;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) bytes.push_back(inside(x, y) ? 1 : 0);
    }
    return Mask::fromBitmap(bytes.data(), width, height, width);
}

/// A ring and a dot, which move to the right.
inline Mask ring(int frame) {
    return bitmap(kWidth, kHeight, [&](int x, int y) {
        const int dx = x - 9 - frame, dy = y - 10;
        const int far = dx * dx + dy * dy;
        return (far <= 36 && far >= 9) || (x == 2 && y >= 1 && y <= 3);
    });
}
/// Stripes along the lower edge: a hole over the corner, pixels that touch at a corner only.
inline Mask stripes(int frame) {
    return bitmap(kWidth, kHeight,
                  [&](int x, int y) { return y > 27 && (x + y + frame) % 3 == 0 && x > 1 + frame; });
}
inline Mask block(int frame) {
    return bitmap(kWidth, kHeight,
                  [&](int x, int y) { return x >= 40 + frame % 3 && y >= 3 && y <= 20; });
}

inline ClipLabels clip() {
    ClipLabels clip{.name = "sample",
                    .width = kWidth,
                    .height = kHeight,
                    .frames = kFrames,
                    .firstNumber = 0,
                    .seconds = {},
                    .files = {},
                    .categories = {{"car", "vehicle"}, {"person", ""}},
                    .objects = {}};
    clip.objects = {{3, "late", 1, {}}, {1, "ring", 0, {}}, {2, "leaves and returns", 1, {}},
                    {4, "never seen", 0, {}}};
    for (int frame = 0; frame < kFrames; ++frame) {
        if (frame == kEmptyFrame) continue;
        if (frame >= 4) clip.objects[0].labels.push_back({frame, block(frame), .5, false});
        clip.objects[1].labels.push_back({frame, ring(frame), .75, false});
        const bool away = frame == 3 || frame == 4;
        clip.objects[2].labels.push_back(
            {frame, away ? Mask::blank(kWidth, kHeight) : stripes(frame), .25, away});
    }
    return clip;
}

}  // namespace fs2::sample
