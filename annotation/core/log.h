// log: one line a call, to stderr or a file (spdlog, in log.cpp only). Any thread.
#pragma once
#include <string>
#include <string_view>

namespace fs2::log {

enum class Level { Debug, Info, Warning, Error, Off };

/// Before the first thread starts. `file` empty = stderr only; else a rotating file too.
void setUp(Level level, const std::string& file = {});
void debug(std::string_view text);
void info(std::string_view text);
void warning(std::string_view text);
void error(std::string_view text);

}  // namespace fs2::log
