// Fuzzes model/checkpoints/pickle.h and model/checkpoints/checkpoint_file.h: any bytes give an Error or tensors whose
// elements can be read.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/checkpoints/checkpoint_file.h"
#include "model/checkpoints/pickle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::uint64_t kRead = 1 << 16;  // larger ones repeat what smaller ones show
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto pickle = fs2::Pickle::parse(bytes)) {
        if (pickle->size() > size) std::abort();
        for (const auto& node : pickle->nodes())
            for (const auto item : node.items)
                if (item >= pickle->nodes().size()) std::abort();
    } else if (pickle.error().detail.empty()) {
        std::abort();
    }
    const auto checkpoint = fs2::parseCheckpoint(bytes);
    if (!checkpoint) return checkpoint.error().detail.empty() ? (std::abort(), 0) : 0;
    for (const auto& [name, tensor] : checkpoint->tensors)
        if (tensor.bytes() <= kRead && tensor.data().size() != tensor.bytes()) std::abort();
    return 0;
}
