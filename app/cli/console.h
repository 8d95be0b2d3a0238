// console: what the subcommands write: results on stdout, the log and the progress bar on stderr. Main
// thread.
#pragma once
#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/cli/command.h"

namespace fs2::cli {

/// One document, one line.
void printJson(const nlohmann::ordered_json& document);
std::string lineOf(const nlohmann::ordered_json& document);  ///< bytes that are no UTF-8 are replaced

/// Logs the error, with --json also as the document {"error":{"code","message"}}; returns its exit code.
int fail(const Context& context, const Error& error);

/// "done/total, rate, time left" on a terminal; silent in a pipe and with --quiet.
class Progress {
  public:
    explicit Progress(const Context& context);
    ~Progress();  ///< clears the line
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void show(int done, int total);

  private:
    using Clock = std::chrono::steady_clock;
    const bool shown_;
    const Clock::time_point started_ = Clock::now();
    Clock::time_point last_{};
    bool drawn_ = false;
};

}  // namespace fs2::cli
