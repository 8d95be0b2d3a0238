#include "annotation/formats/id_pictures.h"

#include <filesystem>

#include "annotation/core/files.h"
#include "annotation/core/paths.h"

namespace fs2 {

namespace fs = std::filesystem;

Result<std::vector<std::string>> pngStemsBelow(const std::string& folder) {
    std::vector<std::string> stems;
    std::error_code fault;
    fs::recursive_directory_iterator entry(folder, fault);
    for (; !fault && entry != fs::recursive_directory_iterator(); entry.increment(fault)) {
        fs::path name = entry->path().lexically_relative(folder);
        if (name.extension() == ".png") stems.push_back(name.replace_extension().generic_string());
    }
    if (fault) return fileError(folder, fault.value(), FileUse::Reading);
    std::sort(stems.begin(), stems.end(), naturalLess);
    return stems;
}

std::set<std::uint16_t> numbersIn(const IdImage& image) {
    std::vector<bool> seen(1 << 16);
    for (const std::uint16_t id : image.ids) seen[id] = true;
    std::set<std::uint16_t> numbers;
    for (std::size_t id = 1; id < seen.size(); ++id) {
        if (seen[id]) numbers.insert(std::uint16_t(id));
    }
    return numbers;
}

std::string pictureFor(const std::string& folder, const std::string& stem) {
    for (const char* ending : {".jpg", ".jpeg", ".png", ".JPG", ".tif", ".tiff", ".bmp", ".webp"}) {
        std::error_code ignored;
        if (fs::is_regular_file(folder + "/" + stem + ending, ignored)) return stem + ending;
    }
    return stem + ".jpg";
}

}  // namespace fs2
