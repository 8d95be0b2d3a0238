#include "app/session/clip_source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "annotation/media/image_folder_source.h"
#include "annotation/media/image_list.h"
#include "annotation/media/playback.h"
#include "annotation/media/video_source.h"

namespace fs2 {
namespace {

/// Of folders of frames, which say nothing themselves: that of DAVIS.
constexpr double kFolderRate = 24;

std::vector<FrameIndex> keyFramesOf(const VideoIndex& index) {
    std::vector<FrameIndex> keys;
    for (std::size_t n = 0; n < index.frames.size(); ++n) {
        if (index.packets[std::size_t(index.frames[n])].key) keys.push_back({int(n)});
    }
    return keys;
}

Result<ClipFacts> readFilm(const std::string& path, const std::string& indexFolder,
                           const std::function<void(double)>& progress, std::stop_token stop) {
    auto index = loadOrBuildVideoIndex(path, videoIndexFile(indexFolder, path), progress, stop);
    if (!index) return index.error();
    if (index->frames.empty()) return Error{ErrorCode::Unreadable, path + ": the film has no frames"};
    const auto shared = std::make_shared<const VideoIndex>(std::move(*index));
    ClipFacts facts;
    facts.isFilm = true;
    facts.keyFrames = keyFramesOf(*shared);
    facts.cut = shared->cut;
    const double start = shared->seconds({0});
    for (int n = 0; n < int(shared->frames.size()); ++n) facts.times.push_back(shared->seconds({n}) - start);
    facts.open = [path, shared]() -> Result<std::unique_ptr<MediaSource>> {
        auto film = VideoSource::open(path, *shared);
        if (!film) return film.error();
        return std::unique_ptr<MediaSource>(std::move(*film));
    };
    return facts;
}

Result<ClipFacts> readFolder(const std::string& path) {
    auto folder = ImageFolderSource::open(path, kFolderRate);
    if (!folder) return folder.error();
    ClipFacts facts;
    facts.times = frameTimes(**folder);
    facts.files = (*folder)->names();
    facts.open = [path]() -> Result<std::unique_ptr<MediaSource>> {
        auto again = ImageFolderSource::open(path, kFolderRate);
        if (!again) return again.error();
        return std::unique_ptr<MediaSource>(std::move(*again));
    };
    return facts;
}

}  // namespace

bool isFilmName(std::string_view name) {
    static constexpr std::array<std::string_view, 18> kEndings{
        "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts",
        "mts", "m2ts", "wmv", "flv", "ogv", "3gp", "mxf", "y4m", "gif"};
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    std::string ending(name.substr(dot + 1));
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return char(std::tolower(c)); });
    return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

ItemKind kindOf(const std::string& path) {
    if (isFilmName(path)) return ItemKind::Film;
    std::error_code ignored;
    const bool isFolder = !isImageName(path) && std::filesystem::is_directory(path, ignored);
    return isFolder ? ItemKind::Folder : ItemKind::Picture;
}

Result<ClipFacts> readClip(const std::string& path, ItemKind kind, const std::string& indexFolder,
                           const std::function<void(double)>& progress, std::stop_token stop) {
    return kind == ItemKind::Film ? readFilm(path, indexFolder, progress, std::move(stop))
                                  : readFolder(path);
}

}  // namespace fs2
