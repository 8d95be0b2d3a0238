// MediaSource: frames by number, from a film or from a folder of pictures. Made and used on one thread
// (the decode worker's); the Frames that it gives may go anywhere.
#pragma once
#include <stop_token>

#include "annotation/core/frame.h"
#include "annotation/core/result.h"

namespace fs2 {

class MediaSource {
  public:
    MediaSource() = default;
    MediaSource(const MediaSource&) = delete;
    MediaSource& operator=(const MediaSource&) = delete;
    virtual ~MediaSource() = default;

    virtual int frameCount() const = 0;
    /// Presentation time in seconds as the file counts, of 0 .. frameCount() - 1; the first may lie below
    /// or above 0.
    virtual double seconds(FrameIndex frame) const = 0;
    /// The frame of that number, always the same pixels. BadRequest outside 0 .. frameCount() - 1;
    /// Unreadable for a frame that is lost, the others stay readable; Cancelled.
    virtual Result<Frame> frame(FrameIndex frame, std::stop_token stop = {}) = 0;
    /// The key frame that decoding of `frame`, one of the clip's, begins with; itself where each frame
    /// stands alone.
    virtual FrameIndex keyFrameBefore(FrameIndex frame) const = 0;
};

}  // namespace fs2
