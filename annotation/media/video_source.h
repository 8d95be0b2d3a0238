// VideoSource: a film, frame by frame and exact. The frame shown for a number is the same by a random
// seek, by steps and by playing: packets are told apart by the index, never by the times that a seek
// promises. A damaged packet costs its frame; what leans on that frame, up to the next key frame, is shown
// as the decoder patches it. One thread at a time, which also decodes.
#pragma once
#include <memory>
#include <string>

#include "annotation/media/media_source.h"
#include "annotation/media/video_index.h"

namespace fs2 {

class VideoSource final : public MediaSource {
  public:
    /// `index` must be of this very file. NotFound, Unreadable, Unsupported name file and reason.
    static Result<std::unique_ptr<VideoSource>> open(const std::string& film, VideoIndex index);
    ~VideoSource() override;

    int frameCount() const override;
    double seconds(FrameIndex frame) const override;
    /// Upright, in square pixels (the side that is too short is stretched), full-range RGB; all frames
    /// have one size. Goes on decoding where that is the shortest way, else seeks.
    Result<Frame> frame(FrameIndex frame, std::stop_token stop = {}) override;
    const VideoIndex& index() const;
    /// The last frame that is shown at that time, clamped to the film.
    FrameIndex frameAt(double time) const;
    /// The key frame that decoding of `frame`, one of the film's, begins with: what scrubbing
    /// can show at once.
    FrameIndex keyFrameBefore(FrameIndex frame) const;

  private:
    struct State;
    explicit VideoSource(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace fs2
