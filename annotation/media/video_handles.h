// FFmpeg's C handles with an owner, and its errors as text. Internal to media.
#pragma once
#include <memory>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

namespace fs2 {

struct FreeFfmpeg {
    void operator()(AVFormatContext* handle) const { avformat_close_input(&handle); }
    void operator()(AVCodecContext* handle) const { avcodec_free_context(&handle); }
    void operator()(AVPacket* handle) const { av_packet_free(&handle); }
    void operator()(AVFrame* handle) const { av_frame_free(&handle); }
    void operator()(SwsContext* handle) const { sws_freeContext(handle); }
    void operator()(AVBufferRef* handle) const { av_buffer_unref(&handle); }
    void operator()(AVCodecParserContext* handle) const { av_parser_close(handle); }
};
using FormatHandle = std::unique_ptr<AVFormatContext, FreeFfmpeg>;
using CodecHandle = std::unique_ptr<AVCodecContext, FreeFfmpeg>;
using PacketHandle = std::unique_ptr<AVPacket, FreeFfmpeg>;
using FrameHandle = std::unique_ptr<AVFrame, FreeFfmpeg>;
using BufferHandle = std::unique_ptr<AVBufferRef, FreeFfmpeg>;
using ParserHandle = std::unique_ptr<AVCodecParserContext, FreeFfmpeg>;
using ScalerHandle = std::unique_ptr<SwsContext, FreeFfmpeg>;

inline std::string ffmpegReason(int error) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(error, text, sizeof text);
    return text;
}

}  // namespace fs2
