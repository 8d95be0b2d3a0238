// Folders of pictures. Any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

/// By the name's ending, without case: jpg jpeg png tif tiff bmp webp.
bool isImageName(std::string_view name);

/// Names of the pictures directly in `folder`, in natural order; no file is opened. NotFound where the
/// folder is not there or cannot be read.
Result<std::vector<std::string>> listImages(const std::string& folder);

}  // namespace fs2
