// Fuzzes the header parser of model/checkpoints/safetensors.h: any bytes give an Error or a header whose tensors
// lie inside the file.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/checkpoints/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto header = fs2::parseSafetensors(bytes, size);
    if (!header) return header.error().detail.empty() ? (std::abort(), 0) : 0;
    if (header->dataOffset > size) std::abort();
    for (const auto& [name, e] : header->entries)
        if (e.begin > e.end || e.end > size - header->dataOffset) std::abort();
    return 0;
}
