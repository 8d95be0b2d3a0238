#include "model/checkpoint_import.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "annotation/core/files.h"
#include "model/network_state.h"
#include "model/safetensors.h"
#include "model/weights_folder.h"

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

std::map<std::string, std::string> metadataOf(const std::string& path, const std::string& network,
                                              const ImportReport& report) {
    std::error_code ignored;
    auto origin = fs::absolute(path, ignored);
    std::map<std::string, std::string> metadata{
        {"network", network},
        {"origin", ignored ? path : origin.lexically_normal().string()},
        {"origin_format", report.source.format},
        {"origin_id", report.source.id}};
    if (!report.source.from.empty()) metadata["origin_key"] = report.source.from;
    if (!report.match.prefix.empty()) metadata["origin_prefix"] = report.match.prefix;
    return metadata;
}

}  // namespace

Result<ImportReport> importCheckpoint(const std::string& path, const std::string& network,
                                      const std::string& output) {
    const auto expected = networkState(network);
    if (!expected) return expected.error();
    auto source = readCheckpoint(path);
    if (!source) return source.error();
    ImportReport report{std::move(*source), {}, output};
    report.match = matchCheckpoint(report.source.tensors, *expected);
    if (report.match.matched.empty())
        return Error{ErrorCode::WrongModel, path + ": none of its " +
                                                std::to_string(report.source.tensors.size()) +
                                                " tensors is one of " + network};
    if (!report.match.works())
        return Error{ErrorCode::WrongModel,
                     path + ": " + network + " would not work: " + report.match.fault()};
    if (output.empty()) {
        auto name = outputFor(path, report.source.id);
        if (!name) return name.error();
        report.output = std::move(*name);
    }
    std::vector<Planned> state;
    for (const auto& entry : *expected) {
        const auto found = report.match.matched.find(entry.name);
        if (found != report.match.matched.end())
            state.push_back({entry.name, &report.source.tensors.at(found->second)});
        else if (entry.name.ends_with("num_batches_tracked"))
            state.push_back({entry.name, nullptr});
    }
    auto written = writeState(report.output, state, metadataOf(path, network, report));
    if (!written) return written.error();
    return report;
}

}  // namespace fs2
