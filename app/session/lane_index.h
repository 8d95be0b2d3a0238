// LaneIndex: what each object is on each frame of a clip, in three bytes, with summaries of 8, 64, 512 …
// frames, so that a timeline of any length is drawn without looking at masks. A value; GUI thread (owned
// by the ClipSession).
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "annotation/core/ids.h"

namespace fs2 {

/// What stands on a frame, or in a column of frames (then several bits may be set).
struct LaneCell {
    enum Bit : std::uint8_t {
        Confirmed = 1,  ///< a mask that a person made or accepted
        Model = 2,
        Pending = 4,    ///< of the run that goes on
        Absent = 8,
        Occluded = 16,
        ByPerson = 32,  ///< with Absent, Occluded: a person said so
    };
    std::uint8_t bits = 0;          ///< 0 = nothing there
    std::uint8_t confidence = 255;  ///< the lowest predicted IoU, times 255
    std::uint8_t doubt = 0;         ///< the greatest, times 255
    bool empty() const { return bits == 0; }
    friend bool operator==(const LaneCell&, const LaneCell&) = default;
};

class LaneIndex {
  public:
    void reset(int frames);
    void set(ObjectId object, FrameIndex frame, LaneCell cell);
    LaneCell cell(ObjectId object, FrameIndex frame) const;
    /// `columns` cells that share the range out evenly; a column of less than a frame shows the frame it lies in.
    std::vector<LaneCell> cells(ObjectId object, FrameRange range, int columns) const;
    std::vector<float> doubts(FrameRange range, int columns) const;  ///< over all objects
    std::vector<ObjectId> objects() const;
    /// The next frame past `from` in that direction on which a cell has one of `bits` (and at least that doubt);
    /// object 0 = of any.
    std::optional<FrameIndex> find(FrameIndex from, int direction, std::uint8_t bits, std::uint8_t doubt,
                                   ObjectId object) const;

  private:
    static constexpr int kFanOut = 8;  ///< cells that one of the next level sums up
    /// levels[0] are the frames; each further level sums up the one before it.
    using Lane = std::vector<std::vector<LaneCell>>;
    Lane makeLane() const;
    static void add(LaneCell& sum, LaneCell cell) {
        sum.bits = std::uint8_t(sum.bits | cell.bits);
        sum.confidence = cell.confidence < sum.confidence ? cell.confidence : sum.confidence;
        sum.doubt = cell.doubt > sum.doubt ? cell.doubt : sum.doubt;
    }
    static void write(Lane& lane, int frame, LaneCell cell);
    static LaneCell sumOf(const Lane& lane, int first, int last);
    static std::vector<LaneCell> columnsOf(const Lane& lane, FrameRange range, int columns);
    void raiseDoubt(int frame, std::uint8_t before, std::uint8_t now);

    int frames_ = 0;
    std::unordered_map<ObjectId, Lane> lanes_;
    Lane doubts_;  ///< the greatest doubt of all objects
};

}  // namespace fs2
