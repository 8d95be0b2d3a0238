// fastsam2 check F PATH: every fault that a reader of the format would stumble on.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "annotation/formats/clip_export.h"
#include "annotation/formats/dataset_export.h"
#include "app/cli/command.h"
#include "app/cli/console.h"

namespace fs2::cli {

namespace {

int check(const Context& context, const std::string& format, const std::string& path) {
    const auto ofPictures = datasetFormatOf(format);
    const auto faults =
        ofPictures ? checkDataset(*ofPictures, path) : checkClips(*clipFormatOf(format), path);
    if (!faults) return fail(context, faults.error());
    if (context.json) {
        printJson({{"file", path}, {"faults", *faults}});
    } else {
        for (const auto& fault : *faults) std::printf("%s\n", fault.c_str());
        if (faults->empty() && !context.quiet) std::printf("%s: no fault found\n", path.c_str());
    }
    return faults->empty() ? kDone : kBadInput;
}

}  // namespace

void addCheck(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("check", "look for faults in annotation files");
    struct Options {
        std::string format;
        std::string path;
    };
    auto options = std::make_shared<Options>();
    command->add_option("FORMAT", options->format, "coco, coco-rle, davis, ytvis, mots, png, yolo, voc, cityscapes or semantic")
        ->required()
        ->check(CLI::IsMember({"coco", "coco-rle", "davis", "ytvis", "mots", "png", "yolo", "voc",
                               "cityscapes", "semantic"}));
    command->add_option("PATH", options->path, "a file (coco, ytvis, mots) or a folder (others, mots)")
        ->required();
    finish(*command, context,
           [&context, options] { return check(context, options->format, options->path); });
}

}  // namespace fs2::cli
