// What a folder of pictures is: separate images, one clip, or several clips with their masks. Reads
// names only, never pixels. Any thread.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

struct ClipFolder {
    std::string name;    ///< of the sequence
    std::string frames;  ///< folder of its pictures, for ImageFolderSource
    std::string masks;   ///< folder of its masks, one per annotated frame by name; empty = none
};

/// The clips of a folder, by name; none = its pictures are separate images. Recognised are DAVIS and its
/// kin (JPEGImages/480p/SEQ + Annotations/480p/SEQ, with or without the resolution), SEQ/img + SEQ/mask,
/// img/SEQ + mask/SEQ; from the folder above all that, from any in between, from a sequence's own.
/// NotFound where the folder cannot be read.
Result<std::vector<ClipFolder>> clipsOfFolder(const std::string& folder);

}  // namespace fs2
