#include "annotation/core/mask_ops.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "annotation/core/distance.h"
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

std::vector<std::uint8_t> windowOf(const Mask& mask, const Rect& window) {
    std::vector<std::uint8_t> bitmap(std::size_t(window.width) * std::size_t(window.height));
    mask.toBitmap(bitmap.data(), window.width, window);
    return bitmap;
}

/// Sums over 2 * radius + 1 neighbours along a line whose ends are repeated outwards.
void boxSums(std::vector<std::int64_t>& line, std::vector<std::int64_t>& before, int radius) {
    const auto size = std::ptrdiff_t(line.size());
    const auto value = [&](std::ptrdiff_t i) {
        return before[std::size_t(std::clamp<std::ptrdiff_t>(i, 0, size - 1))];
    };
    before = line;
    std::int64_t sum = 0;
    for (std::ptrdiff_t i = -radius; i <= radius; ++i) sum += value(i);
    for (std::ptrdiff_t i = 0; i < size; ++i) {
        line[std::size_t(i)] = sum;
        sum += value(i + radius + 1) - value(i - radius);
    }
}

/// A tent filter along one axis of the window: two box sums.
void tentSums(std::vector<std::int64_t>& values, std::size_t lines, std::size_t length,
              std::size_t lineStep, std::size_t step, int radius) {
    std::vector<std::int64_t> line(length), scratch(length);
    for (std::size_t n = 0; n < lines; ++n) {
        for (std::size_t i = 0; i < length; ++i) line[i] = values[n * lineStep + i * step];
        boxSums(line, scratch, radius);
        boxSums(line, scratch, radius);
        for (std::size_t i = 0; i < length; ++i) values[n * lineStep + i * step] = line[i];
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
    if (mask.empty() || radius <= 0) return mask;
    const Rect window = widened(mask.bounds(), 2 * radius + 1, mask);
    std::vector<std::uint8_t> bitmap = windowOf(mask, window);
    const auto width = std::size_t(window.width), height = std::size_t(window.height);
    std::vector<std::int64_t> sums(bitmap.begin(), bitmap.end());
    tentSums(sums, height, width, width, 1, radius);
    tentSums(sums, width, height, 1, width, radius);
    const std::int64_t side = 2 * std::int64_t(radius) + 1;
    const std::int64_t whole = side * side * side * side;
    for (std::size_t i = 0; i < bitmap.size(); ++i) bitmap[i] = 2 * sums[i] > whole;
    return fromWindow(bitmap, window, mask);
}

Mask grown(const Mask& mask, double pixels) {
    if (mask.empty() || pixels <= 0) return mask;
    const double reach = std::min(pixels, double(mask.width()) + mask.height());
    const Rect window = widened(mask.bounds(), int(std::ceil(reach)), mask);
    std::vector<std::uint8_t> bitmap = windowOf(mask, window);
    for (auto& pixel : bitmap) pixel = pixel == 0;
    const auto distance = distanceSquared(bitmap, window.width, window.height, Beyond::Nothing);
    for (std::size_t i = 0; i < bitmap.size(); ++i) {
        bitmap[i] = double(distance[i]) <= reach * reach;
    }
    return fromWindow(bitmap, window, mask);
}

Mask shrunk(const Mask& mask, double pixels) {
    if (mask.empty() || pixels <= 0) return mask;
    const Rect window = widened(mask.bounds(), 1, mask);
    std::vector<std::uint8_t> bitmap = windowOf(mask, window);
    const auto distance = distanceSquared(bitmap, window.width, window.height, Beyond::Nothing);
    for (std::size_t i = 0; i < bitmap.size(); ++i) {
        bitmap[i] = double(distance[i]) > pixels * pixels;
    }
    return fromWindow(bitmap, window, mask);
}

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
