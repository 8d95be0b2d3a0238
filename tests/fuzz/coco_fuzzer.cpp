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
    const auto faults = checkCocoText(text, "input");
    const auto dataset = parseCoco(text, "input");
    if (!dataset) return 0;
    if (!faults) std::abort();  // what can be read, can be checked
    for (const DatasetImage& image : dataset->images) {
        constexpr std::int64_t kMostPixels = 1 << 20;  // to spend the time on many inputs
        if (std::int64_t(image.width) * image.height > kMostPixels) return 0;
    }
    for (const CocoMasks masks : {CocoMasks::Polygons, CocoMasks::Rle}) {
        const auto again = parseCoco(cocoText(*dataset, masks), "own");
        if (!again || again->objects.size() != dataset->objects.size()) std::abort();
        for (std::size_t i = 0; i < again->objects.size(); ++i) {
            if (!(again->objects[i].mask == dataset->objects[i].mask)) std::abort();
        }
    }
    return 0;
}
