// TimelineContent: what the timeline draws, without saying where it comes from: the binding fills
// it from the open clip, a bench from numbers. Value; GUI thread.
#pragma once
#include <QColor>
#include <QString>

#include <functional>
#include <vector>

#include "annotation/core/ids.h"
#include "app/session/lane_index.h"

namespace fs2 {

struct LaneLook {
    ObjectId object;
    QString name;
    QColor colour;
    bool selected = false;
    bool hidden = false;
    friend bool operator==(const LaneLook&, const LaneLook&) = default;
};

struct TimelineContent {
    int frames = 0;
    std::vector<LaneLook> lanes;        ///< from top to bottom
    std::vector<FrameIndex> keyFrames;  ///< of the film's coding, rising
    FrameIndex playhead;
    bool approximate = false;  ///< the picture shown is a key frame near the playhead
    FrameRange marks;          ///< in and out; all frames unless set
    FrameRange run;            ///< of the run that goes on; empty = none
    std::function<QString(FrameIndex)> timeText;  ///< "0:12.04"
    std::function<QString(FrameIndex)>
        doubtText;  ///< a line: why the frame is doubtful, or that it is not
    /// As LaneIndex: `columns` cells that share the range out evenly.
    std::function<std::vector<LaneCell>(ObjectId, FrameRange, int columns)> cells;
    std::function<std::vector<float>(FrameRange, int columns)> doubts;

    FrameRange all() const { return {{0}, {frames - 1}}; }
    bool hasMarks() const { return frames > 0 && marks != all(); }
};

}  // namespace fs2
