#include "annotation/media/image_folder_source.h"

#include "annotation/media/image_decode.h"
#include "annotation/media/image_list.h"

namespace fs2 {

ImageFolderSource::ImageFolderSource(std::string folder, std::vector<std::string> names,
                                     double framesPerSecond)
    : folder_(std::move(folder)), names_(std::move(names)), framesPerSecond_(framesPerSecond) {}

Result<std::unique_ptr<ImageFolderSource>> ImageFolderSource::open(const std::string& folder,
                                                                   double framesPerSecond) {
    if (!(framesPerSecond > 0)) {
        return Error{ErrorCode::BadRequest, folder + ": the frame rate must be above 0"};
    }
    auto names = listImages(folder);
    if (!names) return names.error();
    if (names->empty()) return Error{ErrorCode::NotFound, folder + ": it has no pictures"};
    return std::unique_ptr<ImageFolderSource>(
        new ImageFolderSource(folder, std::move(*names), framesPerSecond));
}

Result<Frame> ImageFolderSource::frame(FrameIndex frame, std::stop_token stop) {
    if (frame.value < 0 || frame.value >= frameCount()) {
        return Error{ErrorCode::BadRequest, folder_ + ": there is no frame " +
                                                std::to_string(frame.value) + " of " +
                                                std::to_string(frameCount())};
    }
    if (stop.stop_requested()) return Error{ErrorCode::Cancelled, folder_ + ": cancelled"};
    const auto decoded = decodeImage(folder_ + "/" + names_[std::size_t(frame.value)]);
    if (!decoded) return decoded.error();
    auto numbered = std::make_shared<FrameData>(**decoded);
    numbered->index = frame;
    return Frame(std::move(numbered));
}

}  // namespace fs2
