// vos_sequences: which clips with known masks lie in a folder. Reads names only. Any thread.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

/// Whole paths; frames in natural order of their names.
struct VosSequence {
    std::string name;
    std::vector<std::string> frames;
    std::vector<std::string> masks;  ///< of each frame; empty where it has none
};

/// The clips in `root`, by name: img/SEQ/*.jpg + mask/SEQ/*.png, SEQ/img + SEQ/mask, or DAVIS'
/// JPEGImages/480p/SEQ + Annotations/480p/SEQ. A mask belongs to the frame of its name. With `only`, those
/// of that name. NotFound where there is none, Unreadable where a first frame has no mask or a mask no
/// frame; the folder or file is named.
Result<std::vector<VosSequence>> findVosSequences(const std::string& root,
                                                  const std::vector<std::string>& only);

}  // namespace fs2
