// TextOptions: what a user gives for open vocabulary. No torch. Value.
#pragma once
#include <string>

namespace fs2 {

struct TextOptions {
    /// A file of class names, or names separated by commas (model/words/class_names.h); empty = the
    /// table's own, else COCO panoptic's.
    std::string classes;
    std::string towerPath;   ///< OpenCLIP file; empty = none
    bool quickGelu = false;  ///< its activation is QuickGELU (OpenAI's weights), not GELU (LAION's)
    std::string tablePath;   ///< class table; empty = none
};

}  // namespace fs2
