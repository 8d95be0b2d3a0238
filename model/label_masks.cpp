#include "model/label_masks.h"

#include <cstring>

#include "annotation/core/segments.h"

namespace fs2 {

namespace {

/// The end of the run of equal bytes that begins at `at`.
std::int64_t runEnd(const std::uint8_t* labels, std::int64_t at, std::int64_t size) {
    const std::uint8_t label = labels[at];
    const std::uint64_t eight = label * 0x0101010101010101ull;
    for (std::uint64_t word; at + 8 <= size; at += 8) {
        std::memcpy(&word, labels + at, 8);
        if (word != eight) break;
    }
    while (at < size && labels[at] == label) ++at;
    return at;
}

}  // namespace

std::vector<Mask> masksOfLabels(const std::uint8_t* labels, int width, int height, int count) {
    std::vector<RunBuilder> builders(std::size_t(count), RunBuilder(width, height));
    const std::int64_t size = std::int64_t(width) * height;
    for (std::int64_t begin = 0; begin < size;) {
        const auto end = runEnd(labels, begin, size);
        if (const int label = labels[begin]; label > 0 && label <= count)
            builders[std::size_t(label) - 1].add(begin, end);
        begin = end;
    }
    std::vector<Mask> masks;
    for (auto& builder : builders) masks.push_back(builder.finish());
    return masks;
}

}  // namespace fs2
