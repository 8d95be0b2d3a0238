// FramePainter: FFmpeg's frames into upright RGBX in square pixels. Internal to media; one thread.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/result.h"
#include "annotation/media/video_handles.h"

namespace fs2 {

/// How the stored picture is turned: transposed first, then mirrored.
struct Turn {
    bool transpose = false;
    bool flipX = false;
    bool flipY = false;
};

class FramePainter {
  public:
    /// Size, pixel shape and turn of this stream. Unsupported where a frame would be too large.
    static Result<FramePainter> of(const std::string& film, AVFormatContext& format, AVStream& stream);

    /// Errors have no file name.
    Result<std::shared_ptr<FrameData>> paint(const AVFrame& picture);

  private:
    std::shared_ptr<FrameData> interleaved(const std::array<std::uint8_t*, 3>& planes, int stride);

    int width_ = 0;  ///< in square pixels, not turned yet
    int height_ = 0;
    Turn turn_;
    ScalerHandle scaler_;
    std::vector<std::uint8_t> planes_;  ///< green, blue, red
};

}  // namespace fs2
