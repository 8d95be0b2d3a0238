#include "ui/timeline/lane_image.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace fs2 {
namespace {

constexpr double kGapFrom = 6;  // widget pixels of a frame from which frames stand apart
constexpr int kLeast = 40;      // a height of which something is seen, of 255

struct Inks {
    QRgb back, full, weak, line, cap, rule;
};

QColor blend(const QColor& a, const QColor& b, double share) {
    const auto mix = [share](double x, double y) { return float(x * (1 - share) + y * share); };
    return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()),
                            mix(a.blueF(), b.blueF()));
}

Inks inksOf(const LaneLook& lane, const QPalette& palette) {
    const QColor base = palette.color(QPalette::Base);
    const QColor back = lane.selected ? blend(base, palette.color(QPalette::Highlight), .3) : base;
    const QColor colour = lane.hidden ? blend(lane.colour, back, .6) : lane.colour;
    const QColor text = palette.color(QPalette::Text);
    return {back.rgb(),
            colour.rgb(),
            blend(colour, back, .45).rgb(),
            blend(text, back, .35).rgb(),
            text.rgb(),
            blend(base, text, .1).rgb()};
}

/// The colour of pixel `row` of `height` in a lane; `x` counts from the clip's start, so that
/// patterns move with it; `unit` = device pixels of a thin line.
QRgb pixel(LaneCell cell, int x, int row, int height, int unit, const Inks& inks) {
    const bool filled = (height - row) * 255 <= std::max<int>(cell.confidence, kLeast) * height;
    if (cell.bits & LaneCell::Pending)
        return filled && (x + row) % (6 * unit) < 3 * unit ? inks.full : inks.back;
    if (cell.bits & LaneCell::Confirmed)
        return row < 2 * unit                   ? inks.cap
               : !(cell.bits & LaneCell::Model) ? inks.full
               : filled                         ? inks.weak
                                                : inks.back;
    if (cell.bits & LaneCell::Model) return filled ? inks.weak : inks.back;
    const int fromMiddle = std::abs(2 * row + 1 - height);
    if (cell.bits & LaneCell::Occluded)
        return fromMiddle <= 4 * unit && x % (8 * unit) < 5 * unit ? inks.weak : inks.back;
    return (cell.bits & LaneCell::Absent) && fromMiddle <= unit ? inks.line : inks.back;
}

/// The columns of a lane from top to bottom: those that look alike are worked out once.
class Profiles {
  public:
    Profiles(const std::vector<LaneCell>& columns, int phase, int height, int unit,
             const Inks& inks)
        : height_(height), places_(columns.size()) {
        constexpr int kPhases = 24;  // a period of all patterns at 1 unit
        const int phases = kPhases * unit;
        std::unordered_map<unsigned, std::uint32_t> known;
        unsigned last = ~0u;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            LaneCell cell = columns[i];
            const bool level = cell.bits & (LaneCell::Model | LaneCell::Pending);
            cell.confidence = level ? std::uint8_t(cell.confidence | 15) : std::uint8_t(0);
            const bool moves = cell.bits & (LaneCell::Pending | LaneCell::Occluded);
            const int x = moves ? (phase + int(i)) % phases : 0;
            const unsigned key = cell.bits | unsigned(cell.confidence) << 8 | unsigned(x) << 16;
            if (key == last) {
                places_[i] = places_[i - 1];
                continue;
            }
            last = key;
            const auto [found, isNew] =
                known.try_emplace(key, std::uint32_t(inks_.size() / std::size_t(height)));
            places_[i] = found->second;
            if (!isNew) continue;
            for (int row = 0; row < height; ++row)
                inks_.push_back(cell.empty() ? inks.back : pixel(cell, x, row, height, unit, inks));
        }
    }
    void draw(int row, QRgb* line) const {
        const QRgb* inks = inks_.data() + row;
        for (const std::uint32_t place : places_) *line++ = inks[place * std::uint32_t(height_)];
    }

  private:
    int height_;
    std::vector<std::uint32_t> places_;
    std::vector<QRgb> inks_;
};

void join(LaneCell& sum, LaneCell cell) {
    sum.bits = std::uint8_t(sum.bits | cell.bits);
    sum.confidence = std::min(sum.confidence, cell.confidence);
}
void join(float& sum, float doubt) {
    sum = std::max(sum, doubt);
}

/// One value for each device column left .. right - 1, from get(range, count): frame by frame where
/// few share a column, so that a part is the same as the whole; else as get() shares them out.
template <class Value, class Get>
std::vector<Value> spread(const LaneView& view, int frames, int left, int right, Get get) {
    constexpr int kFew = 4;
    std::vector<Value> columns(std::size_t(right - left));
    const auto frameOf = [&](int x) {
        return std::clamp(int(std::floor(view.axis.frameAtExact(x / view.ratio))), 0, frames);
    };
    const int end = std::clamp(int(std::ceil(view.axis.xOf(frames) * view.ratio)), left, right);
    const int first = frameOf(left);
    if (end <= left || first >= frames) return columns;
    const FrameRange range{{first}, {std::clamp(frameOf(end) - 1, first, frames - 1)}};
    if (range.count() > kFew * (end - left)) {
        const std::vector<Value> values = get(range, end - left);
        std::copy(values.begin(), values.end(), columns.begin());
        return columns;
    }
    // The last column may show a part of one more frame.
    const FrameRange all{range.first, {std::min(range.last.value + 1, frames - 1)}};
    const std::vector<Value> values = get(all, all.count());
    // A column shows the frames whose middle it holds; else the one that it lies in.
    const auto middleFrom = [&](int x) {
        return int(std::ceil(view.axis.frameAtExact(x / view.ratio) - .5));
    };
    for (int x = left; x < end; ++x) {
        int from = middleFrom(x);
        int last = middleFrom(x + 1) - 1;
        if (last < from) from = last = frameOf(x);
        from = std::clamp(from, first, all.last.value);
        last = std::clamp(last, from, all.last.value);
        for (int frame = from; frame <= last; ++frame)
            join(columns[std::size_t(x - left)], values[std::size_t(frame - first)]);
    }
    return columns;
}

/// Empties the last column of each frame, where frames are wide.
void cutGaps(std::vector<LaneCell>& columns, const LaneView& view, int left) {
    if (view.axis.pixelsPerFrame() < kGapFrom) return;
    const auto frameOf = [&](int x) { return std::floor(view.axis.frameAtExact(x / view.ratio)); };
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (frameOf(left + int(i)) != frameOf(left + int(i) + 1)) columns[i] = {};
}

bool same(const LaneView& a, const LaneView& b) {
    return a.axis.firstFrame() == b.axis.firstFrame() &&
           a.axis.pixelsPerFrame() == b.axis.pixelsPerFrame() && a.size == b.size &&
           a.ratio == b.ratio && a.scroll == b.scroll &&
           a.palette.cacheKey() == b.palette.cacheKey();
}

}  // namespace

void LaneImage::invalidate(FrameRange frames) {
    if (dirty_.empty()) {
        dirty_ = frames;
    } else if (!frames.empty()) {
        dirty_ = {std::min(dirty_.first, frames.first), std::max(dirty_.last, frames.last)};
    }
}

const QImage& LaneImage::image(const TimelineContent& content, const LaneView& view) {
    const QSize pixels = (QSizeF(view.size) * view.ratio).toSize();
    int left = 0;
    int right = pixels.width();
    if (valid_ && same(view, drawn_)) {
        left = std::max(0, int(std::floor(view.axis.xOf(dirty_.first.value) * view.ratio)) - 1);
        right =
            std::min(right, int(std::ceil(view.axis.xOf(dirty_.last.value + 1) * view.ratio)) + 1);
        if (dirty_.empty()) right = left;
    } else if (image_.size() != pixels) {
        image_ = QImage(pixels, QImage::Format_RGB32);
    }
    image_.setDevicePixelRatio(view.ratio);
    drawn_ = view;
    valid_ = true;
    dirty_ = {};
    if (left < right) drawColumns(content, view, left, right);
    return image_;
}

void LaneImage::drawColumns(const TimelineContent& content, const LaneView& view, int left,
                            int right) {
    int top = view.doubtHeight - view.scroll;  // widget pixels
    for (const LaneLook& lane : content.lanes) {
        const bool seen = top + view.laneHeight > view.doubtHeight && top < view.size.height();
        if (seen) {
            auto columns = spread<LaneCell>(view, content.frames, left, right,
                                            [&](FrameRange range, int count) {
                                                return content.cells(lane.object, range, count);
                                            });
            cutGaps(columns, view, left);
            drawLane(lane, columns, view, int(top * view.ratio), left);
        }
        top += view.laneHeight;
    }
    const QRgb back = view.palette.color(QPalette::Base).rgb();
    for (int y = std::max(0, int(top * view.ratio)); y < image_.height(); ++y) {
        auto* row = reinterpret_cast<QRgb*>(image_.scanLine(y));
        std::fill(row + left, row + right, back);
    }
    drawDoubts(spread<float>(view, content.frames, left, right, content.doubts), view, left);
}

void LaneImage::drawLane(const LaneLook& lane, const std::vector<LaneCell>& columns,
                         const LaneView& view, int top, int left) {
    const int unit = std::max(1, int(view.ratio));
    const int full = int(view.laneHeight * view.ratio);
    const int pad = 2 * unit;
    const int height = full - 2 * pad;
    const Inks inks = inksOf(lane, view.palette);
    const double start = view.axis.firstFrame() * view.axis.pixelsPerFrame() * view.ratio;
    const int phase = left + int(std::fmod(start, 240. * unit));
    const Profiles profiles(columns, phase, height, unit, inks);
    for (int y = std::max(0, top); y < std::min(top + full, image_.height()); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image_.scanLine(y)) + left;
        const int row = y - top - pad;
        if (row < 0 || row >= height)
            std::fill_n(line, columns.size(), y == top + full - 1 ? inks.rule : inks.back);
        else
            profiles.draw(row, line);
    }
}

/// Bars as high as the doubt, and a line below them; over the lanes that are scrolled away.
void LaneImage::drawDoubts(const std::vector<float>& doubts, const LaneView& view, int left) {
    const int height = std::min(int(view.doubtHeight * view.ratio), image_.height());
    const QRgb back = view.palette.color(QPalette::AlternateBase).rgb();
    const QRgb rule = view.palette.color(QPalette::Mid).rgb();
    for (int y = 0; y < height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image_.scanLine(y)) + left;
        const float up = float(height - y) / float(height);
        for (std::size_t i = 0; i < doubts.size(); ++i)
            line[i] = y == height - 1 ? rule : doubts[i] >= up ? view.doubtInk : back;
    }
}

}  // namespace fs2
