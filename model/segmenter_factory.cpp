#include <array>
#include <cstdlib>
#include <filesystem>

#include "model/disc_segmenter.h"
#include "model/segmenter.h"
#if FS2_TORCH
#include "model/rapsam/rapsam_segmenter.h"
#include "model/checkpoints/safetensors.h"
#include "model/fastsam2/torch_segmenter.h"
#include "model/checkpoints/weights_folder.h"
#endif

namespace fs2 {

#if FS2_TORCH
namespace {

/// The network that a weights file names in its metadata, or whose tensors it holds; else `otherwise`.
std::string networkOf(const std::string& path, const std::string& otherwise) {
    const auto header = readSafetensorsHeader(path);
    if (!header) return otherwise;
    if (const auto name = header->metadata.find("network"); name != header->metadata.end())
        return name->second;
    const auto& entries = header->entries;
    if (!entries.contains("panoptic_head.kernels.weight")) return otherwise;
    if (const auto stem = entries.find("backbone.stem.0.weight"); stem != entries.end()) {
        const auto channels = stem->second.shape.empty() ? 0 : stem->second.shape[0];
        return channels == 128   ? "rapsam_convnext_base"
               : channels == 192 ? "rapsam_convnext_large"
                                 : "rapsam_convnext_xxlarge";
    }
    if (entries.contains("backbone.conv3.weight")) return "rapsam_clip_r50";
    return entries.contains("backbone.layer1.0.conv3.weight") ? "rapsam_r50" : "rapsam_r18";
}

}  // namespace
#endif

Result<std::unique_ptr<Segmenter>> makeSegmenter(const SegmenterOptions& options) {
    if (options.network == "disc") return std::unique_ptr<Segmenter>(std::make_unique<DiscSegmenter>());
#if FS2_TORCH
    if (options.network != "fastsam2_s" && !options.network.starts_with("rapsam"))
        return Error{ErrorCode::Unsupported, "there is no network named " + options.network};
    auto path = findWeights(options.network, options.weightsPath);
    if (!path) return path.error();
    auto found = options;
    found.network = networkOf(*path, options.network);
    found.weightsPath = std::move(*path);
    if (found.network == "fastsam2_s") return makeTorchSegmenter(found);
    return makeRapSamSegmenter(found);
#else
    return Error{ErrorCode::Unsupported,
                 "this build has no networks but \"disc\": " + options.network + " needs LibTorch"};
#endif
}

Result<std::unique_ptr<Segmenter>> makeUntrainedSegmenter(const SegmenterOptions& options) {
#if FS2_TORCH
    if (options.network == "fastsam2_s") return makeTorchSegmenter(options, MissingMemory::Untrained);
    return makeUntrainedRapSam(options);
#else
    return makeSegmenter(options);
#endif
}

namespace {
std::string whyNot(const SegmenterInfo& about) {
    return about.whyNoMemory.empty() ? "the model " + about.network + " has no memory for video" : about.whyNoMemory;
}
}  // namespace

Result<Scene> Segmenter::panoptic(const Frame&, std::stop_token) {
    const auto about = info();
    return Error{ErrorCode::Unsupported, about.whyNoPanoptic.empty()
                                             ? "the model " + about.network + " has no panoptic segmentation"
                                             : about.whyNoPanoptic};
}

Result<void> Segmenter::remember(const Frame&, const std::vector<KnownMask>&) {
    return Error{ErrorCode::Unsupported, whyNot(info())};
}

Result<std::vector<TrackedMask>> Segmenter::step(const Frame&, const std::vector<ObjectId>&, std::stop_token) {
    return Error{ErrorCode::Unsupported, whyNot(info())};
}

std::string bundledWeightsPath() {
    namespace fs = std::filesystem;
    constexpr auto name = "fastsam2_s.safetensors";
    std::error_code ignored;
    const auto there = [&](const fs::path& path) { return fs::is_regular_file(path, ignored); };
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    const std::array<fs::path, 2> installed{program / "weights" / name,
                                            program / "../share/fastsam2-studio/weights" / name};
    for (const fs::path& path : installed) {
        if (there(path)) return path.lexically_normal().string();
    }
    // A build tree lies inside the source tree; tests name the source tree themselves.
    if (const char* source = std::getenv("FS2_SOURCE_DIR")) {
        const fs::path path = fs::path(source) / "resources/weights" / name;
        if (there(path)) return path.string();
    }
    for (fs::path folder = program; folder.has_relative_path(); folder = folder.parent_path()) {
        const fs::path path = folder / "resources/weights" / name;
        if (there(path)) return path.string();
    }
    return {};
}

}  // namespace fs2
