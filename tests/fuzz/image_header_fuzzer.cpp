// The header sniffer: any bytes give a size or an error, and reading ends.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "annotation/media/image_header.h"

using namespace fs2;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto info = imageInfo(std::span(data, size));
    if (!info) {
        if (info.error().detail.empty()) std::abort();
        return 0;
    }
    if (info->width() <= 0 || info->height() <= 0) std::abort();
    if (info->orientation < 1 || info->orientation > 8) std::abort();
    return 0;
}
