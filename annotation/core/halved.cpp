#include "annotation/core/halved.h"

#include <algorithm>
#include <cstring>

namespace fs2 {
namespace {

// Means of the four bytes of two pixels, rounded up and down: in turn, so that halving keeps brightness.
std::uint32_t meanUp(std::uint32_t a, std::uint32_t b) {
    return (a | b) - (((a ^ b) & 0xfefefefeu) >> 1);
}
std::uint32_t meanDown(std::uint32_t a, std::uint32_t b) {
    return (a & b) + (((a ^ b) & 0xfefefefeu) >> 1);
}

}  // namespace

Frame halved(const FrameData& whole) {
    auto half = makeFrame((whole.width + 1) / 2, (whole.height + 1) / 2);
    half->fullWidth = whole.fullWidth;
    half->fullHeight = whole.fullHeight;
    half->index = whole.index;
    const int pairs = whole.width / 2;
    for (int y = 0; y < half->height; ++y) {
        const std::uint8_t* upper = whole.row(2 * y);
        const std::uint8_t* lower = whole.row(std::min(2 * y + 1, whole.height - 1));
        std::uint8_t* out = half->pixels.data() + std::size_t(y) * std::size_t(half->stride);
        for (int x = 0; x < half->width; ++x) {
            std::uint32_t a[2];
            std::uint32_t b[2];
            const std::size_t bytes = x < pairs ? 8 : 4;
            std::memcpy(a, upper + 8 * x, bytes);
            std::memcpy(b, lower + 8 * x, bytes);
            if (x >= pairs) {
                a[1] = a[0];
                b[1] = b[0];
            }
            const std::uint32_t mean = meanDown(meanUp(a[0], b[0]), meanUp(a[1], b[1]));
            std::memcpy(out + 4 * x, &mean, 4);
        }
    }
    return half;
}

}  // namespace fs2
