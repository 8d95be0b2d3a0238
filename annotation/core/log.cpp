#include "annotation/core/log.h"

#ifdef FS2_SPDLOG
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <exception>
#else
#include <atomic>
#include <cstdio>
#endif

namespace fs2::log {

#ifdef FS2_SPDLOG

namespace {
spdlog::level::level_enum spdlogLevel(Level level) {
    switch (level) {
        case Level::Debug: return spdlog::level::debug;
        case Level::Info: return spdlog::level::info;
        case Level::Warning: return spdlog::level::warn;
        case Level::Error: return spdlog::level::err;
        case Level::Off: return spdlog::level::off;
    }
    return spdlog::level::info;
}
}  // namespace

void setUp(Level level, const std::string& file) {
    constexpr std::size_t kFileBytes = 4u << 20;
    constexpr std::size_t kFiles = 3;
    auto logger = std::make_shared<spdlog::logger>(
        "fs2", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    logger->set_level(spdlogLevel(level));
    logger->flush_on(spdlog::level::warn);
    if (!file.empty()) {
        try {
            logger->sinks().push_back(
                std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file, kFileBytes, kFiles));
        } catch (const std::exception& fault) {  // a log that cannot be written stops nobody's work
            logger->warn("no log file: {}", fault.what());
        }
    }
    spdlog::set_default_logger(std::move(logger));
}
void debug(std::string_view text) { spdlog::debug("{}", text); }
void info(std::string_view text) { spdlog::info("{}", text); }
void warning(std::string_view text) { spdlog::warn("{}", text); }
void error(std::string_view text) { spdlog::error("{}", text); }

#else

namespace {
std::atomic<Level> lowest{Level::Info};
std::atomic<std::FILE*> copy{nullptr};

void write(Level level, const char* name, std::string_view text) {
    if (level < lowest.load()) return;
    const std::string line = "[" + std::string(name) + "] " + std::string(text) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
    if (std::FILE* file = copy.load()) {
        std::fwrite(line.data(), 1, line.size(), file);
        std::fflush(file);
    }
}
}  // namespace

void setUp(Level level, const std::string& file) {
    lowest = level;
    if (!file.empty()) copy = std::fopen(file.c_str(), "a");
}
void debug(std::string_view text) { write(Level::Debug, "debug", text); }
void info(std::string_view text) { write(Level::Info, "info", text); }
void warning(std::string_view text) { write(Level::Warning, "warning", text); }
void error(std::string_view text) { write(Level::Error, "error", text); }

#endif

}  // namespace fs2::log
