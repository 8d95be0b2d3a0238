#include "annotation/core/mask_ops.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "annotation/core/segments.h"

namespace fs2 {
namespace {

/// The connected parts of a mask as numbers on its segments.
struct Parts {
    std::vector<Segment> segments;
    std::vector<std::size_t> part;   ///< of each segment, 0 .. count-1 in column order
    std::vector<std::int64_t> area;  ///< of each part
};

std::size_t rootOf(std::vector<std::size_t>& parent, std::size_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

Parts partsOf(const Mask& mask, Connectivity connectivity) {
    Parts parts;
    parts.segments = segmentsOf(mask);
    const auto& segments = parts.segments;
    const int reach = connectivity == Connectivity::Eight ? 1 : 0;
    std::vector<std::size_t> parent(segments.size());
    std::iota(parent.begin(), parent.end(), std::size_t(0));
    std::size_t left = 0;  // the first segment of the column before that may still touch
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const Segment& here = segments[i];
        while (segments[left].x < here.x - 1 ||
               (segments[left].x == here.x - 1 && segments[left].y1 + reach <= here.y0)) {
            ++left;
        }
        for (std::size_t j = left; segments[j].x == here.x - 1 && segments[j].y0 < here.y1 + reach;
             ++j) {
            const std::size_t a = rootOf(parent, i), b = rootOf(parent, j);
            parent[std::max(a, b)] = std::min(a, b);
        }
    }
    parts.part.resize(segments.size());
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::size_t root = rootOf(parent, i);
        if (root == i) parts.area.push_back(0);
        parts.part[i] = root == i ? parts.area.size() - 1 : parts.part[root];
        parts.area[parts.part[i]] += segments[i].y1 - segments[i].y0;
    }
    return parts;
}

template <class Wanted>
Mask pick(const Mask& mask, const Parts& parts, Wanted wanted) {
    RunBuilder builder(mask.width(), mask.height());
    for (std::size_t i = 0; i < parts.segments.size(); ++i) {
        if (wanted(parts.part[i])) builder.add(parts.segments[i]);
    }
    return builder.finish();
}

Rect widened(const Rect& box, int by, const Mask& mask) {
    const int x0 = std::max(0, box.x - by), y0 = std::max(0, box.y - by);
    const int x1 = std::min(mask.width(), box.x + box.width + by);
    const int y1 = std::min(mask.height(), box.y + box.height + by);
    return {x0, y0, x1 - x0, y1 - y0};
}

Mask fromWindow(const std::vector<std::uint8_t>& bitmap, const Rect& window, const Mask& like) {
    const Mask part = Mask::fromBitmap(bitmap.data(), window.width, window.height, window.width);
    RunBuilder builder(like.width(), like.height());
    forEachSegment(part, [&](const Segment& segment) {
        builder.add({segment.x + window.x, segment.y0 + window.y, segment.y1 + window.y});
    });
    return builder.finish();
}

/// Sums over 2 * radius + 1 neighbours along each row; the row's ends are repeated outwards.
void sumAlongRows(std::vector<std::uint32_t>& values, int width, int radius) {
    std::vector<std::uint32_t> row(std::size_t(width) + 2 * std::size_t(radius) + 1);
    const auto begin = row.begin() + radius, end = begin + width;
    for (auto at = values.begin(); at != values.end(); at += width) {
        std::copy(at, at + width, begin);
        std::fill(row.begin(), begin, *begin);
        std::fill(end, row.end(), *(end - 1));
        std::uint32_t sum = std::accumulate(row.begin(), row.begin() + 2 * radius + 1, 0u);
        for (int x = 0; x < width; ++x) {
            at[x] = sum;
            sum += begin[x + radius + 1] - begin[x - radius];
        }
    }
}

/// The same along each column, a row at a time.
void sumAlongColumns(std::vector<std::uint32_t>& values, int width, int height, int radius) {
    const std::vector<std::uint32_t> before = values;
    const auto rowAt = [&](int y) {
        return before.begin() + std::ptrdiff_t(std::clamp(y, 0, height - 1)) * width;
    };
    std::vector<std::uint32_t> sums(static_cast<std::size_t>(width));
    for (int y = -radius; y <= radius; ++y) {
        std::transform(sums.begin(), sums.end(), rowAt(y), sums.begin(), std::plus<>());
    }
    for (int y = 0; y < height; ++y) {
        std::copy(sums.begin(), sums.end(), values.begin() + std::ptrdiff_t(y) * width);
        const auto enters = rowAt(y + radius + 1), leaves = rowAt(y - radius);
        for (int x = 0; x < width; ++x) sums[std::size_t(x)] += enters[x] - leaves[x];
    }
}

}  // namespace

std::vector<Mask> components(const Mask& mask, Connectivity connectivity) {
    const Parts parts = partsOf(mask, connectivity);
    std::vector<RunBuilder> builders(parts.area.size(), RunBuilder(mask.width(), mask.height()));
    for (std::size_t i = 0; i < parts.segments.size(); ++i) {
        builders[parts.part[i]].add(parts.segments[i]);
    }
    std::vector<Mask> masks;
    for (RunBuilder& builder : builders) masks.push_back(builder.finish());
    std::stable_sort(masks.begin(), masks.end(),
                     [](const Mask& a, const Mask& b) { return a.area() > b.area(); });
    return masks;
}

Mask componentAt(const Mask& mask, int x, int y, Connectivity connectivity) {
    const Parts parts = partsOf(mask, connectivity);
    const auto hit = std::find_if(
        parts.segments.begin(), parts.segments.end(), [&](const Segment& segment) {
            return segment.x == x && segment.y0 <= y && y < segment.y1;
        });
    if (hit == parts.segments.end()) return Mask::blank(mask.width(), mask.height());
    const std::size_t wanted = parts.part[std::size_t(hit - parts.segments.begin())];
    return pick(mask, parts, [&](std::size_t part) { return part == wanted; });
}

Mask inverted(const Mask& mask) {
    if (mask.isNull()) return mask;
    std::vector<std::uint32_t> runs = mask.runs();
    if (runs.front() == 0) {
        runs.erase(runs.begin());
    } else {
        runs.insert(runs.begin(), 0);
    }
    return Mask::fromRuns(mask.width(), mask.height(), std::move(runs)).value();
}

Mask fillHoles(const Mask& mask, std::int64_t maxArea) {
    const Mask outside = inverted(mask);
    Parts parts = partsOf(outside, Connectivity::Four);
    for (std::size_t i = 0; i < parts.segments.size(); ++i) {
        const Segment& segment = parts.segments[i];
        const bool atEdge = segment.x == 0 || segment.x == mask.width() - 1 || segment.y0 == 0 ||
                            segment.y1 == mask.height();
        if (atEdge) parts.area[parts.part[i]] = maxArea + 1;  // it is no hole
    }
    const Mask holes =
        pick(outside, parts, [&](std::size_t part) { return parts.area[part] <= maxArea; });
    return unite(mask, holes);
}

Mask dropIslands(const Mask& mask, std::int64_t minArea) {
    const Parts parts = partsOf(mask, Connectivity::Eight);
    return pick(mask, parts, [&](std::size_t part) { return parts.area[part] >= minArea; });
}

Mask smoothed(const Mask& mask, int radius) {
    constexpr int kMostRadius = 100;  // the sums stay within 32 bits
    const int reach = std::min(radius, kMostRadius);
    if (mask.empty() || reach <= 0) return mask;
    const Rect window = widened(mask.bounds(), 2 * reach + 1, mask);
    std::vector<std::uint8_t> bitmap(std::size_t(window.width) * std::size_t(window.height));
    mask.toBitmap(bitmap.data(), window.width, window);
    std::vector<std::uint32_t> sums(bitmap.begin(), bitmap.end());
    for (int pass = 0; pass < 2; ++pass) {  // two boxes make a tent
        sumAlongRows(sums, window.width, reach);
        sumAlongColumns(sums, window.width, window.height, reach);
    }
    const std::uint32_t side = 2 * std::uint32_t(reach) + 1;
    const std::uint32_t half = side * side * side * side / 2;
    std::transform(sums.begin(), sums.end(), bitmap.begin(),
                   [half](std::uint32_t sum) { return std::uint8_t(sum > half); });
    return fromWindow(bitmap, window, mask);
}

Mask grown(const Mask& mask, double pixels) {
    if (mask.empty() || !(pixels > 0)) return mask;
    const double reach = std::min(pixels, double(mask.width()) + mask.height());
    Mask result = mask;
    for (int dx = -int(reach); dx <= int(reach); ++dx) {  // a disc is columns of known height
        const auto dy = int(std::sqrt(reach * reach - double(dx) * dx));
        RunBuilder builder(mask.width(), mask.height());
        forEachSegment(mask, [&](const Segment& segment) {
            const int x = segment.x + dx;
            if (x < 0 || x >= mask.width()) return;
            builder.add({x, std::max(0, segment.y0 - dy), std::min(mask.height(), segment.y1 + dy)});
        });
        result = unite(result, builder.finish());
    }
    return result;
}

Mask shrunk(const Mask& mask, double pixels) { return inverted(grown(inverted(mask), pixels)); }

Mask clipped(const Mask& mask, const Box& box) {
    // The first pixel whose centre is not below `edge`, within 0 .. size.
    const auto first = [](double edge, int size) {
        return int(std::clamp(std::ceil(edge - .5), 0.0, double(size)));
    };
    const int x0 = first(box.x0, mask.width()), x1 = first(box.x1, mask.width());
    const int y0 = first(box.y0, mask.height()), y1 = first(box.y1, mask.height());
    RunBuilder builder(mask.width(), mask.height());
    forEachSegment(mask, [&](const Segment& segment) {
        if (segment.x < x0 || segment.x >= x1) return;
        builder.add({segment.x, std::max(segment.y0, y0), std::min(segment.y1, y1)});
    });
    return builder.finish();
}

}  // namespace fs2
