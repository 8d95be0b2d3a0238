#include "annotation/media/video_pixels.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <opencv2/core.hpp>

#include "annotation/media/image_decode.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace fs2 {
namespace {

const std::int32_t* displayMatrix(const AVStream& stream) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 29, 100)
    const AVPacketSideData* data =
        av_packet_side_data_get(stream.codecpar->coded_side_data,
                                stream.codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    if (data == nullptr || data->size < 9 * sizeof(std::int32_t)) return nullptr;
    return reinterpret_cast<const std::int32_t*>(data->data);
#else
    std::size_t size = 0;
    const std::uint8_t* data =
        av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    if (data == nullptr || size < 9 * sizeof(std::int32_t)) return nullptr;
    return reinterpret_cast<const std::int32_t*>(data);
#endif
}

/// To the nearest quarter turn: x' = m0 x + m3 y, y' = m1 x + m4 y.
Turn turnOf(const AVStream& stream) {
    const std::int32_t* m = displayMatrix(stream);
    if (m == nullptr) return {};
    const bool transpose = std::abs(double(m[1])) > std::abs(double(m[0]));
    if (transpose) return {true, m[3] < 0, m[1] < 0};
    return {false, m[0] < 0, m[4] < 0};
}

/// The pixel formats "yuvj" are full range under another name; swscale warns of them.
AVPixelFormat plainFormat(AVPixelFormat format) {
    switch (format) {
        case AV_PIX_FMT_YUVJ420P: return AV_PIX_FMT_YUV420P;
        case AV_PIX_FMT_YUVJ422P: return AV_PIX_FMT_YUV422P;
        case AV_PIX_FMT_YUVJ444P: return AV_PIX_FMT_YUV444P;
        case AV_PIX_FMT_YUVJ440P: return AV_PIX_FMT_YUV440P;
        case AV_PIX_FMT_YUVJ411P: return AV_PIX_FMT_YUV411P;
        default: return format;
    }
}

/// A film that does not say is BT.709 from 720 lines on, BT.601 below, as players take it.
int matrixOf(const AVFrame& picture) {
    switch (picture.colorspace) {
        case AVCOL_SPC_BT709: return SWS_CS_ITU709;
        case AVCOL_SPC_BT470BG:
        case AVCOL_SPC_SMPTE170M: return SWS_CS_ITU601;
        case AVCOL_SPC_FCC: return SWS_CS_FCC;
        case AVCOL_SPC_SMPTE240M: return SWS_CS_SMPTE240M;
        case AVCOL_SPC_BT2020_NCL:
        case AVCOL_SPC_BT2020_CL: return SWS_CS_BT2020;
        default: return picture.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    }
}

std::shared_ptr<FrameData> turned(std::shared_ptr<FrameData> stored, const Turn& turn) {
    if (!turn.transpose && !turn.flipX && !turn.flipY) return stored;
    auto upright = turn.transpose ? makeFrame(stored->height, stored->width)
                                  : makeFrame(stored->width, stored->height);
    const auto mat = [](FrameData& frame) {
        return cv::Mat(frame.height, frame.width, CV_8UC4, frame.pixels.data(),
                       std::size_t(frame.stride));
    };
    cv::Mat from = mat(*stored), to = mat(*upright);
    if (turn.transpose) cv::transpose(from, to);
    if (!turn.transpose) from.copyTo(to);
    constexpr int kRows = 0, kColumns = 1;
    if (turn.flipX) cv::flip(to, to, kColumns);
    if (turn.flipY) cv::flip(to, to, kRows);
    return upright;
}

}  // namespace

Result<FramePainter> FramePainter::of(const std::string& film, AVFormatContext& format,
                                      AVStream& stream) {
    const AVCodecParameters& codec = *stream.codecpar;
    if (codec.width <= 0 || codec.height <= 0) {
        return Error{ErrorCode::Unreadable, film + ": it does not say how large its frames are"};
    }
    const AVRational shape = av_guess_sample_aspect_ratio(&format, &stream, nullptr);
    const double ratio = shape.num > 0 && shape.den > 0 ? av_q2d(shape) : 1.0;
    const double width = codec.width * std::max(1.0, ratio);
    const double height = codec.height * std::max(1.0, 1.0 / ratio);
    if (width * height > double(kMaxFramePixels)) {
        return Error{ErrorCode::Unsupported, film + ": a frame has more than 64 megapixels"};
    }
    FramePainter painter;
    painter.width_ = int(std::lround(width));
    painter.height_ = int(std::lround(height));
    painter.turn_ = turnOf(stream);
    return painter;
}

/// Red, green and blue planes, side by side.
std::shared_ptr<FrameData> FramePainter::interleaved(const std::array<std::uint8_t*, 3>& planes,
                                                     int stride) {
    auto frame = makeFrame(width_, height_);
    const auto plane = [&](std::uint8_t* pixels) {
        return cv::Mat(height_, width_, CV_8UC1, pixels, std::size_t(stride));
    };
    const std::array<cv::Mat, 4> from{plane(planes[0]), plane(planes[1]), plane(planes[2]),
                                      cv::Mat(height_, width_, CV_8UC1, cv::Scalar(255))};
    cv::Mat to(height_, width_, CV_8UC4, frame->pixels.data(), std::size_t(frame->stride));
    cv::merge(from.data(), from.size(), to);
    return frame;
}

Result<std::shared_ptr<FrameData>> FramePainter::paint(const AVFrame& picture) {
    const auto given = AVPixelFormat(picture.format);
    const AVPixelFormat from = plainFormat(given);
    const AVPixFmtDescriptor* kind = av_pix_fmt_desc_get(from);
    constexpr int kFlags =
        SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
    // One plane per colour: swscale has fast code for that, not for RGBX with the same exact rounding.
    scaler_.reset(sws_getCachedContext(scaler_.release(), picture.width, picture.height, from,
                                       width_, height_, AV_PIX_FMT_GBRP, kFlags, nullptr, nullptr,
                                       nullptr));
    if (!scaler_ || kind == nullptr) {
        return Error{ErrorCode::Unsupported, "its pixel format cannot be converted"};
    }
    const bool rgb = (kind->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    const bool full = rgb || from != given || picture.color_range == AVCOL_RANGE_JPEG;
    constexpr int kOne = 1 << 16;  // contrast and saturation unchanged, in 16.16
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(matrixOf(picture)), full ? 1 : 0,
                             sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, kOne, kOne);
    const int stride = (width_ + 63) / 64 * 64;  // as swscale likes it
    const std::size_t size = std::size_t(stride) * std::size_t(height_);
    planes_.resize(3 * size);
    std::uint8_t* const to[4] = {planes_.data(), planes_.data() + size, planes_.data() + 2 * size,
                                 nullptr};
    const int strides[4] = {stride, stride, stride, 0};
    const int rows = sws_scale(scaler_.get(), picture.data, picture.linesize, 0, picture.height, to,
                               strides);
    if (rows != height_) return Error{ErrorCode::Internal, "its pixels cannot be converted"};
    auto frame = interleaved({to[2], to[0], to[1]}, stride);
    return turned(std::move(frame), turn_);
}

}  // namespace fs2
