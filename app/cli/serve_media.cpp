#include "app/cli/serve_media.h"

#include <filesystem>

#include "annotation/media/image_decode.h"
#include "annotation/media/image_list.h"

namespace fs2::cli {

Result<ServeMedia> ServeMedia::open(const std::string& path) {
    ServeMedia media;
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        const auto names = listImages(path);
        if (!names) return names.error();
        if (names->empty()) return Error{ErrorCode::NotFound, path + ": no pictures in it"};
        for (const auto& name : *names) media.paths_.push_back((std::filesystem::path(path) / name).string());
    } else {
        media.paths_.push_back(path);
    }
    if (auto first = media.frame(0); !first) return first.error();
    return media;
}

Result<Frame> ServeMedia::frame(int index) {
    const auto& path = paths_[std::size_t(index)];
    if (auto known = cache_->find(path)) return known;
    auto decoded = decodeImage(path);
    if (decoded) cache_->insert(path, *decoded);
    return decoded;
}

}  // namespace fs2::cli
