#include "annotation/media/video_demux.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <string_view>

#include "annotation/core/files.h"

extern "C" {
#include <libavutil/adler32.h>
}

namespace fs2 {
namespace {

/// Errors in a row after which the rest of the file is given up.
constexpr int kMostFaults = 64;

/// FFmpeg takes many files for films: pictures, texts, play lists that lead elsewhere.
bool isFilmFormat(std::string_view name) {
    return name != "tty" && name != "image2" && !name.ends_with("_pipe") && name != "hls" &&
           name != "concat" && name != "dash" && name != "lavfi" && name != "webvtt";
}

Error noFrames(const std::string& film) {
    return {ErrorCode::Unreadable, film + ": it ends before its first frame"};
}

Result<FormatHandle> openFormat(const std::string& film) {
    // Its messages on stderr say nothing that the errors do not; a broken film would bring thousands.
    static std::once_flag quiet;
    std::call_once(quiet, [] { av_log_set_level(AV_LOG_QUIET); });
    AVDictionary* options = nullptr;
    av_dict_set(&options, "protocol_whitelist", "file", 0);
    AVFormatContext* opened = nullptr;
    const int fault = avformat_open_input(&opened, ("file:" + film).c_str(), nullptr, &options);
    av_dict_free(&options);
    if (fault == AVERROR_INVALIDDATA) {
        return Error{ErrorCode::Unreadable, film + ": no film, or its head is damaged or cut off"};
    }
    if (fault == AVERROR_EOF) return noFrames(film);
    if (fault < 0) return Error{ErrorCode::Unreadable, film + ": " + ffmpegReason(fault)};
    FormatHandle format(opened);
    if (!isFilmFormat(format->iformat->name)) {
        return Error{ErrorCode::Unsupported, film + ": this is no film"};
    }
    return format;
}

}  // namespace

Result<VideoDemuxer> VideoDemuxer::open(const std::string& film) {
    std::error_code fault;
    const auto status = std::filesystem::status(film, fault);
    if (!std::filesystem::exists(status)) return fileError(film, ENOENT, FileUse::Reading);
    if (std::filesystem::is_directory(status)) return fileError(film, EISDIR, FileUse::Reading);
    if (!std::filesystem::is_regular_file(status)) {  // opening a pipe would wait for a writer
        return Error{ErrorCode::Unsupported, film + ": this is no file"};
    }
    if (std::filesystem::file_size(film, fault) == 0) {
        return Error{ErrorCode::Unreadable, film + ": the file is empty"};
    }
    auto format = openFormat(film);
    if (!format) return format.error();
    VideoDemuxer demuxer;
    demuxer.format_ = std::move(*format);
    AVFormatContext* const context = demuxer.format_.get();
    if (const int found = avformat_find_stream_info(context, nullptr); found < 0) {
        return found == AVERROR_EOF ? noFrames(film)
                                    : Error{ErrorCode::Unreadable, film + ": " + ffmpegReason(found)};
    }
    demuxer.stream_ = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (demuxer.stream_ < 0 ||
        (demuxer.stream().disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
        return Error{ErrorCode::Unreadable, film + ": it has no moving pictures (sound only)"};
    }
    return demuxer;
}

int VideoDemuxer::read(AVPacket& packet) {
    int faults = 0;
    for (;;) {
        av_packet_unref(&packet);
        const int result = av_read_frame(format_.get(), &packet);
        if (result == AVERROR_EOF || (result < 0 && ++faults >= kMostFaults)) return result;
        if (result < 0) continue;
        faults = 0;
        const AVStream& from = *format_->streams[packet.stream_index];
        const std::int64_t time = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
        if (time != AV_NOPTS_VALUE) {
            const double end = double(time + packet.duration) * av_q2d(from.time_base);
            furthest_ = std::max(furthest_, end);
        }
        if (packet.stream_index == stream_) return 0;
    }
}

bool VideoDemuxer::seekTime(std::int64_t time) {
    return av_seek_frame(format_.get(), stream_, time, AVSEEK_FLAG_BACKWARD) >= 0;
}

bool VideoDemuxer::seekByte(std::int64_t pos) {
    if (pos < 0 || (format_->iformat->flags & AVFMT_NO_BYTE_SEEK) != 0) return false;
    return av_seek_frame(format_.get(), stream_, pos, AVSEEK_FLAG_BYTE) >= 0;
}

bool VideoDemuxer::prefersBytes() const {
    return (format_->iformat->flags & (AVFMT_TS_DISCONT | AVFMT_NOTIMESTAMPS)) != 0;
}

double VideoDemuxer::promised() const {
    if (format_->duration_estimation_method != AVFMT_DURATION_FROM_STREAM) return 0;
    if (format_->duration == AV_NOPTS_VALUE) return 0;
    const std::int64_t start = format_->start_time == AV_NOPTS_VALUE ? 0 : format_->start_time;
    // Some formats count from 0, some from the first frame.
    return double(format_->duration + std::min<std::int64_t>(start, 0)) / AV_TIME_BASE;
}

std::uint32_t packetChecksum(const AVPacket& packet) {
    constexpr int kMostBytes = 256;
    return std::uint32_t(
        av_adler32_update(1, packet.data, std::size_t(std::min(packet.size, kMostBytes))));
}

}  // namespace fs2
