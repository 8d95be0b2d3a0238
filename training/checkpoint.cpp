#include "training/checkpoint.h"

#include <cstdio>
#include <filesystem>

#include "annotation/core/files.h"
#include "model/checkpoints/weights.h"
#include "model/memory/memory_net.h"

namespace fs2 {
namespace {

void append(TensorMap& all, const std::string& prefix, const TensorMap& part) {
    for (const auto& [name, tensor] : part) all[prefix + name] = tensor.detach().to(torch::kCPU).contiguous();
}

TensorMap partOf(const TensorMap& all, const std::string& prefix) {
    TensorMap part;
    for (const auto& [name, tensor] : all)
        if (name.starts_with(prefix)) part[name.substr(prefix.size())] = tensor;
    return part;
}

std::map<std::string, std::string> describe(const Progress& progress) {
    return {{"step", std::to_string(progress.step)},
            {"images", std::to_string(progress.images)},
            {"seconds", std::to_string(progress.seconds)},
            {"seed", std::to_string(progress.seed)},
            {"network", "fastsam2_s"}};
}

Result<void> saveShards(const std::string& path, std::size_t most) {
    auto bytes = readWholeFile(path);
    if (!bytes) return bytes.error();
    std::size_t piece = 0;
    const auto name = [&] {
        char number[24];
        std::snprintf(number, sizeof number, ".%02zu", piece);
        return path + number;
    };
    for (std::size_t at = 0; at < bytes->size(); at += most, ++piece)
        if (auto saved = writeWholeFile(name(), std::string_view(*bytes).substr(at, most)); !saved) return saved;
    std::error_code ignored;
    while (std::filesystem::remove(name(), ignored)) ++piece;  // pieces of a larger file before
    return {};
}

}  // namespace

Result<void> saveWeights(const std::string& path, FastSam2& average, const Progress& progress, int shardsMib) {
    auto facts = describe(progress);
    if (const auto* memory = average->memory())
        if (const auto without = memory->switches.without(); !without.empty()) facts["without"] = without;
    auto saved = saveSafetensors(path, shippedState(average), facts);
    if (!saved || shardsMib <= 0) return saved;
    return saveShards(path, std::size_t(shardsMib) << 20);
}

Result<void> saveResume(const std::string& path, const FastSam2& net, const FastSam2& average,
                        const AdamW& optimizer, const Progress& progress) {
    TensorMap all;
    append(all, "net.", namedState(*net));
    append(all, "average.", namedState(*average));
    append(all, "optimizer.", optimizer.state());
    return saveSafetensors(path, all, describe(progress));
}

Result<Progress> loadResume(const std::string& path, FastSam2& net, FastSam2& average, AdamW& optimizer) {
    auto file = loadSafetensors(path);
    if (!file) return file.error();
    const auto fault = [&](const Error& error) { return Error{error.code, path + ": " + error.detail}; };
    if (auto ok = loadState(*net, partOf(file->tensors, "net.")); !ok) return fault(ok.error());
    if (auto ok = loadState(*average, partOf(file->tensors, "average.")); !ok) return fault(ok.error());
    if (auto ok = optimizer.load(partOf(file->tensors, "optimizer.")); !ok) return fault(ok.error());
    Progress progress;
    try {
        progress.step = std::stoll(file->metadata.at("step"));
        progress.images = std::stoll(file->metadata.at("images"));
        progress.seconds = std::stod(file->metadata.at("seconds"));
        progress.seed = std::stoull(file->metadata.at("seed"));
    } catch (const std::exception&) {
        return Error{ErrorCode::Unreadable, path + ": no file to resume from"};
    }
    return progress;
}

}  // namespace fs2
