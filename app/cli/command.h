// command: what the subcommands share: the flags of every command, the exit codes, and how each one is
// added to the program. Main thread.
#pragma once
#include <CLI/CLI.hpp>

#include <stop_token>
#include <string>

#include "annotation/core/result.h"
#include "model/segmenter.h"

namespace fs2::cli {

/// CLI.md: 0 done, 1 failed while running, 2 wrong use, 3 out of memory, 4 bad input (or an output that
/// cannot be written), 130 interrupted.
enum Exit : int { kDone = 0, kFailed = 1, kWrongUse = 2, kNoMemory = 3, kBadInput = 4, kInterrupted = 130 };
int exitOf(ErrorCode code);

/// One run of the program. The chosen subcommand leaves its exit code here.
struct Context {
    SegmenterOptions model;
    bool json = false;
    bool quiet = false;
    bool verbose = false;
    std::stop_token stop;  ///< asked for by Ctrl-C
    int exit = kDone;
};

void addSegment(CLI::App& app, Context& context);
void addTrack(CLI::App& app, Context& context);
void addPanoptic(CLI::App& app, Context& context);
void addEval(CLI::App& app, Context& context);
void addBench(CLI::App& app, Context& context);
void addModels(CLI::App& app, Context& context);
void addPack(CLI::App& app, Context& context);
void addCheck(CLI::App& app, Context& context);
void addServe(CLI::App& app, Context& context);

/// Gives `command` the flags of every command and what it runs: `run` returns the exit code.
void finish(CLI::App& command, Context& context, std::function<int()> run);

}  // namespace fs2::cli
