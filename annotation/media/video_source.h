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

/// Cuda: NVIDIA's decoder where the machine and FFmpeg have one for this film, else the CPU.
enum class DecodeOn { Cpu, Cuda };

struct DecoderInfo {
    DecodeOn on = DecodeOn::Cpu;
    std::string reason;  ///< why not on the device that was asked for; empty = it is there
};

class VideoSource final : public MediaSource {
  public:
    /// `index` must be of this very file, which may have grown since. NotFound, Unreadable, Unsupported
    /// name file and reason.
    static Result<std::unique_ptr<VideoSource>> open(const std::string& film, VideoIndex index,
                                                     DecodeOn where = DecodeOn::Cpu);
    ~VideoSource() override;

    int frameCount() const override;
    double seconds(FrameIndex frame) const override;
    /// Upright, in square pixels (the side that is too short is stretched), full-range RGB; all frames
    /// have one size. Goes on decoding where that is the shortest way, else seeks.
    Result<Frame> frame(FrameIndex frame, std::stop_token stop = {}) override;
    const VideoIndex& index() const;
    DecoderInfo decoder() const;  ///< known once a frame was decoded
    FrameIndex keyFrameBefore(FrameIndex frame) const override;

  private:
    struct State;
    explicit VideoSource(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace fs2
