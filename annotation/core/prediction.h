// Prediction: a model's answer for one object of one frame. Value crossing threads.
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

}  // namespace fs2
