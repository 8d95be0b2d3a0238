// Whole files: read, or written to a temporary name and renamed into place. Errors name the file and the
// system's reason. Any thread.
#pragma once
#include <string>
#include <string_view>

#include "annotation/core/result.h"

namespace fs2 {

enum class FileUse { Reading, Writing };

/// "PATH: reason" with DiskFull, ReadOnly, NotFound or Unreadable for an errno of the system.
Error fileError(const std::string& path, int systemError, FileUse use);

Result<std::string> readWholeFile(const std::string& path);
Result<void> writeWholeFile(const std::string& path, std::string_view bytes);

/// $XDG_CACHE_HOME (else ~/.cache) + /fastsam2-studio: what can be made again; packaging/setup fills it.
std::string userCacheFolder();

/// The name under which a file is written until it is whole.
std::string temporaryName(const std::string& path);
/// Puts the finished temporary file in its place; removes it where that fails.
Result<void> renameIntoPlace(const std::string& path);

}  // namespace fs2
