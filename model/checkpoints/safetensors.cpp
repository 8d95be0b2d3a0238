#include "model/checkpoints/safetensors.h"

#include <torch/types.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace fs2 {

namespace {

struct TypeName {
    torch::ScalarType type;
    const char* name;
};
constexpr TypeName kTypes[] = {
    {torch::kDouble, "F64"}, {torch::kFloat, "F32"},  {torch::kHalf, "F16"}, {torch::kBFloat16, "BF16"},
    {torch::kLong, "I64"},   {torch::kInt, "I32"},    {torch::kShort, "I16"}, {torch::kChar, "I8"},
    {torch::kByte, "U8"},    {torch::kBool, "BOOL"},
};

std::string hex(std::uint64_t v) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(v));
    return text;
}

}  // namespace

Result<LoadedTensors> loadSafetensors(const std::string& path) {
    auto header = readSafetensorsHeader(path);
    if (!header) return header.error();
    std::ifstream file(path, std::ios::binary);
    std::string bytes(std::filesystem::file_size(path), '\0');
    if (!file.read(bytes.data(), std::streamsize(bytes.size())))
        return Error{ErrorCode::Unreadable, path + ": cannot be read to its end"};
    LoadedTensors loaded;
    loaded.metadata = header->metadata;
    std::uint64_t hash = 0xcbf29ce484222325ull;
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    loaded.id = hex(hash);
    for (const auto& [name, entry] : header->entries) {
        auto type = torch::kFloat;
        for (const auto& t : kTypes)
            if (entry.dtype == t.name) type = t.type;
        auto tensor = torch::empty(entry.shape, type);
        if (tensor.nbytes())
            std::memcpy(tensor.mutable_data_ptr(), bytes.data() + header->dataOffset + entry.begin,
                        tensor.nbytes());
        loaded.tensors[name] = tensor;
    }
    return loaded;
}

Result<void> saveSafetensors(const std::string& path, const TensorMap& tensors,
                             const std::map<std::string, std::string>& metadata) {
    nlohmann::json header = nlohmann::json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::vector<torch::Tensor> data;
    std::uint64_t offset = 0;
    for (const auto& [name, tensor] : tensors) {
        data.push_back(tensor.detach().cpu().contiguous());
        const auto& t = data.back();
        const char* type = nullptr;
        for (const auto& k : kTypes)
            if (k.type == t.scalar_type()) type = k.name;
        if (!type) return Error{ErrorCode::Unsupported, path + ": type of tensor " + name};
        header[name] = {{"dtype", type},
                        {"shape", t.sizes().vec()},
                        {"data_offsets", {offset, offset + t.nbytes()}}};
        offset += t.nbytes();
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    const auto temporary = path + ".part";
    errno = 0;
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    const std::uint64_t length = text.size();
    char size[8];
    for (std::size_t i = 0; i < 8; ++i) size[i] = static_cast<char>(length >> (8 * i));
    file.write(size, 8).write(text.data(), std::streamsize(text.size()));
    for (const auto& t : data)
        file.write(static_cast<const char*>(t.const_data_ptr()), std::streamsize(t.nbytes()));
    file.close();
    if (!file) {
        const int why = errno;
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        const auto code = why == ENOSPC                     ? ErrorCode::DiskFull
                          : why == EACCES || why == EROFS ? ErrorCode::ReadOnly
                                                          : ErrorCode::Internal;
        return Error{code, path + ": " + (why ? std::strerror(why) : "cannot be written")};
    }
    std::error_code failed;
    std::filesystem::rename(temporary, path, failed);
    if (failed) return Error{ErrorCode::Internal, path + ": " + failed.message()};
    return {};
}

}  // namespace fs2
