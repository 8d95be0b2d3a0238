// Prediction: a model's answer for one object of one frame; Scene: for all of a frame. Values crossing
// threads.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/ids.h"
#include "annotation/core/mask.h"

namespace fs2 {

struct Prediction {
    FrameIndex frame;
    ObjectId object;
    Mask mask;         ///< at the picture's full size
    float score = 0;   ///< predicted IoU, 0 to 1
    /// The other readings of an ambiguous prompt (part, whole, more), by falling score; may be empty.
    struct Alternative {
        Mask mask;
        float score = 0;
    };
    std::vector<Alternative> alternatives;
    std::string weightsId;  ///< hash that names the weights
    double milliseconds = 0;
};

/// A model's answer for one object on the next frame of a clip.
struct TrackedMask {
    ObjectId object;
    Mask mask;               ///< at the picture's full size; empty where the object is not seen
    float score = 0;         ///< predicted IoU, 0 to 1
    float presence = 1;      ///< probability that the object is seen, 0 to 1
    float disagreement = 0;  ///< 1 - IoU of the two paths (memory and re-detection): a sign of occlusion
};

/// One segment of a whole picture; the segments of a picture do not overlap.
struct SceneSegment {
    Mask mask;            ///< at the picture's full size
    int category = -1;    ///< place in the model's list of classes
    std::string name;     ///< of the class, UTF-8
    bool isThing = true;  ///< countable
    int instance = 0;     ///< numbers the things of a picture, from 1; 0 for stuff
    float score = 0;      ///< of the class, 0 to 1
};

/// A model's answer for a whole picture: things and stuff.
struct Scene {
    FrameIndex frame;
    std::vector<SceneSegment> segments;
    std::string weightsId;
    double milliseconds = 0;
};

}  // namespace fs2
