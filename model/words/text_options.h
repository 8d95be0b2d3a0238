// TextOptions: what a user gives for open vocabulary. No torch. Value.
#pragma once
#include <string>

namespace fs2 {

/// Of a text tower: OpenAI's own weights were trained with QuickGELU, LAION's with GELU. Auto = by what the
/// file is (text_tower.h), which says it for OpenAI's alone.
enum class TextActivation { Auto, Gelu, QuickGelu };

struct TextOptions {
    /// A file of class names, or names separated by commas (model/words/class_names.h); empty = the
    /// table's own, else COCO panoptic's.
    std::string classes;
    std::string towerPath;  ///< OpenCLIP file; empty = none
    TextActivation activation = TextActivation::Auto;  ///< the tower's
    std::string tablePath;  ///< class table; empty = none
};

}  // namespace fs2
