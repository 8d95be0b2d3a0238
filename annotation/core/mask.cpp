#include "annotation/core/mask.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>

#include "annotation/core/id_image.h"
#include "annotation/core/paths.h"
#include "annotation/core/segments.h"

namespace fs2 {

struct Mask::Data {
    int width = 0;
    int height = 0;
    std::vector<std::uint32_t> runs;
    std::int64_t area = 0;
    Rect bounds;
};

namespace {

constexpr int kTileColumns = 64;

std::int64_t pixelCount(int width, int height) { return std::int64_t(width) * height; }

bool possibleSize(int width, int height) {
    return width > 0 && height > 0 &&
           pixelCount(width, height) <= std::numeric_limits<std::uint32_t>::max();
}

/// Takes out runs of length 0 (but a leading one), so that equal masks have equal runs.
void makeCanonical(std::vector<std::uint32_t>& runs) {
    std::size_t kept = 0;
    bool ones = false;      // what the run read stands for
    bool lastOnes = false;  // what runs[kept - 1] stands for
    for (const std::uint32_t run : runs) {
        if (kept == 0 && !ones) {
            runs[kept++] = run;
        } else if (run > 0 && ones == lastOnes) {
            runs[kept - 1] += run;
        } else if (run > 0) {
            runs[kept++] = run;
            lastOnes = ones;
        }
        ones = !ones;
    }
    runs.resize(kept);
}

Rect boundsOf(const std::vector<std::uint32_t>& runs, std::int64_t height) {
    std::int64_t x0 = -1, x1 = 0, y0 = height, y1 = 0, at = 0;
    for (std::size_t i = 0; i < runs.size(); at += runs[i++]) {
        if (i % 2 == 0 || runs[i] == 0) continue;
        const std::int64_t last = at + runs[i] - 1;
        const std::int64_t firstColumn = at / height;
        const std::int64_t lastColumn = last / height;
        if (x0 < 0) x0 = firstColumn;
        x1 = lastColumn + 1;
        const bool wraps = firstColumn != lastColumn;
        y0 = std::min(y0, wraps ? 0 : at - firstColumn * height);
        y1 = std::max(y1, wraps ? height : last - lastColumn * height + 1);
    }
    if (x0 < 0) return {};
    return {int(x0), int(y0), int(x1 - x0), int(y1 - y0)};
}

/// Walks the runs of both masks together; `keep(inA, inB)` says what is in the result.
template <class Keep>
Mask combine(const Mask& a, const Mask& b, Keep keep) {
    assert(a.width() == b.width() && a.height() == b.height());
    RunBuilder builder(a.width(), a.height());
    const auto& runsA = a.runs();
    const auto& runsB = b.runs();
    std::size_t i = 0, j = 0;
    std::int64_t endA = runsA.empty() ? 0 : runsA[0];
    std::int64_t endB = runsB.empty() ? 0 : runsB[0];
    std::int64_t at = 0;
    while (i < runsA.size() && j < runsB.size()) {
        const std::int64_t end = std::min(endA, endB);
        if (keep(i % 2 == 1, j % 2 == 1)) builder.add(at, end);
        at = end;
        if (endA == end && ++i < runsA.size()) endA += runsA[i];
        if (endB == end && ++j < runsB.size()) endB += runsB[j];
    }
    return builder.finish();
}

}  // namespace

Mask RunBuilder::finish() {
    const std::int64_t total = pixelCount(width_, height_);
    if (end_ < total) runs_.push_back(std::uint32_t(total - end_));
    auto mask = Mask::fromRuns(width_, height_, std::move(runs_));
    return mask.ok() ? std::move(mask).value() : Mask();
}

std::vector<Segment> segmentsOf(const Mask& mask) {
    std::vector<Segment> segments;
    segments.reserve(mask.runs().size() / 2);
    forEachSegment(mask, [&](const Segment& segment) { segments.push_back(segment); });
    return segments;
}

Mask::Mask() {
    static const auto null = std::make_shared<const Data>();
    data_ = null;
}

Mask::Mask(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

Mask Mask::blank(int width, int height) { return RunBuilder(width, height).finish(); }

Mask Mask::fromBitmap(const std::uint8_t* data, int width, int height, std::ptrdiff_t stride) {
    if (!possibleSize(width, height)) return Mask();
    RunBuilder builder(width, height);
    const auto rows = std::size_t(height);
    std::vector<std::uint8_t> tile(rows * kTileColumns);  // columns one after the other
    for (int left = 0; left < width; left += kTileColumns) {
        const int columns = std::min(kTileColumns, width - left);
        bool any = false;
        for (std::size_t y = 0; y < rows; ++y) {
            const std::uint8_t* row = data + std::ptrdiff_t(y) * stride + left;
            std::uint8_t seen = 0;
            for (int x = 0; x < columns; ++x) {
                seen |= row[x];
                tile[std::size_t(x) * rows + y] = row[x] != 0;
            }
            any = any || seen != 0;
        }
        if (!any) continue;
        for (int x = 0; x < columns; ++x) {
            const std::uint8_t* column = tile.data() + std::size_t(x) * rows;
            std::size_t y = 0;
            while (const void* begin = std::memchr(column + y, 1, rows - y)) {
                y = std::size_t(static_cast<const std::uint8_t*>(begin) - column);
                const void* end = std::memchr(column + y, 0, rows - y);
                const std::size_t y1 =
                    end ? std::size_t(static_cast<const std::uint8_t*>(end) - column) : rows;
                builder.add({left + x, int(y), int(y1)});
                y = y1;
            }
        }
    }
    return builder.finish();
}

Result<Mask> Mask::fromRuns(int width, int height, std::vector<std::uint32_t> runs) {
    if (!possibleSize(width, height)) {
        return Error{ErrorCode::Unreadable, "a mask cannot have the size " + std::to_string(width) +
                                                " x " + std::to_string(height)};
    }
    std::int64_t sums[2] = {0, 0};
    for (std::size_t i = 0; i < runs.size(); ++i) sums[i % 2] += runs[i];
    if (sums[0] + sums[1] != pixelCount(width, height)) {
        return Error{ErrorCode::Unreadable, "runs of " + std::to_string(sums[0] + sums[1]) +
                                                " pixels for a mask of " + std::to_string(width) +
                                                " x " + std::to_string(height)};
    }
    makeCanonical(runs);
    auto mask = std::make_shared<Data>();
    mask->width = width;
    mask->height = height;
    mask->area = sums[1];
    mask->bounds = boundsOf(runs, height);
    mask->runs = std::move(runs);
    mask->runs.shrink_to_fit();
    return Mask(std::shared_ptr<const Data>(std::move(mask)));
}

Result<Mask> Mask::fromCocoText(int width, int height, std::string_view text) {
    const auto fault = [](const char* reason) {
        return Error{ErrorCode::Unreadable, std::string("RLE text: ") + reason};
    };
    constexpr int kMaxShift = 35;  // 7 groups of 5 bits hold any 32-bit run and its sign
    std::vector<std::uint32_t> runs;
    for (std::size_t at = 0; at < text.size();) {
        std::int64_t value = 0;
        bool more = true;
        for (int shift = 0; more; shift += 5) {
            if (at == text.size()) return fault("it ends inside a number");
            const int group = static_cast<unsigned char>(text[at++]) - 48;
            if (group < 0 || group > 63) return fault("a character that does not belong there");
            if (shift >= kMaxShift) return fault("a number that is too long");
            value |= std::int64_t(group & 0x1f) << shift;
            more = (group & 0x20) != 0;
            if (!more && (group & 0x10) != 0) value |= -(std::int64_t(1) << (shift + 5));
        }
        if (runs.size() > 2) value += runs[runs.size() - 2];
        if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) {
            return fault("a run outside of the picture");
        }
        runs.push_back(std::uint32_t(value));
    }
    return fromRuns(width, height, std::move(runs));
}

int Mask::width() const { return data_->width; }
int Mask::height() const { return data_->height; }
std::int64_t Mask::area() const { return data_->area; }
Rect Mask::bounds() const { return data_->bounds; }
const std::vector<std::uint32_t>& Mask::runs() const { return data_->runs; }

std::string Mask::cocoText() const {
    std::string text;
    const auto& values = runs();
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::int64_t value = values[i];
        if (i > 2) value -= values[i - 2];
        bool more = true;
        while (more) {
            const auto group = char(value & 0x1f);
            value >>= 5;
            more = (group & 0x10) != 0 ? value != -1 : value != 0;
            text.push_back(char((more ? group | 0x20 : group) + 48));
        }
    }
    return text;
}

bool Mask::contains(int x, int y) const {
    const Rect box = bounds();
    if (x < box.x || y < box.y || x >= box.x + box.width || y >= box.y + box.height) return false;
    const std::int64_t wanted = std::int64_t(x) * height() + y;
    std::int64_t end = 0;
    for (std::size_t i = 0; i < runs().size(); ++i) {
        end += runs()[i];
        if (wanted < end) return i % 2 == 1;
    }
    return false;
}

std::uint64_t Mask::hash() const {
    const auto add = [](std::uint64_t hash, const void* data, std::size_t bytes) {
        return fnv1a64({static_cast<const char*>(data), bytes}, hash);
    };
    const int size[2] = {width(), height()};
    const std::uint64_t hash = add(kFnvOffset, size, sizeof size);
    return add(hash, runs().data(), runs().size() * sizeof(std::uint32_t));
}

std::size_t Mask::bytes() const {
    return sizeof(Data) + data_->runs.capacity() * sizeof(std::uint32_t);
}

void Mask::toBitmap(std::uint8_t* out, std::ptrdiff_t stride, Rect window,
                    std::uint8_t inside) const {
    if (window.empty()) return;
    const auto rows = std::size_t(window.height);
    std::vector<std::uint8_t> tile(rows * kTileColumns);  // columns one after the other
    int left = window.x;                                  // the tile's first column
    bool drawn = false;
    const auto flush = [&] {  // turns the tile's columns into rows of the bitmap
        const int columns = std::min(kTileColumns, window.x + window.width - left);
        std::uint8_t* to = out + (left - window.x);
        for (std::size_t y = 0; y < rows; ++y, to += stride) {
            if (!drawn) {
                std::memset(to, 0, std::size_t(columns));
            } else {
                for (int x = 0; x < columns; ++x) to[x] = tile[std::size_t(x) * rows + y];
            }
        }
        if (drawn) std::fill(tile.begin(), tile.end(), std::uint8_t(0));
        drawn = false;
        left += columns;
    };
    forEachSegment(*this, [&](const Segment& segment) {
        if (segment.x < window.x || segment.x >= window.x + window.width) return;
        const int y0 = std::max(segment.y0, window.y) - window.y;
        const int y1 = std::min(segment.y1, window.y + window.height) - window.y;
        if (y0 >= y1) return;
        while (segment.x >= left + kTileColumns) flush();
        std::memset(tile.data() + std::size_t(segment.x - left) * rows + std::size_t(y0), inside,
                    std::size_t(y1 - y0));
        drawn = true;
    });
    while (left < window.x + window.width) flush();
}

std::vector<std::uint8_t> Mask::toBitmap(std::uint8_t inside) const {
    std::vector<std::uint8_t> bitmap(std::size_t(pixelCount(width(), height())));
    if (!isNull()) toBitmap(bitmap.data(), width(), {0, 0, width(), height()}, inside);
    return bitmap;
}

bool operator==(const Mask& a, const Mask& b) {
    return a.data_ == b.data_ ||
           (a.width() == b.width() && a.height() == b.height() && a.runs() == b.runs());
}

Mask unite(const Mask& a, const Mask& b) {
    return combine(a, b, [](bool inA, bool inB) { return inA || inB; });
}
Mask intersect(const Mask& a, const Mask& b) {
    return combine(a, b, [](bool inA, bool inB) { return inA && inB; });
}
Mask subtract(const Mask& a, const Mask& b) {
    return combine(a, b, [](bool inA, bool inB) { return inA && !inB; });
}

std::int64_t intersectionArea(const Mask& a, const Mask& b) {
    assert(a.width() == b.width() && a.height() == b.height());
    std::int64_t area = 0;
    std::size_t i = 0, j = 0;
    std::int64_t endA = 0, endB = 0, at = 0;
    const auto& runsA = a.runs();
    const auto& runsB = b.runs();
    if (!runsA.empty()) endA = runsA[0];
    if (!runsB.empty()) endB = runsB[0];
    while (i < runsA.size() && j < runsB.size()) {
        const std::int64_t end = std::min(endA, endB);
        if (i % 2 == 1 && j % 2 == 1) area += end - at;
        at = end;
        if (endA == end && ++i < runsA.size()) endA += runsA[i];
        if (endB == end && ++j < runsB.size()) endB += runsB[j];
    }
    return area;
}

Mask resized(const Mask& mask, int width, int height) {
    if (mask.isNull() || (mask.width() == width && mask.height() == height)) return mask;
    const std::vector<Segment> segments = segmentsOf(mask);
    // The first target pixel whose centre lies in source pixel `source` or beyond it.
    const auto firstTarget = [](std::int64_t source, std::int64_t from, std::int64_t to) {
        const std::int64_t numerator = 2 * to * source - from;
        return int(numerator <= 0 ? 0 : (numerator + 2 * from - 1) / (2 * from));
    };
    RunBuilder builder(width, height);
    std::size_t begin = 0, end = 0;
    int column = -1;
    for (int x = 0; x < width; ++x) {
        const auto source = int((2 * std::int64_t(x) + 1) * mask.width() / (2 * std::int64_t(width)));
        if (source != column) {
            column = source;
            begin = end;
            while (begin < segments.size() && segments[begin].x < source) ++begin;
            end = begin;
            while (end < segments.size() && segments[end].x == source) ++end;
        }
        for (std::size_t i = begin; i < end; ++i) {
            builder.add({x, firstTarget(segments[i].y0, mask.height(), height),
                         firstTarget(segments[i].y1, mask.height(), height)});
        }
    }
    return builder.finish();
}

Mask shifted(const Mask& mask, int dx, int dy) {
    RunBuilder builder(mask.width(), mask.height());
    forEachSegment(mask, [&](const Segment& segment) {
        const std::int64_t x = std::int64_t(segment.x) + dx;
        const std::int64_t y0 = std::max<std::int64_t>(0, std::int64_t(segment.y0) + dy);
        const std::int64_t y1 =
            std::min<std::int64_t>(mask.height(), std::int64_t(segment.y1) + dy);
        if (x >= 0 && x < mask.width() && y0 < y1) builder.add({int(x), int(y0), int(y1)});
    });
    return builder.finish();
}

Mask maskOfId(const IdImage& image, std::uint16_t id) {
    std::vector<std::uint8_t> bitmap(image.ids.size());
    std::transform(image.ids.begin(), image.ids.end(), bitmap.begin(),
                   [&](std::uint16_t value) { return std::uint8_t(value == id); });
    return Mask::fromBitmap(bitmap.data(), image.width, image.height, image.width);
}

}  // namespace fs2
