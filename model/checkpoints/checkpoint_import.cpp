#include "model/checkpoints/checkpoint_import.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "annotation/core/files.h"
#include "model/checkpoints/network_state.h"
#include "model/checkpoints/safetensors.h"
#include "model/checkpoints/weights_folder.h"

namespace fs2 {

namespace fs = std::filesystem;

namespace {

/// The file of the source that a tensor of the network comes from; null for a counter that begins
/// at 0.
struct Planned {
    std::string name;
    const CheckpointTensor* tensor = nullptr;
};

/// The name the import gets in the user's folder, which is made; a file there is only replaced by
/// the same checkpoint.
Result<std::string> outputFor(const std::string& path, const std::string& id) {
    const auto folder = weightsFolder();
    if (folder.empty())
        return Error{ErrorCode::NotFound, "there is no home folder: name a file to write"};
    std::error_code fault;
    fs::create_directories(folder, fault);
    if (fault) return fileError(folder, fault.value(), FileUse::Writing);
    const auto output = (fs::path(folder) / fs::path(path).stem()).string() + ".safetensors";
    if (!fs::exists(output, fault)) return output;
    const auto there = readSafetensorsHeader(output);
    if (there && there->metadata.contains("origin_id") && there->metadata.at("origin_id") == id)
        return output;
    return Error{ErrorCode::BadRequest,
                 output + " exists and comes from another file: name another one to write"};
}

Result<void> writeState(const std::string& output, const std::vector<Planned>& state,
                        const std::map<std::string, std::string>& metadata) {
    constexpr std::uint64_t kCounter = 8;
    nlohmann::json header = nlohmann::json::object();
    header["__metadata__"] = metadata;
    std::uint64_t offset = 0;
    for (const auto& [name, tensor] : state) {
        const auto bytes = tensor ? tensor->bytes() : kCounter;
        header[name] = {{"dtype", tensor ? tensor->dtype : "I64"},
                        {"shape", tensor ? tensor->shape : std::vector<std::int64_t>{}},
                        {"data_offsets", {offset, offset + bytes}}};
        offset += bytes;
    }
    auto text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' ');
    std::string size;
    for (int i = 0; i < 8; ++i) size += char((text.size() >> (8 * i)) & 0xff);
    errno = 0;
    std::ofstream file(temporaryName(output), std::ios::binary | std::ios::trunc);
    file << size << text;
    for (const auto& [name, tensor] : state)
        if (file) file << (tensor ? tensor->data() : std::string(kCounter, '\0'));
    file.close();
    if (file) return renameIntoPlace(output);
    const int why = errno;
    std::error_code ignored;
    fs::remove(temporaryName(output), ignored);
    return fileError(output, why, FileUse::Writing);
}

std::map<std::string, std::string> metadataOf(const ImportReport& report) {
    std::error_code ignored;
    const auto origin = fs::absolute(report.path, ignored);
    auto metadata = report.source.metadata;
    metadata["network"] = report.network;
    metadata["origin"] = ignored ? report.path : origin.lexically_normal().string();
    metadata["origin_format"] = report.source.format;
    metadata["origin_id"] = report.source.id;
    if (!report.source.from.empty()) metadata["origin_key"] = report.source.from;
    if (!report.match.prefix.empty()) metadata["origin_prefix"] = report.match.prefix;
    return metadata;
}

}  // namespace

Result<ImportReport> examineCheckpoint(const std::string& path, const std::string& network) {
    const auto expected = networkState(network);
    if (!expected) return expected.error();
    auto source = readCheckpoint(path);
    if (!source) return source.error();
    ImportReport report{path, network, std::move(*source), {}};
    report.match = matchCheckpoint(report.source.tensors, *expected);
    return report;
}

Result<std::string> writeWeights(const ImportReport& report, const std::string& output) {
    const auto& match = report.match;
    if (!match.works())
        return Error{ErrorCode::WrongModel,
                     report.path + ": " + report.network + " would not work: " + match.fault()};
    const Result<std::string> path =
        output.empty() ? outputFor(report.path, report.source.id) : output;
    if (!path) return path.error();
    std::vector<Planned> state;
    for (const auto& [name, source] : match.matched)
        state.push_back({name, &report.source.tensors.at(source)});
    for (const auto& name : match.missingOptional)
        if (name.ends_with("num_batches_tracked")) state.push_back({name, nullptr});
    if (auto written = writeState(*path, state, metadataOf(report)); !written)
        return written.error();
    return *path;
}

}  // namespace fs2
