// VideoDemuxer: the packets of a film's video stream, in file order. Internal to media; one thread.
#pragma once
#include <string>

#include "annotation/core/result.h"
#include "annotation/media/video_handles.h"
#include "annotation/media/video_index.h"

namespace fs2 {

class VideoDemuxer {
  public:
    static Result<VideoDemuxer> open(const std::string& film);

    /// The next packet of the video stream: 0, else FFmpeg's error (AVERROR_EOF at the end).
    int read(AVPacket& packet);
    /// To the key packet at or before that time; false where the format cannot.
    bool seekTime(std::int64_t time);
    /// To a byte; false where the format cannot.
    bool seekByte(std::int64_t pos);
    /// Streams carry no table of their own: a byte leads there, a time only nearly.
    bool prefersBytes() const;

    AVFormatContext& format() const { return *format_; }
    AVStream& stream() const { return *format_->streams[stream_]; }
    int streamNumber() const { return stream_; }
    /// Where the last packet of any stream ends, in seconds.
    double furthest() const { return furthest_; }
    /// Seconds by the file's own header; 0 = it does not say.
    double promised() const;

  private:
    FormatHandle format_;
    int stream_ = 0;
    double furthest_ = 0;
};

/// What VideoPacket::checksum holds.
std::uint32_t packetChecksum(const AVPacket& packet);

}  // namespace fs2
