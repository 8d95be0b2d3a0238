// Colours of objects, told apart with any colour vision: Okabe and Ito's, then three of Paul Tol's light
// ones. Values; any thread.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace fs2 {

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    friend bool operator==(const Colour&, const Colour&) = default;
};

/// The colours in turn; `index` from 0.
constexpr Colour cycleColour(int index) {
    constexpr std::array<std::uint32_t, 10> kCycle{0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0xD55E00,
                                                   0xCC79A7, 0x0072B2, 0x44BB99, 0xFFAABB, 0xAAAA00};
    const std::uint32_t rgb = kCycle[static_cast<std::size_t>(index) % kCycle.size()];
    return {std::uint8_t(rgb >> 16), std::uint8_t(rgb >> 8 & 0xFF), std::uint8_t(rgb & 0xFF)};
}

}  // namespace fs2
