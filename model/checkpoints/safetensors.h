// safetensors in and out (huggingface/safetensors: 8-byte little-endian header length, JSON header,
// raw little-endian data). The header is read without torch; tensors need it. Any thread.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/result.h"

namespace at {
class Tensor;
}

namespace fs2 {

struct SafetensorsEntry {
    std::string dtype;  ///< F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;  ///< byte offsets in the data part; begin <= end
    std::uint64_t end = 0;
};

struct SafetensorsHeader {
    std::map<std::string, SafetensorsEntry> entries;
    std::map<std::string, std::string> metadata;
    std::uint64_t dataOffset = 0;  ///< of the data part in the file
};

/// Bytes of one element of a type as safetensors names it; 0 for an unknown name.
std::uint64_t sizeOfType(std::string_view dtype);
/// Bytes of a tensor; nothing where a side is negative, the type unknown or the product above 2^63.
std::optional<std::uint64_t> bytesOfTensor(std::string_view dtype,
                                           const std::vector<std::int64_t>& shape);

/// Parses and checks the start of a file of `fileSize` bytes: offsets inside the file, sizes that
/// fit shape and type, no overlap. `bytes` holds at least the header. Errors: Unreadable.
Result<SafetensorsHeader> parseSafetensors(std::string_view bytes, std::uint64_t fileSize);
/// Reads the header of a file. Errors: NotFound, Unreadable; the detail names the file.
Result<SafetensorsHeader> readSafetensorsHeader(const std::string& path);

using TensorMap = std::map<std::string, at::Tensor>;
struct LoadedTensors {
    TensorMap tensors;  ///< on the CPU, owned
    std::map<std::string, std::string> metadata;
    std::string id;  ///< 16 hexadecimal digits: FNV-1a 64 of the whole file
};
Result<LoadedTensors> loadSafetensors(const std::string& path);
/// Writes to a temporary name, then renames. Errors: ReadOnly, DiskFull, Internal.
Result<void> saveSafetensors(const std::string& path, const TensorMap& tensors,
                             const std::map<std::string, std::string>& metadata = {});

}  // namespace fs2
