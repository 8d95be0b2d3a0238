#include "annotation/media/overlay_film.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <exception>
#include <filesystem>
#include <map>
#include <new>
#include <optional>
#include <utility>

#include "annotation/core/files.h"
#include "annotation/media/overlay.h"
#include "annotation/media/video_demux.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace fs2 {
namespace {

struct CloseOutput {
    void operator()(AVFormatContext* output) const {
        avio_closep(&output->pb);
        avformat_free_context(output);
    }
};
using OutputHandle = std::unique_ptr<AVFormatContext, CloseOutput>;

/// Ends a function of Result where FFmpeg failed; `what` is what could not be done.
Error failed(const std::string& path, int fault) {
    const int system = AVUNERROR(fault);
    const bool ofSystem = system == ENOSPC || system == EDQUOT || system == EACCES || system == EROFS ||
                          system == EPERM || system == ENOENT || system == ENOTDIR ||
                          system == ENOMEM || system == EIO || system == EISDIR || system == EFBIG;
    if (ofSystem) return fileError(path, system, FileUse::Writing);
    return {ErrorCode::Internal, path + ": " + ffmpegReason(fault)};
}

int even(int side) { return side + side % 2; }

/// Copies the sound packets of the original, in step with the pictures.
class Sound {
  public:
    /// Nothing where the original has none that `output` can hold.
    static Result<std::optional<Sound>> of(VideoDemuxer original, const OverlayFilm& film,
                                           AVFormatContext& output, OverlayFilmReport& report) {
        Sound sound;
        sound.film_ = std::move(original);
        AVFormatContext& input = sound.film_.format();
        for (unsigned i = 0; i < input.nb_streams; ++i) {
            AVStream& from = *input.streams[i];
            from.discard = AVDISCARD_ALL;
            if (from.codecpar->codec_type != AVMEDIA_TYPE_AUDIO) continue;
            if (avformat_query_codec(output.oformat, from.codecpar->codec_id,
                                     FF_COMPLIANCE_NORMAL) != 1) {
                report.lostSound.push_back(film.original + ": " + output.oformat->name +
                                           " cannot hold its sound, " +
                                           avcodec_get_name(from.codecpar->codec_id));
                continue;
            }
            if (const int fault = sound.add(from, output); fault < 0) {
                return failed(film.original, fault);
            }
        }
        if (sound.copies_.empty()) return std::optional<Sound>();
        sound.begin_ = film.part ? film.seconds.front() : -HUGE_VAL;
        sound.shift_ = film.part ? film.seconds.front() : 0;
        if (film.part) sound.film_.seekTime(sound.pictureTime(film.seconds.front()));
        return std::optional<Sound>(std::move(sound));
    }

    /// Writes what begins before `end` (seconds of the original): 0 or FFmpeg's error.
    int copyUntil(double end, AVFormatContext& output) {
        for (;;) {
            if (!waiting_ && !next()) return 0;
            AVStream& from = *film_.format().streams[packet_->stream_index];
            const double time = double(packet_->pts) * av_q2d(from.time_base);
            if (time >= end) return 0;
            waiting_ = false;
            Copy& copy = copies_.at(packet_->stream_index);
            if (time < begin_ || packet_->dts <= copy.last) {
                av_packet_unref(packet_.get());
                continue;
            }
            copy.last = packet_->dts;
            AVStream& to = *output.streams[copy.to];
            const auto shift = std::int64_t(std::llround(shift_ / av_q2d(from.time_base)));
            packet_->pts -= shift;
            packet_->dts -= shift;
            av_packet_rescale_ts(packet_.get(), from.time_base, to.time_base);
            packet_->stream_index = to.index;
            packet_->pos = -1;
            if (const int fault = av_interleaved_write_frame(&output, packet_.get()); fault < 0) {
                return fault;
            }
        }
    }

  private:
    struct Copy {
        int to = 0;                      ///< number of the stream in the output
        std::int64_t last = INT64_MIN;  ///< decoding time of its last packet: it must rise
    };

    Sound() : packet_(av_packet_alloc()) {}

    int add(AVStream& from, AVFormatContext& output) {
        AVStream* to = avformat_new_stream(&output, nullptr);
        if (to == nullptr) return AVERROR(ENOMEM);
        if (const int fault = avcodec_parameters_copy(to->codecpar, from.codecpar); fault < 0) {
            return fault;
        }
        to->codecpar->codec_tag = 0;
        to->time_base = from.time_base;
        av_dict_copy(&to->metadata, from.metadata, 0);
        from.discard = AVDISCARD_DEFAULT;
        copies_[from.index] = {.to = to->index};
        return 0;
    }
    std::int64_t pictureTime(double seconds) const {
        return std::int64_t(std::floor(seconds / av_q2d(film_.stream().time_base)));
    }
    bool next() {
        while (av_read_frame(&film_.format(), packet_.get()) >= 0) {
            const bool timed = packet_->pts != AV_NOPTS_VALUE && packet_->dts != AV_NOPTS_VALUE;
            if (timed && copies_.contains(packet_->stream_index)) return waiting_ = true;
            av_packet_unref(packet_.get());
        }
        return false;
    }

    VideoDemuxer film_;
    PacketHandle packet_;
    bool waiting_ = false;  ///< `packet_` is read, but its time has not come
    std::map<int, Copy> copies_;  ///< by the stream's number in the original
    double begin_ = 0;
    double shift_ = 0;
};

class FilmWriter {
  public:
    FilmWriter(const std::string& path, const OverlayFilm& film)
        : path_(path), film_(film), packet_(av_packet_alloc()), picture_(av_frame_alloc()) {}

    Result<OverlayFilmReport> write() {
        for (int i = 0; i < int(film_.seconds.size()); ++i) {
            if (film_.goOn && !film_.goOn(i)) return Error{ErrorCode::Cancelled, path_ + ": stopped"};
            const auto frame = drawn(i);
            if (!frame) return frame.error();
            if (i == 0) {
                if (const auto begun = begin(**frame); !begun) return begun.error();
            }
            if (const auto added = add(**frame, i); !added) return added.error();
        }
        int fault = encode(nullptr);
        if (fault >= 0 && sound_) fault = sound_->copyUntil(soundEnd(), *output_);
        if (fault >= 0) fault = av_write_trailer(output_.get());
        if (fault >= 0) fault = avio_closep(&output_->pb);
        if (fault < 0) return failed(path_, fault);
        return std::move(report_);
    }

  private:
    Result<Frame> drawn(int i) const {
        const auto frame = film_.picture(i);
        if (!frame) return frame.error();
        return overlaid(*frame, film_.masks(i));
    }

    Result<void> begin(const FrameData& first) {
        AVFormatContext* made = nullptr;
        avformat_alloc_output_context2(&made, nullptr, nullptr, path_.c_str());
        output_.reset(made);
        const std::string kind = made != nullptr ? made->oformat->name : "";
        if (kind != "mp4" && kind != "mov" && kind != "matroska") {
            return Error{ErrorCode::BadRequest, path_ + ": a film's name ends in .mp4, .mov or .mkv"};
        }
        std::optional<VideoDemuxer> original;
        if (!film_.original.empty()) {
            auto opened = VideoDemuxer::open(film_.original);
            if (!opened) return opened.error();
            original = std::move(*opened);
        }
        constexpr AVRational kUsual{1, 90000};
        if (auto set = setTimes(original ? original->stream().time_base : kUsual); !set) return set;
        if (auto opened = openEncoder(first); !opened) return opened;
        int fault = addPictures();
        if (fault < 0) return failed(path_, fault);
        if (original) {
            auto sound = Sound::of(std::move(*original), film_, *made, report_);
            if (!sound) return sound.error();
            sound_ = std::move(*sound);
        }
        fault = avio_open(&made->pb, ("file:" + temporaryName(path_)).c_str(), AVIO_FLAG_WRITE);
        if (fault >= 0) fault = avformat_write_header(made, nullptr);
        if (fault < 0) return failed(path_, fault);
        return {};
    }

    /// In the original's time base they fit exactly; equal ones (damaged films) are a tick apart.
    Result<void> setTimes(AVRational base) {
        base_ = base;
        const double shift = film_.part ? film_.seconds.front() : 0;
        for (std::size_t i = 0; i < film_.seconds.size(); ++i) {
            if (i > 0 && film_.seconds[i] < film_.seconds[i - 1]) {
                return Error{ErrorCode::BadRequest,
                             path_ + ": the time of picture " + std::to_string(i) + " falls"};
            }
            const std::int64_t time = std::llround((film_.seconds[i] - shift) / av_q2d(base));
            times_.push_back(i > 0 ? std::max(time, times_.back() + 1) : time);
        }
        return {};
    }

    int addPictures() {
        stream_ = avformat_new_stream(output_.get(), nullptr);
        if (stream_ == nullptr) return AVERROR(ENOMEM);
        stream_->time_base = base_;
        return avcodec_parameters_from_context(stream_->codecpar, encoder_.get());
    }

    /// In frames: about two seconds, so that scrubbing through the film is quick.
    int keyFrameEvery() const {
        constexpr double kSeconds = 2;
        const double all = film_.seconds.back() - film_.seconds.front();
        const double most = double(film_.seconds.size());
        return all <= 0 ? 1 : int(std::clamp(std::round(kSeconds * (most - 1) / all), 1.0, most));
    }

    Result<void> openEncoder(const FrameData& first) {
        av_log_set_level(AV_LOG_QUIET);  // x264 would write its statistics to stderr
        const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
        if (codec == nullptr) {
            return Error{ErrorCode::Unsupported, path_ + ": this FFmpeg has no H.264 encoder (libx264)"};
        }
        encoder_.reset(avcodec_alloc_context3(codec));
        encoder_->width = even(first.width);
        encoder_->height = even(first.height);
        encoder_->pix_fmt = AV_PIX_FMT_YUV420P;
        encoder_->color_range = AVCOL_RANGE_MPEG;
        encoder_->colorspace = hd(first) ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
        encoder_->color_primaries = hd(first) ? AVCOL_PRI_BT709 : AVCOL_PRI_SMPTE170M;
        encoder_->color_trc = hd(first) ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M;
        encoder_->time_base = base_;
        encoder_->thread_count = 1;
        encoder_->gop_size = keyFrameEvery();
        encoder_->flags |= output_->oformat->flags & AVFMT_GLOBALHEADER ? AV_CODEC_FLAG_GLOBAL_HEADER : 0;
        av_opt_set(encoder_->priv_data, "preset", "fast", 0);
        av_opt_set(encoder_->priv_data, "crf", "18", 0);
        const int fault = avcodec_open2(encoder_.get(), codec, nullptr);
        if (fault < 0) return failed(path_, fault);
        width_ = first.width;
        height_ = first.height;
        return {};
    }

    static bool hd(const FrameData& frame) { return frame.height >= 720; }

    Result<void> add(const FrameData& frame, int i) {
        if (frame.width != width_ || frame.height != height_) {
            return Error{ErrorCode::BadRequest, path_ + ": picture " + std::to_string(i) +
                                                    " has another size than the first"};
        }
        int fault = convert(frame);
        const auto place = std::size_t(i);
        picture_->pts = times_[place];
        if (fault >= 0) fault = encode(picture_.get());
        if (fault >= 0 && sound_) fault = sound_->copyUntil(film_.seconds[place], *output_);
        if (fault < 0) return failed(path_, fault);
        return {};
    }

    /// Into `picture_`, the odd last column and row doubled.
    int convert(const FrameData& frame) {
        auto& scaler = scaler_;
        const int width = encoder_->width, height = encoder_->height;
        if (!scaler) {
            constexpr int kFlags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP;
            scaler.reset(sws_getContext(width, height, AV_PIX_FMT_RGBA, width, height,
                                        AV_PIX_FMT_YUV420P, kFlags, nullptr, nullptr, nullptr));
            if (!scaler) return AVERROR(ENOMEM);
            constexpr int kOne = 1 << 16;  // contrast and saturation unchanged, in 16.16
            const int* matrix = sws_getCoefficients(hd(frame) ? SWS_CS_ITU709 : SWS_CS_ITU601);
            sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(SWS_CS_DEFAULT), 1, matrix, 0, 0,
                                     kOne, kOne);
        }
        av_frame_unref(picture_.get());
        picture_->format = AV_PIX_FMT_YUV420P;
        picture_->width = width;
        picture_->height = height;
        if (const int fault = av_frame_get_buffer(picture_.get(), 0); fault < 0) return fault;
        const auto row = std::size_t(width) * 4;
        padded_.resize(row * std::size_t(height));
        for (int y = 0; y < height; ++y) {
            const std::uint8_t* from = frame.row(std::min(y, frame.height - 1));
            std::uint8_t* to = padded_.data() + row * std::size_t(y);
            std::copy(from, from + 4 * frame.width, to);
            std::copy(from + 4 * (frame.width - 1), from + 4 * frame.width, to + row - 4);
        }
        const std::uint8_t* const planes[] = {padded_.data(), nullptr, nullptr, nullptr};
        const int strides[] = {int(row), 0, 0, 0};
        return sws_scale(scaler.get(), planes, strides, 0, height, picture_->data,
                         picture_->linesize);
    }

    /// Null ends the film.
    int encode(const AVFrame* picture) {
        int fault = avcodec_send_frame(encoder_.get(), picture);
        while (fault >= 0) {
            fault = avcodec_receive_packet(encoder_.get(), packet_.get());
            if (fault == AVERROR(EAGAIN) || fault == AVERROR_EOF) return 0;
            if (fault < 0) return fault;
            packet_->duration = durationOf(packet_->pts);
            av_packet_rescale_ts(packet_.get(), encoder_->time_base, stream_->time_base);
            packet_->stream_index = stream_->index;
            fault = av_interleaved_write_frame(output_.get(), packet_.get());
        }
        return fault;
    }
    /// Up to the next frame; the last one lasts as long as the one before it, a single one 40 ms.
    std::int64_t durationOf(std::int64_t time) const {
        constexpr double kSingle = .04;
        const auto next = std::upper_bound(times_.begin(), times_.end(), time);
        if (next != times_.end()) return *next - time;
        if (times_.size() >= 2) return times_.back() - times_[times_.size() - 2];
        return std::max<std::int64_t>(1, std::llround(kSingle / av_q2d(base_)));
    }
    /// A part's sound ends with its last frame.
    double soundEnd() const {
        if (!film_.part) return HUGE_VAL;
        return film_.seconds.back() + double(durationOf(times_.back())) * av_q2d(base_);
    }

    const std::string& path_;
    const OverlayFilm& film_;
    OverlayFilmReport report_;
    OutputHandle output_;
    CodecHandle encoder_;
    PacketHandle packet_;
    FrameHandle picture_;
    ScalerHandle scaler_;
    std::optional<Sound> sound_;
    AVStream* stream_ = nullptr;  ///< of output_
    std::vector<std::uint8_t> padded_;
    AVRational base_{};                 ///< what times_ count in
    std::vector<std::int64_t> times_;  ///< of the frames
    int width_ = 0;
    int height_ = 0;
};

Result<OverlayFilmReport> written(const std::string& path, const OverlayFilm& film) {
    try {
        return FilmWriter(path, film).write();
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, path + ": the film does not fit in memory"};
    } catch (const std::exception& fault) {
        return Error{ErrorCode::Internal, path + ": " + fault.what()};
    }
}

}  // namespace

Result<OverlayFilmReport> writeOverlayFilm(const std::string& path, const OverlayFilm& film) {
    if (film.seconds.empty()) return Error{ErrorCode::BadRequest, path + ": a film needs a frame"};
    auto report = written(path, film);
    if (report) {
        if (const auto placed = renameIntoPlace(path); !placed) return placed.error();
        return report;
    }
    std::error_code ignored;
    std::filesystem::remove(temporaryName(path), ignored);
    return report;
}

}  // namespace fs2
