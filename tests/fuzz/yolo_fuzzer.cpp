// YOLO-seg's label rows and data.yaml; the first byte says which. Any bytes give a value or a fault with its
// place, and what is read keeps its promises.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "annotation/formats/yolo.h"

using namespace fs2;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr int kWidth = 13, kHeight = 7, kClasses = 3;
    if (size < 1) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] == 'y') {
        const auto list = parseYoloList(rest, "input");
        const bool kept = list ? !list->names.empty() && !list->parts.empty()
                               : list.error().detail.starts_with("input: ");
        if (!kept) std::abort();
        return 0;
    }
    std::vector<std::string> faults;
    for (const YoloRow& row : parseYoloRows(rest, "input", kWidth, kHeight, kClasses, true, faults)) {
        if (row.category < 0 || row.category >= kClasses) std::abort();
        if (row.mask.width() != kWidth || row.mask.height() != kHeight) std::abort();
    }
    for (const std::string& fault : faults) {
        if (!fault.starts_with("input:")) std::abort();
    }
    return 0;
}
