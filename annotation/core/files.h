// Whole files: read, or written to a temporary name and renamed into place. Errors name the file and the
// system's reason (DiskFull, ReadOnly, NotFound). Any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "annotation/core/result.h"

namespace fs2 {

Result<std::string> readWholeFile(const std::string& path);
Result<void> writeWholeFile(const std::string& path, std::string_view bytes);

}  // namespace fs2
