// fastsam2-lab: bench and evaluation of the model alone. Results on stdout, the log and the errors on
// stderr; exit codes as those of fastsam2.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstring>
#include <filesystem>

#include "annotation/core/log.h"
#include "model/bench.h"
#include "model/golden/golden.h"
#include "model/interactive_eval.h"
#include "model/program_options.h"
#include "model/vos_eval.h"
#include "training/image_io.h"

namespace fs2 {

namespace {

enum Exit : int { kDone = 0, kFailed = 1, kWrongUse = 2, kNoMemory = 3, kBadInput = 4 };

int fail(const Error& error) {
    log::error(error.detail);
    if (error.code == ErrorCode::OutOfMemory) return kNoMemory;
    return error.code == ErrorCode::Internal ? kFailed : kBadInput;
}

template <class T, class Decode>
Result<T> decoded(const std::string& path, const Decode& decode) {
    const auto bytes = readFile(path);
    if (!bytes) return bytes.error();
    auto picture = decode(*bytes);
    if (!picture) return Error{picture.error().code, path + ": " + picture.error().detail};
    return std::move(*picture);
}

Result<Frame> readPhoto(const std::string& path) {
    const auto photo = decoded<Picture>(path, decodePicture);
    if (!photo) return photo.error();
    auto frame = makeFrame(photo->width, photo->height);
    for (int y = 0; y < frame->height; ++y) {
        const auto* in = photo->rgb.data() + std::size_t(y) * std::size_t(photo->width) * 3;
        auto* out = frame->pixels.data() + std::size_t(y) * std::size_t(frame->stride);
        for (int x = 0; x < frame->width; ++x, in += 3, out += 4) std::memcpy(out, in, 3);
    }
    return Frame(std::move(frame));
}

Result<IdImage> readIds(const std::string& path) {
    auto labels = decoded<LabelPicture>(path, decodeLabels);
    if (!labels) return labels.error();
    return IdImage{labels->width, labels->height, std::move(labels->ids)};
}

struct Flags {
    SegmenterOptions model;
    bool json = false;
    bool quiet = false;
};

int bench(const Flags& flags, BenchOptions options) {
    options.model = flags.model;
    const auto report = runBench(options, {}, {});
    if (!report) return fail(report.error());
    std::fputs((flags.json ? benchJson(*report) + '\n' : benchTable(*report)).c_str(), stdout);
    return kDone;
}

int golden(const Flags& flags, const std::string& folder, GoldenOptions options) {
    options.device = flags.model.device;
    options.threads = flags.model.threads;
    const auto report = runGolden(folder, options);
    if (!report) return fail(report.error());
    std::fputs((flags.json ? goldenJson(*report) + '\n' : goldenTable(*report)).c_str(), stdout);
    return report->holds() ? kDone : kFailed;
}

int evalInteractive(const Flags& flags, const std::string& table, EvalOptions options) {
    const auto objects = readObjects(table);
    if (!objects) return fail(objects.error());
    if (options.root.empty()) options.root = std::filesystem::path(table).parent_path().string();
    const auto report = evaluateInteractive(
        chooseObjects(*objects, options), options, {readPhoto, readIds},
        [&flags] { return makeSegmenter(flags.model); }, {}, {});
    if (!report) return fail(report.error());
    std::fputs((flags.json ? evalJson(*report) + '\n' : evalTable(*report)).c_str(), stdout);
    return kDone;
}

int evalVos(const Flags& flags, const VosOptions& options) {
    const auto report = runVos(options, flags.model, {readPhoto, readIds}, {}, {});
    if (!report) return fail(report.error());
    std::fputs((flags.json ? vosJson(*report) + '\n' : vosTable(*report)).c_str(), stdout);
    return kDone;
}

int runProgram(int argc, char** argv) {
    CLI::App app{"FastSAM2's model alone: times and scores", "fastsam2-lab"};
    app.require_subcommand(1);
    Flags flags;
    int exit = kDone;
    const auto finish = [&](CLI::App& command, std::function<int()> run) {
        addModelOptions(command, flags.model);
        command.add_flag("--json", flags.json, "one JSON document on stdout");
        command.add_flag("--quiet", flags.quiet, "log errors only");
        command.callback([&flags, &exit, run = std::move(run)] {
            log::setUp(flags.quiet ? log::Level::Error : log::Level::Info);
            exit = run();
        });
    };
    BenchOptions benchOptions;
    auto* benches = app.add_subcommand("bench", "how long each phase takes on generated photos");
    benches->require_subcommand(1);
    const std::pair<const char*, BenchTask> tasks[] = {
        {"image", BenchTask::Image}, {"click", BenchTask::Click}, {"panoptic", BenchTask::Panoptic}};
    for (const auto& [name, task] : tasks) {
        auto* sub = benches->add_subcommand(name);
        addBenchOptions(*sub, benchOptions);
        finish(*sub, [&flags, &benchOptions, which = task] {
            benchOptions.task = which;
            return bench(flags, benchOptions);
        });
    }
    BenchOptions trackOptions;
    trackOptions.task = BenchTask::Track;
    auto* track = benches->add_subcommand("track", "discs followed through a generated clip");
    addTrackBenchOptions(*track, trackOptions);
    finish(*track, [&] { return bench(flags, trackOptions); });
    std::string table;
    EvalOptions evalOptions;
    auto* evals = app.add_subcommand("eval", "scores of the model");
    evals->require_subcommand(1);
    auto* interactive = evals->add_subcommand("interactive", "clicks on known objects (NoC, IoU after clicks)");
    interactive->add_option("--objects", table, "objects.tsv")->required();
    addEvalOptions(*interactive, evalOptions);
    finish(*interactive, [&] { return evalInteractive(flags, table, evalOptions); });
    VosOptions vosOptions;
    auto* vos = evals->add_subcommand("vos", "objects followed through clips from their first mask (J, F)");
    addVosOptions(*vos, vosOptions);
    finish(*vos, [&] { return evalVos(flags, vosOptions); });
    std::string folder;
    GoldenOptions goldenOptions;
    auto* vectors = app.add_subcommand("golden", "rapsam_r50 against recorded tensors of the published network");
    vectors->add_option("DIR", folder, "folder of cases")->required();
    addGoldenOptions(*vectors, goldenOptions);
    finish(*vectors, [&] { return golden(flags, folder, goldenOptions); });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kDone : kWrongUse;
    }
    return exit;
}

}  // namespace

}  // namespace fs2

int main(int argc, char** argv) {
    try {
        return fs2::runProgram(argc, argv);
    } catch (const std::bad_alloc&) {
        fs2::log::error("out of memory");
        return fs2::kNoMemory;
    } catch (const std::exception& error) {
        fs2::log::error(error.what());
        return fs2::kFailed;
    }
}
