// ImageFolderSource: the pictures of a folder, in natural order, as a clip. See MediaSource.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "annotation/media/media_source.h"

namespace fs2 {

class ImageFolderSource final : public MediaSource {
  public:
    /// NotFound where the folder is not there or has no pictures. No picture is opened yet.
    static Result<std::unique_ptr<ImageFolderSource>> open(const std::string& folder,
                                                           double framesPerSecond);

    int frameCount() const override { return int(names_.size()); }
    double seconds(FrameIndex frame) const override { return frame.value / framesPerSecond_; }
    Result<Frame> frame(FrameIndex frame, std::stop_token stop = {}) override;
    FrameIndex keyFrameBefore(FrameIndex frame) const override { return frame; }
    const std::vector<std::string>& names() const { return names_; }

  private:
    ImageFolderSource(std::string folder, std::vector<std::string> names, double framesPerSecond);

    std::string folder_;
    std::vector<std::string> names_;
    double framesPerSecond_;
};

}  // namespace fs2
