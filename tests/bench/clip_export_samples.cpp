// Writes the sample clip in every format, and its masks one by one as the truth, for clip_formats.py.
//
// use: clip_export_samples FOLDER
#include <cstdio>
#include <filesystem>

#include "annotation/formats/clip_export.h"
#include "annotation/media/png_io.h"
#include "tests/unit/clip_samples.h"

using namespace fs2;

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "use: %s FOLDER\n", argv[0]);
        return 2;
    }
    const std::string folder = argv[1];
    const ClipLabels clip = sample::clip();
    const std::pair<ClipFormat, const char*> files[] = {
        {ClipFormat::Davis, "/davis"},
        {ClipFormat::Mots, "/mots"},
        {ClipFormat::Png, "/png"},
        {ClipFormat::Coco, "/coco.json"},
        {ClipFormat::YoutubeVis, "/ytvis/youtube_vis_val/instances.json"}};
    for (const auto& [format, name] : files) {
        const auto report = exportClips(format, {&clip, 1}, folder + name);
        const auto faults = checkClips(format, folder + name);
        if (!report || !faults) {
            std::fprintf(stderr, "%s\n", (report ? faults.error() : report.error()).detail.c_str());
            return 1;
        }
    }
    std::filesystem::create_directory(folder + "/truth");
    for (const ClipObject& object : clip.objects) {
        for (const ClipLabel& label : object.labels) {
            if (label.mask.empty()) continue;
            const std::string name = std::to_string(object.number) + "_" + std::to_string(label.frame);
            if (!writeMaskPng(folder + "/truth/" + name + ".png", label.mask)) return 1;
        }
    }
    return 0;
}
