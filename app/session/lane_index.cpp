#include "app/session/lane_index.h"

#include <algorithm>

namespace fs2 {

void LaneIndex::reset(int frames) {
    frames_ = frames;
    lanes_.clear();
    doubts_ = makeLane();
}

LaneIndex::Lane LaneIndex::makeLane() const {
    Lane lane;
    if (frames_ > 0) lane.emplace_back(std::size_t(frames_));
    while (frames_ > 0 && lane.back().size() > 1) {
        lane.emplace_back((lane.back().size() + kFanOut - 1) / kFanOut);
    }
    return lane;
}

void LaneIndex::write(Lane& lane, int frame, LaneCell cell) {
    auto place = std::size_t(frame);
    lane.front()[place] = cell;
    for (std::size_t level = 1; level < lane.size(); ++level) {
        const std::vector<LaneCell>& below = lane[level - 1];
        place /= kFanOut;
        LaneCell sum;
        const std::size_t end = std::min(below.size(), (place + 1) * kFanOut);
        for (std::size_t i = place * kFanOut; i < end; ++i) add(sum, below[i]);
        if (lane[level][place] == sum) return;
        lane[level][place] = sum;
    }
}

void LaneIndex::set(ObjectId object, FrameIndex frame, LaneCell cell) {
    if (frame.value < 0 || frame.value >= frames_) return;
    Lane& lane = lanes_[object];
    if (lane.empty()) lane = makeLane();
    const std::uint8_t before = lane.front()[std::size_t(frame.value)].doubt;
    write(lane, frame.value, cell);
    raiseDoubt(frame.value, before, cell.doubt);
}

void LaneIndex::raiseDoubt(int frame, std::uint8_t before, std::uint8_t now) {
    LaneCell most = doubts_.front()[std::size_t(frame)];
    if (now == before || (now < most.doubt && before < most.doubt)) return;
    most.doubt = now;
    if (now < before) {
        for (const auto& [object, lane] : lanes_) {
            most.doubt = std::max(most.doubt, lane.front()[std::size_t(frame)].doubt);
        }
    }
    write(doubts_, frame, most);
}

LaneCell LaneIndex::cell(ObjectId object, FrameIndex frame) const {
    const auto lane = lanes_.find(object);
    const bool known = lane != lanes_.end() && frame.value >= 0 && frame.value < frames_;
    return known ? lane->second.front()[std::size_t(frame.value)] : LaneCell{};
}

LaneCell LaneIndex::sumOf(const Lane& lane, int first, int last) {
    LaneCell sum;
    auto from = std::size_t(first);
    auto end = std::size_t(last) + 1;
    for (const std::vector<LaneCell>& level : lane) {
        while (from < end && from % kFanOut != 0) add(sum, level[from++]);
        while (from < end && end % kFanOut != 0) add(sum, level[--end]);
        if (from >= end) break;
        from /= kFanOut;
        end /= kFanOut;
    }
    return sum;
}

std::vector<LaneCell> LaneIndex::columnsOf(const Lane& lane, FrameRange range, int columns) {
    std::vector<LaneCell> found(std::size_t(std::max(0, columns)));
    if (lane.empty() || range.empty()) return found;
    const std::int64_t count = range.count();
    const int highest = int(lane.front().size()) - 1;
    for (std::int64_t column = 0; column < columns; ++column) {
        const int first = range.first.value + int(column * count / columns);
        const int next = range.first.value + int((column + 1) * count / columns);
        const int last = std::min(std::max(first, next - 1), highest);
        if (last >= 0 && first <= highest) {
            found[std::size_t(column)] = sumOf(lane, std::max(0, first), last);
        }
    }
    return found;
}

std::vector<LaneCell> LaneIndex::cells(ObjectId object, FrameRange range, int columns) const {
    static const Lane kNone;
    const auto lane = lanes_.find(object);
    return columnsOf(lane == lanes_.end() ? kNone : lane->second, range, columns);
}

std::vector<float> LaneIndex::doubts(FrameRange range, int columns) const {
    std::vector<float> greatest;
    for (const LaneCell& cell : columnsOf(doubts_, range, columns)) {
        greatest.push_back(float(cell.doubt) / 255.f);
    }
    return greatest;
}

std::vector<ObjectId> LaneIndex::objects() const {
    std::vector<ObjectId> ids;
    for (const auto& [object, lane] : lanes_) ids.push_back(object);
    std::sort(ids.begin(), ids.end());
    return ids;
}

/// Goes over what holds nothing in steps that grow, and shrink again where there is something.
std::optional<FrameIndex> LaneIndex::find(FrameIndex from, int direction, std::uint8_t bits, std::uint8_t doubt,
                                          ObjectId object) const {
    const int step = direction < 0 ? -1 : 1;
    const auto fits = [&](const LaneCell& cell) { return (cell.bits & bits) != 0 && cell.doubt >= doubt; };
    std::optional<FrameIndex> nearest;
    for (const auto& [id, lane] : lanes_) {
        if (object != ObjectId{} && id != object) continue;
        std::size_t level = 0;
        int width = 1;  // frames of a cell of this level
        for (int i = from.value + step; i >= 0 && i < frames_;) {
            if (nearest && (i - nearest->value) * step >= 0) break;
            if (!fits(lane[level][std::size_t(i / width)])) {
                i = step > 0 ? (i / width + 1) * width : i / width * width - 1;
                const bool begins = (step > 0 ? i : i + 1) % (width * kFanOut) == 0;
                if (begins && level + 1 < lane.size()) {
                    ++level;
                    width *= kFanOut;
                }
            } else if (level == 0) {
                nearest = FrameIndex{i};
            } else {
                --level;
                width /= kFanOut;
            }
        }
    }
    return nearest;
}

}  // namespace fs2
