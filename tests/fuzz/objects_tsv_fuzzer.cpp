// The reader of objects.tsv: any bytes give rows or an error with its place; rows keep their promises.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "annotation/metrics/objects_tsv.h"

using namespace fs2;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
    const auto rows = readObjects(in, "input");
    if (!rows) {
        if (!rows.error().detail.starts_with("input")) std::abort();
        return 0;
    }
    const IdImage ids{3, 3, {1, 1, 0, 0, 2, 2, 0, 2, 3}};
    for (const ObjectRow& row : *rows) {
        const bool inside = row.x0 <= row.seedX && row.seedX < row.x1 && row.y0 <= row.seedY &&
                            row.seedY < row.y1;
        const std::string path = "/" + row.image + "/";
        if (!inside || path.find("/../") != std::string::npos || row.mask.starts_with('/')) std::abort();
        const auto mask = objectMask(ids, row);
        if (mask && !mask->contains(row.seedX, row.seedY)) std::abort();
    }
    return 0;
}
