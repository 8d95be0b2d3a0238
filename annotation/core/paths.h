// Names of files: hash and order. Pure functions; any thread.
#pragma once
#include <cstdint>
#include <string_view>

namespace fs2 {

inline constexpr std::uint64_t kFnvOffset = 14695981039346656037ull;
/// FNV-1a, 64 bits; `seed` continues an earlier hash.
std::uint64_t fnv1a64(std::string_view bytes, std::uint64_t seed = kFnvOffset);

/// The order in which a person counts: 2.jpg before 10.jpg; ASCII letters without case, then bytewise.
bool naturalLess(std::string_view a, std::string_view b);

}  // namespace fs2
