#include "annotation/media/video_decoder.h"

#include <algorithm>
#include <thread>

extern "C" {
#include <libavutil/hwcontext.h>
}

namespace fs2 {
namespace {

constexpr std::int64_t kMostDecodedPixels = std::int64_t(1) << 28;
/// More threads hold more frames back, so that a seek takes longer.
constexpr unsigned kMostThreads = 4;

/// One thread a frame would be quicker everywhere, but the decoders of H.264 and before it give frames out
/// before they know that they are damaged then.
int threadsFor(AVCodecID id) {
    const bool safe = id == AV_CODEC_ID_HEVC || id == AV_CODEC_ID_VP9 || id == AV_CODEC_ID_AV1;
    return safe ? int(std::clamp(std::thread::hardware_concurrency(), 1u, kMostThreads)) : 1;
}

/// FFmpeg's own decoder of this kind that can hand its work to an NVIDIA device; null = none.
const AVCodec* cudaDecoder(AVCodecID id) {
    void* place = nullptr;
    while (const AVCodec* codec = av_codec_iterate(&place)) {
        if (codec->id != id || av_codec_is_decoder(codec) == 0) continue;
        if ((codec->capabilities & AV_CODEC_CAP_HARDWARE) != 0) continue;  // those know no way back
        for (int i = 0; const AVCodecHWConfig* config = avcodec_get_hw_config(codec, i); ++i) {
            const bool byDevice = (config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0;
            if (byDevice && config->device_type == AV_HWDEVICE_TYPE_CUDA) return codec;
        }
    }
    return nullptr;
}

/// FFmpeg asks again without a format whose hardware did not take the film.
AVPixelFormat chosenFormat(AVCodecContext* codec, const AVPixelFormat* offered) {
    auto& refused = *static_cast<std::string*>(codec->opaque);
    for (const AVPixelFormat* format = offered; *format != AV_PIX_FMT_NONE; ++format) {
        if (*format != AV_PIX_FMT_CUDA) continue;
        refused.clear();
        return *format;
    }
    refused = "the NVIDIA decoder does not take this film";
    return avcodec_default_get_format(codec, offered);
}

Result<CodecHandle> openedCodec(const std::string& film, const AVStream& stream,
                                const AVCodec* codec, AVBufferRef* device, std::string* refused) {
    CodecHandle context(avcodec_alloc_context3(codec));
    if (!context) return Error{ErrorCode::OutOfMemory, film + ": no memory for its decoder"};
    int result = avcodec_parameters_to_context(context.get(), stream.codecpar);
    context->max_pixels = kMostDecodedPixels;
    context->thread_count = threadsFor(stream.codecpar->codec_id);
    if (device != nullptr) {
        context->thread_count = 1;
        context->hw_device_ctx = av_buffer_ref(device);
        context->opaque = refused;
        context->get_format = chosenFormat;
    }
    if (result >= 0) result = avcodec_open2(context.get(), codec, nullptr);
    if (result < 0) return Error{ErrorCode::Unsupported, film + ": " + ffmpegReason(result)};
    return context;
}

}  // namespace

Result<VideoDecoder> VideoDecoder::open(const std::string& film, const AVStream& stream,
                                        DecodeOn wish) {
    const AVCodecID id = stream.codecpar->codec_id;
    const AVCodec* codec = avcodec_find_decoder(id);
    if (codec == nullptr) {
        return Error{ErrorCode::Unsupported, film + ": no decoder for " + avcodec_get_name(id)};
    }
    VideoDecoder decoder;
    decoder.refused_ = std::make_unique<std::string>();
    if (wish == DecodeOn::Cuda) {
        const AVCodec* hardware = cudaDecoder(id);
        AVBufferRef* device = nullptr;
        const int fault = hardware == nullptr ? 0
                                              : av_hwdevice_ctx_create(&device, AV_HWDEVICE_TYPE_CUDA,
                                                                       nullptr, nullptr, 0);
        decoder.device_.reset(device);
        if (hardware == nullptr) {
            decoder.reason_ = "this FFmpeg has no NVIDIA decoder for " +
                              std::string(avcodec_get_name(id));
        } else if (fault < 0) {
            decoder.reason_ = "there is no NVIDIA device to decode on (" + ffmpegReason(fault) + ")";
        } else {
            codec = hardware;
        }
    }
    auto context = openedCodec(film, stream, codec, decoder.device_.get(), decoder.refused_.get());
    if (!context) return context.error();
    decoder.codec_ = std::move(*context);
    return decoder;
}

void VideoDecoder::skipUnused(bool skip) {
    switch (codec_->codec_id) {
        case AV_CODEC_ID_H264:
        case AV_CODEC_ID_MPEG4:
        case AV_CODEC_ID_MPEG2VIDEO: break;
        default: return;  // HEVC's "sub-layer non-reference" is one within its temporal layer only
    }
    codec_->skip_frame = skip ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
}

int VideoDecoder::receive(AVFrame& picture) {
    av_frame_unref(&picture);
    const int result = avcodec_receive_frame(codec_.get(), surface_.get());
    if (result < 0) return result;
    if (surface_->format != AV_PIX_FMT_CUDA) {
        av_frame_move_ref(&picture, surface_.get());
        return 0;
    }
    const int moved = av_hwframe_transfer_data(&picture, surface_.get(), 0);
    if (moved >= 0) av_frame_copy_props(&picture, surface_.get());
    av_frame_unref(surface_.get());
    return std::min(moved, 0);
}

DecoderInfo VideoDecoder::info() const {
    const std::string& reason = reason_.empty() ? *refused_ : reason_;
    return {device_ && reason.empty() ? DecodeOn::Cuda : DecodeOn::Cpu, reason};
}

}  // namespace fs2
