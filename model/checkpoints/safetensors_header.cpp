#include <algorithm>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "model/checkpoints/safetensors.h"

namespace fs2 {

namespace {

constexpr std::uint64_t kMaxHeader = 100'000'000;  // the limit of the reference implementation

Error unreadable(std::string detail) {
    return {ErrorCode::Unreadable, std::move(detail)};
}

Result<SafetensorsEntry> readEntry(const std::string& name, const nlohmann::json& j) {
    SafetensorsEntry e;
    const auto isCount = [](const nlohmann::json& v) { return v.is_number_unsigned(); };
    const auto* dtype = j.is_object() && j.contains("dtype") ? &j["dtype"] : nullptr;
    if (!dtype || !dtype->is_string() || !j.contains("shape") || !j["shape"].is_array() ||
        !j.contains("data_offsets") || !j["data_offsets"].is_array() ||
        j["data_offsets"].size() != 2)
        return unreadable("tensor " + name + " has no dtype, shape and data_offsets");
    const auto& shape = j["shape"];
    const auto& offsets = j["data_offsets"];
    if (!std::all_of(shape.begin(), shape.end(), isCount) ||
        !std::all_of(offsets.begin(), offsets.end(), isCount))
        return unreadable("tensor " + name + " has a shape or an offset that is no count");
    e.dtype = dtype->get<std::string>();
    for (const auto& side : shape) {
        const auto v = side.get<std::uint64_t>();
        if (v > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
            return unreadable("tensor " + name + " is too large");
        e.shape.push_back(std::int64_t(v));
    }
    e.begin = offsets[0].get<std::uint64_t>();
    e.end = offsets[1].get<std::uint64_t>();
    if (sizeOfType(e.dtype) == 0)
        return unreadable("tensor " + name + " has the unknown type " + e.dtype);
    const auto bytes = bytesOfTensor(e.dtype, e.shape);
    if (!bytes) return unreadable("tensor " + name + " is too large");
    if (e.begin > e.end || e.end - e.begin != *bytes)
        return unreadable("tensor " + name + " has offsets that do not fit its shape");
    return e;
}

Result<void> checkLayout(const SafetensorsHeader& h, std::uint64_t fileSize) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;
    for (const auto& [name, e] : h.entries) {
        if (e.end > fileSize - h.dataOffset)
            return unreadable("the file is truncated: tensor " + name + " ends behind it");
        if (e.begin != e.end) spans.emplace_back(e.begin, e.end);
    }
    std::sort(spans.begin(), spans.end());
    for (std::size_t i = 1; i < spans.size(); ++i)
        if (spans[i].first < spans[i - 1].second) return unreadable("two tensors overlap");
    return {};
}

}  // namespace

std::uint64_t sizeOfType(std::string_view dtype) {
    if (dtype == "F64" || dtype == "I64") return 8;
    if (dtype == "F32" || dtype == "I32") return 4;
    if (dtype == "F16" || dtype == "BF16" || dtype == "I16") return 2;
    if (dtype == "I8" || dtype == "U8" || dtype == "BOOL") return 1;
    return 0;
}

std::optional<std::uint64_t> bytesOfTensor(std::string_view dtype,
                                           const std::vector<std::int64_t>& shape) {
    constexpr auto kMost = std::uint64_t(std::numeric_limits<std::int64_t>::max());
    std::uint64_t bytes = sizeOfType(dtype);
    if (bytes == 0) return {};
    for (const auto side : shape) {
        if (side < 0 || (side != 0 && bytes > kMost / std::uint64_t(side))) return {};
        bytes *= std::uint64_t(side);
    }
    return bytes;
}

Result<SafetensorsHeader> parseSafetensors(std::string_view bytes, std::uint64_t fileSize) {
    if (bytes.size() < 8) return unreadable("no safetensors file: shorter than 8 bytes");
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 8; ++i)
        length |= std::uint64_t(static_cast<unsigned char>(bytes[i])) << (8 * i);
    if (length > kMaxHeader) return unreadable("no safetensors file: its header would be too long");
    if (length > bytes.size() - 8 || length + 8 > fileSize)
        return unreadable("the file is truncated inside its header");
    const auto text = bytes.substr(8, std::size_t(length));
    const auto json = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
    if (!json.is_object()) return unreadable("no safetensors file: its header is no JSON object");
    SafetensorsHeader header;
    header.dataOffset = length + 8;
    for (const auto& [name, value] : json.items()) {
        if (name == "__metadata__") {
            if (!value.is_object()) return unreadable("__metadata__ is no object");
            for (const auto& [key, text2] : value.items()) {
                if (!text2.is_string()) return unreadable("__metadata__ holds more than texts");
                header.metadata[key] = text2.get<std::string>();
            }
            continue;
        }
        auto entry = readEntry(name, value);
        if (!entry) return entry.error();
        header.entries[name] = std::move(*entry);
    }
    if (auto ok = checkLayout(header, fileSize); !ok) return ok.error();
    return header;
}

Result<SafetensorsHeader> readSafetensorsHeader(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) return Error{ErrorCode::NotFound, path + ": cannot be opened"};
    const auto size = std::uint64_t(std::max<std::streamoff>(file.tellg(), 0));
    file.seekg(0);
    std::string bytes(std::size_t(std::min<std::uint64_t>(size, 8)), '\0');
    file.read(bytes.data(), std::streamsize(bytes.size()));
    if (bytes.size() == 8) {
        std::uint64_t length = 0;
        for (std::size_t i = 0; i < 8; ++i)
            length |= std::uint64_t(static_cast<unsigned char>(bytes[i])) << (8 * i);
        const auto more = std::min({length, kMaxHeader + 1, size - 8});
        bytes.resize(std::size_t(8 + more));
        file.read(bytes.data() + 8, std::streamsize(more));
    }
    auto header = parseSafetensors(bytes, size);
    if (!header) return Error{header.error().code, path + ": " + header.error().detail};
    return header;
}

}  // namespace fs2
