// fastsam2: the studio without a window.
#include <exception>
#include <functional>
#include <new>

#include "annotation/core/log.h"
#include "annotation/media/image_decode.h"
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "model/program_options.h"

namespace fs2::cli {

void finish(CLI::App& command, Context& context, std::function<int()> run) {
    auto* group = command.add_option_group("Every command");
    addModelOptions(*group, context.model);
    group->add_flag("--json", context.json, "one JSON document on stdout, nothing else there");
    group->add_flag("--quiet", context.quiet, "log errors only, no progress bar");
    group->add_flag("-v,--verbose", context.verbose, "log more");
    command.callback([&context, run = std::move(run)] {
        const auto usual = context.verbose ? log::Level::Debug : log::Level::Info;
        log::setUp(context.quiet ? log::Level::Error : usual);
        context.exit = run();
    });
}

int runProgram(int argc, char** argv) {
    const Interrupt interrupt;
    Context context;
    context.stop = interrupt.token();
    CLI::App app{"FastSAM2 Studio without a window", "fastsam2"};
    app.set_version_flag("--version", std::string("fastsam2 ") + FS2_VERSION);
    app.require_subcommand(1);
    app.footer("Exit codes: 0 done, 1 failed while running, 2 wrong use, 3 out of memory,\n"
               "4 bad or unreadable input or an output that cannot be written, 130 interrupted.");
    addSegment(app, context);
    addTrack(app, context);
    addPanoptic(app, context);
    addEval(app, context);
    addBench(app, context);
    addModels(app, context);
    addPack(app, context);
    addCheck(app, context);
    addServe(app, context);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kDone : kWrongUse;
    }
    return context.exit;
}

}  // namespace fs2::cli

int main(int argc, char** argv) {
    fs2::capImageThreads();
    try {
        return fs2::cli::runProgram(argc, argv);
    } catch (const std::bad_alloc&) {
        fs2::log::error("out of memory");
        return fs2::cli::kNoMemory;
    } catch (const std::exception& error) {
        fs2::log::error(error.what());
        return fs2::cli::kFailed;
    }
}
