// VideoDecoder: packets into FFmpeg's frames in main memory, on NVIDIA's decoder or on the CPU. Internal
// to media; one thread, beside FFmpeg's own.
#pragma once
#include <memory>
#include <string>

#include "annotation/core/result.h"
#include "annotation/media/video_handles.h"
#include "annotation/media/video_source.h"

namespace fs2 {

class VideoDecoder {
  public:
    /// Unsupported where there is no decoder at all; that the wish cannot be met is no error.
    static Result<VideoDecoder> open(const std::string& film, const AVStream& stream,
                                     DecodeOn wish = DecodeOn::Cpu);

    /// As avcodec_send_packet; null = the film ends.
    int send(const AVPacket* packet) { return avcodec_send_packet(codec_.get(), packet); }
    /// As avcodec_receive_frame. Frames carry in `pts` what their packet had there.
    int receive(AVFrame& picture);
    void flush() { avcodec_flush_buffers(codec_.get()); }
    /// Frames that no other frame needs are left out from the next packet on, where the codec says
    /// reliably which these are.
    void skipUnused(bool skip);
    DecoderInfo info() const;

  private:
    BufferHandle device_;
    std::unique_ptr<std::string> refused_;  ///< why FFmpeg went back to the CPU; its own callback writes it
    std::string reason_;
    CodecHandle codec_;
    FrameHandle surface_{av_frame_alloc()};
};

}  // namespace fs2
