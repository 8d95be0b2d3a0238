// fastsam2 eval interactive|vos: clicks on known objects; J and F on clips with known masks.
#include <cstdio>
#include <filesystem>

#include "annotation/core/log.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/png_io.h"
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "model/interactive_eval.h"
#include "model/program_options.h"
#include "model/vos_eval.h"

namespace fs2::cli {

namespace {

int evalInteractive(const Context& context, const std::string& table, EvalOptions options) {
    const auto objects = readObjects(table);
    if (!objects) return fail(context, objects.error());
    if (options.root.empty()) options.root = std::filesystem::path(table).parent_path().string();
    const auto rows = chooseObjects(*objects, options);
    log::info(std::to_string(rows.size()) + " of " + std::to_string(objects->size()) + " objects");
    Progress bar(context);
    const auto report = evaluateInteractive(
        rows, options, {decodeImage, readIdImage}, [&context] { return makeSegmenter(context.model); },
        [&bar](int done, int total) { bar.show(done, total); }, context.stop);
    if (!report) return fail(context, report.error());
    if (context.json)
        std::printf("%s\n", evalJson(*report).c_str());
    else
        std::fputs(evalTable(*report).c_str(), stdout);
    return kDone;
}

int evalVos(const Context& context, const VosOptions& options) {
    Progress bar(context);
    const auto report = runVos(options, context.model, {decodeImage, readIdImage},
                               [&bar](int done, int total) { bar.show(done, total); }, context.stop);
    if (!report) return fail(context, report.error());
    if (context.json)
        std::printf("%s\n", vosJson(*report).c_str());
    else
        std::fputs(vosTable(*report).c_str(), stdout);
    return kDone;
}

void addInteractive(CLI::App& command, Context& context) {
    auto* sub = command.add_subcommand("interactive", "clicks on known objects (NoC, IoU after clicks)");
    struct Options {
        std::string table;
        EvalOptions eval;
    };
    auto options = std::make_shared<Options>();
    sub->add_option("--objects", options->table, "objects.tsv")->required();
    addEvalOptions(*sub, options->eval);
    finish(*sub, context,
           [&context, options] { return evalInteractive(context, options->table, options->eval); });
}

void addVos(CLI::App& command, Context& context) {
    auto* sub = command.add_subcommand("vos", "objects followed through clips from their first mask (J, F)");
    auto options = std::make_shared<VosOptions>();
    addVosOptions(*sub, *options);
    finish(*sub, context, [&context, options] { return evalVos(context, *options); });
}

}  // namespace

void addEval(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("eval", "score the model");
    command->require_subcommand(1);
    addInteractive(*command, context);
    addVos(*command, context);
}

}  // namespace fs2::cli
