#include "app/cli/clip_media.h"

#include <filesystem>

#include "annotation/core/log.h"
#include "annotation/media/folder_layout.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/image_folder_source.h"
#include "annotation/media/image_list.h"
#include "annotation/media/video_source.h"

namespace fs2::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeldBytes = std::size_t(256) << 20;
constexpr double kFolderRate = 25;  ///< frames a second; a folder does not say

class OnePicture final : public MediaSource {
  public:
    explicit OnePicture(std::string path) : path_(std::move(path)) {}
    int frameCount() const override { return 1; }
    double seconds(FrameIndex) const override { return 0; }
    Result<Frame> frame(FrameIndex, std::stop_token) override { return decodeImage(path_); }
    FrameIndex keyFrameBefore(FrameIndex frame) const override { return frame; }

  private:
    std::string path_;
};

std::string nameOf(const fs::path& path) {
    const auto plain = fs::absolute(path).lexically_normal();
    return (plain.has_filename() ? plain : plain.parent_path()).filename().string();
}

/// The sequence that a folder means.
Result<ClipFolder> sequenceIn(const std::string& path) {
    const auto clips = clipsOfFolder(path);
    if (!clips) return clips.error();
    if (clips->empty()) return ClipFolder{nameOf(path), path, {}};
    if (clips->size() == 1) return clips->front();
    return Error{ErrorCode::NotFound, path + ": it holds " + std::to_string(clips->size()) +
                                          " sequences (" + clips->front().name + " …): name one's folder"};
}

}  // namespace

ClipMedia::ClipMedia(std::string name, std::unique_ptr<MediaSource> source)
    : name_(std::move(name)), reader_(std::make_unique<ClipReader>(std::move(source), kHeldBytes)) {}

Result<ClipMedia> ClipMedia::open(const std::string& path, const std::function<void(double)>& progress,
                                  std::stop_token stop) {
    const auto opened = [&]() -> Result<ClipMedia> {
        std::error_code ignored;
        if (fs::is_directory(path, ignored)) {
            const auto sequence = sequenceIn(path);
            if (!sequence) return sequence.error();
            auto source = ImageFolderSource::open(sequence->frames, kFolderRate);
            if (!source) return source.error();
            auto names = (*source)->names();
            ClipMedia media(sequence->name, std::move(*source));
            media.files_ = std::move(names);
            return media;
        }
        if (isImageName(path))
            return ClipMedia(fs::path(path).stem().string(), std::make_unique<OnePicture>(path));
        auto index = buildVideoIndex(path, progress, stop);
        if (!index) return index.error();
        if (!index->cut.empty()) log::warning(path + ": " + index->cut);
        auto source = VideoSource::open(path, std::move(*index));
        if (!source) return source.error();
        ClipMedia media(fs::path(path).stem().string(), std::move(*source));
        const int last = media.frames() - 1;
        const double length = last > 0 ? media.seconds(last) - media.seconds(0) : 0;
        media.fps_ = length > 0 ? last / length : 0;
        return media;
    };
    auto media = opened();
    if (!media) return media;
    const auto first = media->frame(0, stop);
    if (!first) return first.error();
    media->width_ = (*first)->fullWidth;
    media->height_ = (*first)->fullHeight;
    return media;
}

}  // namespace fs2::cli
