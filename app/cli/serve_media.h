// ServeMedia: what `serve` has open: one picture, or a folder as frames in natural order. Main thread.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/result.h"
#include "annotation/media/frame_cache.h"

namespace fs2::cli {

class ServeMedia {
  public:
    /// Reads the first frame, too. NotFound or Unreadable, naming the file.
    static Result<ServeMedia> open(const std::string& path);
    int frames() const { return int(paths_.size()); }
    /// `index` in 0 .. frames() - 1.
    Result<Frame> frame(int index);

  private:
    std::vector<std::string> paths_;
    std::unique_ptr<FrameCache> cache_ = std::make_unique<FrameCache>(std::size_t(512) << 20);
};

}  // namespace fs2::cli
