// fastsam2 bench image|click|panoptic|track|decode: how long each phase takes on this machine.
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "annotation/media/image_decode.h"
#include "annotation/media/media_bench.h"
#include "annotation/media/overlay.h"
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "model/bench.h"
#include "model/program_options.h"

namespace fs2::cli {

namespace {

/// A folder of its own for the picture, gone with the object.
class ScratchFolder {
  public:
    ScratchFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "fastsam2-bench-XXXXXX").string();
        if (mkdtemp(name.data())) path_ = name;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

int show(const Context& context, const Result<BenchReport>& report) {
    if (!report) return fail(context, report.error());
    if (context.json)
        std::printf("%s\n", benchJson(*report).c_str());
    else
        std::fputs(benchTable(*report).c_str(), stdout);
    return kDone;
}

Error noScratch() { return {ErrorCode::ReadOnly, "the folder for temporary files cannot be written"}; }

int bench(const Context& context, BenchOptions options) {
    options.model = context.model;
    if (options.task == BenchTask::Track) return show(context, runBench(options, {}, context.stop));
    const ScratchFolder folder;
    if (folder.path().empty()) return fail(context, noScratch());
    const auto photo = folder.path() + "/photo.jpg";
    if (auto written = writeOverlay(photo, benchPicture(options.width, options.height), {}); !written)
        return fail(context, written.error());
    return show(context, runBench(options, [&photo] { return decodeImage(photo); }, context.stop));
}

struct DecodeOptions {
    std::string film;  ///< empty = a generated one
    BenchOptions picture;
};

Result<BenchReport> decodeReport(const std::string& film, int frames, std::stop_token stop) {
    DecodeBenchOptions options;
    options.linear = frames;
    const auto measured = benchDecode(film, options, stop);
    if (!measured) return measured.error();
    BenchReport report;
    for (const auto& phase : measured->phases)
        report.phases[phase.name] = {phase.quantile(.5), phase.quantile(.95), phase.quantile(.99)};
    report.fps = measured->framesPerSecond;
    report.device = measured->decoder;
    report.peakRssMb = peakRssMb();
    return report;
}

int decode(const Context& context, const DecodeOptions& options) {
    const auto& picture = options.picture;
    if (!options.film.empty())
        return show(context, decodeReport(options.film, picture.pictures, context.stop));
    const ScratchFolder folder;
    if (folder.path().empty()) return fail(context, noScratch());
    const auto film = folder.path() + "/film.mp4";
    if (auto made = writeBenchFilm(film, picture.width, picture.height, picture.pictures, context.stop); !made)
        return fail(context, made.error());
    return show(context, decodeReport(film, picture.pictures, context.stop));
}

void addDecode(CLI::App& command, Context& context) {
    auto* sub = command.add_subcommand("decode", "frames of a film: played, scrubbed to, stepped to");
    auto options = std::make_shared<DecodeOptions>();
    options->picture.pictures = 250;
    sub->add_option("FILM", options->film, "a film (default: one that is made for it)");
    addBenchOptions(*sub, options->picture);
    finish(*sub, context, [&context, options] { return decode(context, *options); });
}

}  // namespace

void addBench(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("bench", "measure how long each phase takes");
    command->require_subcommand(1);
    const auto addTask = [&](const char* name, const char* text, BenchTask task) {
        auto* sub = command->add_subcommand(name, text);
        auto options = std::make_shared<BenchOptions>();
        options->task = task;
        addBenchOptions(*sub, *options);
        finish(*sub, context, [&context, options] { return bench(context, *options); });
    };
    addTask("image", "decode and encode a photo, again and again", BenchTask::Image);
    addTask("click", "encode a photo, then three clicks on it", BenchTask::Click);
    addTask("panoptic", "all things and stuff of a photo (rapsam_r50; without --weights it knows nothing)",
            BenchTask::Panoptic);
    auto* track = command->add_subcommand("track", "follow discs through a generated clip");
    auto options = std::make_shared<BenchOptions>();
    options->task = BenchTask::Track;
    addTrackBenchOptions(*track, *options);
    finish(*track, context, [&context, options] { return bench(context, *options); });
    addDecode(*command, context);
}

}  // namespace fs2::cli
