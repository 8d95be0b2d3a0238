// Where the real photographs are that the tests may use: FS2_DATA, or ../shared/data beside the source.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>

namespace fs2::test {

/// Empty where they are absent: the test then skips and says so.
inline std::string sharedData() {
    const char* given = std::getenv("FS2_DATA");
    const auto folder = given != nullptr ? std::filesystem::path(given)
                                         : std::filesystem::path(FS2_SOURCE_DIR) / ".." / "shared" / "data";
    return std::filesystem::exists(folder / "objects.tsv") ? folder.string() : std::string();
}

}  // namespace fs2::test
