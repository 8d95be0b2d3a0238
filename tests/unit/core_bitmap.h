// Plain pictures for the tests of masks: one byte a pixel, the slow and obvious way.
#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "annotation/core/mask.h"

namespace fs2::test {

struct Bitmap {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;

    Bitmap(int w, int h) : width(w), height(h), pixels(std::size_t(w) * std::size_t(h)) {}
    explicit Bitmap(const Mask& mask)
        : width(mask.width()), height(mask.height()), pixels(mask.toBitmap()) {}
    std::uint8_t& at(int x, int y) {
        return pixels[std::size_t(y) * std::size_t(width) + std::size_t(x)];
    }
    /// 0 outside.
    int get(int x, int y) const {
        if (x < 0 || y < 0 || x >= width || y >= height) return 0;
        return pixels[std::size_t(y) * std::size_t(width) + std::size_t(x)];
    }
    Mask mask() const { return Mask::fromBitmap(pixels.data(), width, height, width); }
};

/// Rows of text, '#' inside.
inline Bitmap drawn(const std::vector<std::string>& rows) {
    Bitmap bitmap(int(rows[0].size()), int(rows.size()));
    for (int y = 0; y < bitmap.height; ++y) {
        for (int x = 0; x < bitmap.width; ++x) {
            bitmap.at(x, y) = rows[std::size_t(y)][std::size_t(x)] == '#';
        }
    }
    return bitmap;
}

/// Blobs and single pixels; the same for the same seed.
inline Bitmap randomBitmap(int width, int height, unsigned seed) {
    std::mt19937 random(seed);
    Bitmap bitmap(width, height);
    const auto below = [&](int n) { return int(random() % unsigned(n)); };
    for (int blob = below(6); blob > 0; --blob) {
        const int x0 = below(width), y0 = below(height), w = 1 + below(width), h = 1 + below(height);
        const std::uint8_t value = below(3) > 0;
        for (int y = y0; y < std::min(height, y0 + h); ++y) {
            for (int x = x0; x < std::min(width, x0 + w); ++x) bitmap.at(x, y) = value;
        }
    }
    for (int speck = below(width * height / 4 + 1); speck > 0; --speck) {
        bitmap.at(below(width), below(height)) ^= 1;
    }
    return bitmap;
}

}  // namespace fs2::test
