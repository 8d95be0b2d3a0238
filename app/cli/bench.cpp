// fastsam2 bench image|click|panoptic: how long each phase takes on this machine.
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "annotation/media/image_decode.h"
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

int bench(const Context& context, BenchOptions options) {
    const ScratchFolder folder;
    if (folder.path().empty())
        return fail(context, {ErrorCode::ReadOnly, "the folder for temporary files cannot be written"});
    const auto photo = folder.path() + "/photo.jpg";
    if (auto written = writeOverlay(photo, benchPicture(options.width, options.height), {}); !written)
        return fail(context, written.error());
    options.model = context.model;
    const auto report = runBench(options, [&photo] { return decodeImage(photo); }, context.stop);
    if (!report) return fail(context, report.error());
    if (context.json)
        std::printf("%s\n", benchJson(*report).c_str());
    else
        std::fputs(benchTable(*report).c_str(), stdout);
    return kDone;
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
}

}  // namespace fs2::cli
