// The COCO reader and checker: any bytes give a dataset or an error. What is read, is written and read
// again to the same masks.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "annotation/formats/coco.h"

using namespace fs2;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kMostBytes = 1 << 14;
    if (size > kMostBytes) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (!checkCocoText(text, "input")) return parseCoco(text, "input").ok() ? std::abort(), 0 : 0;
    const auto dataset = parseCoco(text, "input");
    if (!dataset) return 0;
    for (const CocoMasks masks : {CocoMasks::Polygons, CocoMasks::Rle}) {
        const auto again = parseCoco(cocoText(*dataset, masks), "own");
        if (!again || again->objects.size() != dataset->objects.size()) std::abort();
        for (std::size_t i = 0; i < again->objects.size(); ++i) {
            if (!(again->objects[i].mask == dataset->objects[i].mask)) std::abort();
        }
    }
    return 0;
}
