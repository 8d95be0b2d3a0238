#include <array>
#include <cstdlib>
#include <filesystem>

#include "model/disc_segmenter.h"
#include "model/segmenter.h"
#if FS2_TORCH
#include "model/torch_segmenter.h"
#include "model/weights_folder.h"
#endif

namespace fs2 {

Result<std::unique_ptr<Segmenter>> makeSegmenter(const SegmenterOptions& options) {
    if (options.network == "disc") return std::unique_ptr<Segmenter>(std::make_unique<DiscSegmenter>());
#if FS2_TORCH
    const auto withWeights = [&options](auto make) -> Result<std::unique_ptr<Segmenter>> {
        auto path = findWeights(options.network, options.weightsPath);
        if (!path) return path.error();
        auto found = options;
        found.weightsPath = std::move(*path);
        return make(found);
    };
    if (options.network == "fastsam2_s") return withWeights(makeTorchSegmenter);
    return Error{ErrorCode::Unsupported, "there is no network named " + options.network};
#else
    return Error{ErrorCode::Unsupported,
                 "this build has no networks but \"disc\": " + options.network + " needs LibTorch"};
#endif
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
