// ClipLabels: what the exporters of clips write and their readers give back: the objects of one clip with
// their masks by frame. A value without ties to a document; masks are run-length handles, so the labels of
// a whole clip fit in memory (its pictures are pulled frame by frame). Any thread.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/mask.h"
#include "annotation/formats/dataset.h"

namespace fs2 {

/// What an object is on one frame. A frame without a label: nothing is known of the object there, which
/// the formats write as "not there".
struct ClipLabel {
    int frame = 0;          ///< 0 .. ClipLabels::frames - 1
    Mask mask{};              ///< at the clip's size; null or empty = the object is absent
    double score = -1;      ///< 0 to 1; below 0 = none
    bool occluded = false;  ///< for the formats that can say so
};

struct ClipObject {
    int number = 0;    ///< as the person knows it, from 1: stands in warnings; exporters count anew
    std::string name{};  ///< UTF-8; may be empty
    int category = -1; ///< place in ClipLabels::categories; -1 = none given
    std::vector<ClipLabel> labels{};  ///< by rising frame, at most one each

    /// Nothing where the object has no mask there.
    const ClipLabel* seenAt(int frame) const;
    /// Frame of the first mask with a pixel; -1 = none.
    int firstSeen() const;
};

struct ClipLabels {
    std::string name{};  ///< of the film without its ending, or of the folder; UTF-8
    int width = 0;     ///< upright pixels
    int height = 0;
    int frames = 0;       ///< how many are exported; all of them count, also those without a mask
    int firstNumber = 0;  ///< what frame 0 is numbered in the film or folder (exports of a range)
    std::vector<double> seconds{};       ///< time of each frame as the film counts; empty = not known
    std::vector<std::string> files{};    ///< file name of each frame where the clip is a folder, else empty
    std::vector<DatasetCategory> categories{};
    std::vector<ClipObject> objects{};  ///< in painting order: where two overlap the later one is on top
};

/// The masks of a frame in painting order; null where an object is not there.
std::vector<Mask> masksOf(const ClipLabels& clip, int frame);

}  // namespace fs2
