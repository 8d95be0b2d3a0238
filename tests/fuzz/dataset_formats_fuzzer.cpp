// The texts of YOLO-seg (rows, data.yaml), VOC (boxes, labelmap.txt), Cityscapes (polygons) and semantic PNG
// (labelmap.txt); the first byte says which. Any bytes give a value or a fault with its place, and what is read keeps its
// promises.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "annotation/formats/cityscapes.h"
#include "annotation/formats/voc.h"
#include "annotation/formats/yolo.h"

using namespace fs2;

namespace {

constexpr int kWidth = 13, kHeight = 7, kClasses = 3;

void require(bool kept) {
    if (!kept) std::abort();
}

void yoloRows(std::string_view text, std::vector<std::string>& faults) {
    for (const YoloRow& row : parseYoloRows(text, "input", kWidth, kHeight, kClasses, true, faults)) {
        require(row.category >= 0 && row.category < kClasses);
        require(row.mask.width() == kWidth && row.mask.height() == kHeight);
    }
}

void yoloList(std::string_view text) {
    const auto list = parseYoloList(text, "input");
    require(list ? !list->names.empty() && !list->parts.empty()
                 : list.error().detail.starts_with("input: "));
}

void vocBoxes(std::string_view text, std::vector<std::string>& faults) {
    for (const VocBox& box : parseVocBoxes(text, "input", kWidth, kHeight, faults)) {
        require(!box.name.empty() && box.xmin >= 1 && box.xmax <= kWidth && box.ymax <= kHeight);
    }
}

void labels(const ClassNumbers& classes) {
    for (const auto& [number, name] : classes) require(number > 0 && number != 255 && number != 65535);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::vector<std::string> faults;
    switch (data[0]) {
        case 'y': yoloList(rest); break;
        case 'v': vocBoxes(rest, faults); break;
        case 'c': labels(parseVocLabels(rest)); break;
        case 'p': faults = checkCityscapesPolygons(rest, "input", kWidth, kHeight); break;
        case 's': labels(parseSemanticLabels(rest, "input", faults)); break;
        default: yoloRows(rest, faults);
    }
    for (const std::string& fault : faults) require(fault.starts_with("input:"));
    return 0;
}
