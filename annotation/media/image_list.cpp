#include "annotation/media/image_list.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "annotation/core/files.h"
#include "annotation/core/paths.h"

namespace fs2 {

bool isImageName(std::string_view name) {
    constexpr std::array<std::string_view, 7> kEndings{"jpg", "jpeg", "png", "tif",
                                                       "tiff", "bmp", "webp"};
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    std::string ending(name.substr(dot + 1));
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return char(std::tolower(c)); });
    return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

Result<std::vector<std::string>> listImages(const std::string& folder) {
    namespace fs = std::filesystem;
    std::error_code fault;
    std::vector<std::string> names;
    fs::directory_iterator entry(folder, fault);
    for (; !fault && entry != fs::directory_iterator(); entry.increment(fault)) {
        std::error_code ignored;
        std::string name = entry->path().filename().string();
        if (isImageName(name) && entry->is_regular_file(ignored)) names.push_back(std::move(name));
    }
    if (fault) {
        return Error{ErrorCode::NotFound,
                     fileError(folder, fault.value(), FileUse::Reading).detail};
    }
    std::sort(names.begin(), names.end(), naturalLess);
    return names;
}

}  // namespace fs2
