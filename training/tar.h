// Where the members of a tar file lie (ustar, with GNU and pax long names), so that samples can be
// read in any order. Functions without state; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

struct TarMember {
    std::string name;
    std::uint64_t offset = 0;  ///< of the member's bytes in the tar file
    std::uint64_t size = 0;
};

/// Regular files in the order of the archive. Errors name the file and the byte: NotFound, Unreadable
/// (no tar, a header with a wrong checksum, cut off).
Result<std::vector<TarMember>> indexTar(const std::string& path);
Result<std::vector<std::uint8_t>> readMember(const std::string& path, const TarMember& member);

}  // namespace fs2
