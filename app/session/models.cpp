#include "app/session/models.h"

#include <filesystem>

#include "model/checkpoints/checkpoint_import.h"
#include "model/checkpoints/weights_folder.h"

namespace fs2 {
namespace {

/// What a network can, told before it is loaded.
SegmenterInfo expectedOf(const std::string& network) {
    SegmenterInfo info;
    info.network = network;
    info.panoptic = info.subtractsNegatives = network.starts_with("rapsam");
    return info;
}

ModelChoice choiceOf(const std::string& name, const std::string& network, const std::string& path) {
    return {QString::fromStdString(name), QString::fromStdString(network), QString::fromStdString(path),
            abilitiesOf(expectedOf(network))};
}

}  // namespace

ModelAbilities abilitiesOf(const SegmenterInfo& info) {
    ModelAbilities can;
    can.negativeClicks = info.negativeClicks;
    can.subtractsNegatives = info.subtractsNegatives;
    can.box = info.box;
    can.text = info.text;
    can.memory = info.memory;
    can.panoptic = info.panoptic;
    can.whyNoText = QString::fromStdString(info.whyNoText);
    can.whyNoMemory = QString::fromStdString(info.whyNoMemory);
    can.whyNoPanoptic = QString::fromStdString(info.whyNoPanoptic);
    return can;
}

std::vector<ModelChoice> knownModels() {
    std::vector<ModelChoice> found;
    if (!bundledWeightsPath().empty()) found.push_back(choiceOf("fastsam2_s", "fastsam2_s", {}));
    for (const ImportedWeights& weights : importedWeights()) {
        if (!weights.network.empty()) {
            found.push_back(choiceOf(weights.name, weights.network, weights.path));
        }
    }
    return found;
}

Result<std::string> usableWeights(const std::string& path) {
    std::error_code ignored;
    const bool isFile = std::filesystem::is_regular_file(path, ignored);  // else it is an imported name
    if (!isFile || path.ends_with(".safetensors")) return path;
    Error fault;
    std::size_t fewest = 0;  // of what the closest network lacks
    for (const char* network : {"rapsam_r50", "rapsam_r18", "fastsam2_s"}) {
        const auto report = examineCheckpoint(path, network);
        if (!report) return report.error();
        if (report->match.works()) return writeWeights(*report);
        const std::size_t lacking = report->match.missing.size() + report->match.wrongShape.size();
        if (fewest > 0 && lacking >= fewest) continue;
        fewest = lacking;
        fault = {ErrorCode::WrongModel,
                 path + ": " + network + " would not work: " + report->match.fault()};
    }
    return fault;
}

}  // namespace fs2
