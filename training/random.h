// Random numbers as pure functions of a key (splitmix64), so that a run can be resumed at any step.
#pragma once
#include <cstdint>
#include <initializer_list>

namespace fs2 {

inline std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

/// One key of several numbers: seed, step, sample, purpose, …
inline std::uint64_t keyOf(std::initializer_list<std::uint64_t> parts) {
    std::uint64_t key = 0;
    for (const std::uint64_t part : parts) key = mixed(key ^ part);
    return key;
}

/// 0 <= x < 1.
inline double unit(std::uint64_t key) { return double(key >> 11) * 0x1p-53; }

/// 0 .. count-1.
inline std::size_t below(std::uint64_t key, std::size_t count) {
    return std::size_t(unit(key) * double(count));
}

}  // namespace fs2
