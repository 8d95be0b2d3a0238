#include "app/cli/pictures.h"

#include "annotation/core/files.h"
#include "annotation/media/image_list.h"

namespace fs2::cli {

namespace fs = std::filesystem;

namespace {

fs::path plain(const std::string& path) { return fs::absolute(path).lexically_normal(); }

}  // namespace

std::vector<std::string> picturesOf(const std::vector<std::string>& paths) {
    std::vector<std::string> pictures;
    for (const auto& path : paths) {
        std::error_code ignored;
        const auto names = fs::is_directory(path, ignored) ? listImages(path)
                                                           : Error{ErrorCode::NotFound, {}};
        if (!names) {
            pictures.push_back(path);
            continue;
        }
        for (const auto& name : *names) pictures.push_back((fs::path(path) / name).string());
    }
    return pictures;
}

PictureNames::PictureNames(const std::vector<std::string>& pictures) {
    folder_ = plain(pictures.front()).parent_path();
    for (const auto& picture : pictures) {
        const auto holds = [&] {
            const auto relative = plain(picture).lexically_relative(folder_);
            return !relative.empty() && *relative.begin() != "..";
        };
        while (!holds()) folder_ = folder_.parent_path();
        ++stems_[plain(picture).replace_extension().string()];
    }
}

std::string PictureNames::relative(const std::string& picture) const {
    return plain(picture).lexically_relative(folder_).generic_string();
}

std::string PictureNames::outputName(const std::string& picture) const {
    auto name = plain(picture).lexically_relative(folder_);
    if (stems_.at(plain(picture).replace_extension().string()) == 1) name.replace_extension();
    return name.generic_string();
}

Result<void> makeFolderOf(const std::string& file) {
    const auto folder = fs::path(file).parent_path();
    std::error_code fault;
    if (!folder.empty()) fs::create_directories(folder, fault);
    if (fault) return fileError(folder.string(), fault.value(), FileUse::Writing);
    return {};
}

}  // namespace fs2::cli
