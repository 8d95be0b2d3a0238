// Fuzzes model/checkpoints/zip_archive.h and model/checkpoints/npy.h: any bytes give an Error or entries inside the file
// that unpack to what they claim, and never to more than the limit.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/checkpoints/npy.h"
#include "model/checkpoints/safetensors.h"
#include "model/checkpoints/zip_archive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::uint64_t kLimit = 1 << 20;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto archive = fs2::ZipArchive::open(bytes);
    if (!archive) return archive.error().detail.empty() ? (std::abort(), 0) : 0;
    for (const auto& entry : archive->entries()) {
        if (entry.packed.data() < bytes.data() ||
            entry.packed.data() + entry.packed.size() > bytes.data() + size)
            std::abort();
        const auto unpacked = fs2::ZipArchive::read(entry, kLimit);
        if (!unpacked) continue;
        if (unpacked->size() != entry.size || unpacked->size() > kLimit) std::abort();
        const auto array = fs2::parseNpy(*unpacked);
        if (array && fs2::bytesOfTensor(array->dtype, array->shape) != array->bytes.size())
            std::abort();
    }
    return 0;
}
