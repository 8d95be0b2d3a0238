// Prompt: all that a person said about one object on one frame. Value; kept in the Document beside
// the mask. Any thread.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "annotation/core/geometry.h"
#include "annotation/core/ids.h"

namespace fs2 {

/// A click in image pixels (whole pixels are pixel centres: (3,4) is the centre of pixel 3,4).
struct Click {
    double x = 0;
    double y = 0;
    bool positive = true;
    friend bool operator==(const Click&, const Click&) = default;
};

struct Prompt {
    FrameIndex frame;
    ObjectId object;
    std::vector<Click> clicks;  ///< in the order in which they were made
    std::optional<Box> box;
    std::string text;  ///< UTF-8; empty = none
    bool empty() const { return clicks.empty() && !box && text.empty(); }
    friend bool operator==(const Prompt&, const Prompt&) = default;
};

}  // namespace fs2
