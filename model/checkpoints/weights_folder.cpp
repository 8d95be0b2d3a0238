#include "model/checkpoints/weights_folder.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "annotation/core/paths.h"
#include "model/checkpoints/safetensors.h"
#include "model/segmenter.h"

namespace fs2 {

namespace fs = std::filesystem;

std::string weightsFolder() {
    const char* data = std::getenv("XDG_DATA_HOME");
    const char* home = std::getenv("HOME");
    fs::path base;
    if (data && fs::path(data).is_absolute())
        base = data;  // the specification ignores other values
    else if (home && *home)
        base = fs::path(home) / ".local/share";
    return base.empty() ? std::string{} : (base / "fastsam2-studio/weights").string();
}

std::vector<ImportedWeights> importedWeights() {
    std::vector<ImportedWeights> found;
    std::error_code fault;
    for (fs::directory_iterator at(weightsFolder(), fault), end; !fault && at != end;
         at.increment(fault)) {
        const auto& path = at->path();
        if (path.extension() != ".safetensors") continue;
        const auto header = readSafetensorsHeader(path.string());
        if (!header) continue;
        const auto network = header->metadata.find("network");
        found.push_back({path.stem().string(), path.string(),
                         network == header->metadata.end() ? "" : network->second});
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return naturalLess(a.name, b.name); });
    return found;
}

Result<std::string> findWeights(const std::string& network, const std::string& wanted) {
    std::error_code ignored;
    if (!wanted.empty()) {
        if (wanted.find('/') != std::string::npos || fs::exists(wanted, ignored)) return wanted;
        const auto folder = weightsFolder();
        for (const auto& name : {wanted, wanted + ".safetensors"})
            if (const auto path = fs::path(folder) / name;
                !folder.empty() && fs::is_regular_file(path, ignored))
                return path.string();
        return Error{ErrorCode::NotFound, wanted +
                                              ": no such file, and no imported weights have this "
                                              "name (see `fastsam2 models list`)"};
    }
    if (network == "fastsam2_s") {
        auto path = bundledWeightsPath();
        if (path.empty())
            return Error{ErrorCode::NotFound, "the bundled weights are not beside the program"};
        return path;
    }
    std::string newest;
    fs::file_time_type last = fs::file_time_type::min();
    for (const auto& weights : importedWeights()) {
        const auto time = fs::last_write_time(weights.path, ignored);
        if (weights.network != network || (!newest.empty() && time <= last)) continue;
        newest = weights.path;
        last = time;
    }
    if (newest.empty())
        return Error{ErrorCode::NotFound,
                     "there are no weights of " + network +
                         ": import a checkpoint with `fastsam2 models import FILE`"};
    return newest;
}

}  // namespace fs2
