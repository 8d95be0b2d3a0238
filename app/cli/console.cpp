#include "app/cli/console.h"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "annotation/core/log.h"

namespace fs2::cli {

std::string lineOf(const nlohmann::ordered_json& document) {
    return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void printJson(const nlohmann::ordered_json& document) {
    std::printf("%s\n", lineOf(document).c_str());
    std::fflush(stdout);
}

int exitOf(ErrorCode code) {
    switch (code) {
        case ErrorCode::BadRequest:
        case ErrorCode::NotFound:
        case ErrorCode::Unreadable:
        case ErrorCode::Unsupported:
        case ErrorCode::WrongModel:
        case ErrorCode::DiskFull:
        case ErrorCode::ReadOnly: return kBadInput;
        case ErrorCode::OutOfMemory: return kNoMemory;
        case ErrorCode::Cancelled: return kInterrupted;
        case ErrorCode::Internal: return kFailed;
    }
    return kFailed;
}

int fail(const Context& context, const Error& error) {
    log::error(error.detail);
    if (context.json)
        printJson({{"error", {{"code", errorName(error.code)}, {"message", error.detail}}}});
    return exitOf(error.code);
}

Progress::Progress(const Context& context) : shown_(!context.quiet && isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    if (drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::show(int done, int total) {
    constexpr int kWidth = 30;
    const auto now = Clock::now();
    if (!shown_ || total <= 0 || (drawn_ && now - last_ < std::chrono::milliseconds(100))) return;
    last_ = now;
    drawn_ = true;
    const double seconds = std::chrono::duration<double>(now - started_).count();
    const double rate = seconds > 0 ? done / seconds : 0;
    const int left = rate > 0 ? int((total - done) / rate) : 0;
    const std::string bar(std::size_t(kWidth) * std::size_t(done) / std::size_t(total), '#');
    std::fprintf(stderr, "\r\033[K[%-*s] %d/%d  %.1f/s  %d:%02d left", kWidth, bar.c_str(), done, total,
                 rate, left / 60, left % 60);
    std::fflush(stderr);
}

}  // namespace fs2::cli
