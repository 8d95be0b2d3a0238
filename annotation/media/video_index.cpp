#include "annotation/media/video_index.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <numeric>

#include "annotation/core/files.h"
#include "annotation/media/field_pairs.h"
#include "annotation/media/video_decoder.h"
#include "annotation/media/video_demux.h"

namespace fs2 {
namespace {

static_assert(VideoPacket::kNoTime == AV_NOPTS_VALUE);

Error cancelled(const std::string& film) {
    return {ErrorCode::Cancelled, film + ": indexing was cancelled"};
}

Error changed(const std::string& film) {
    return {ErrorCode::NotFound, film + ": it has changed since it was indexed"};
}

struct FileState {
    std::uint64_t bytes = 0;
    std::int64_t time = 0;
};

Result<FileState> fileState(const std::string& film) {
    std::error_code fault;
    FileState state;
    state.bytes = std::filesystem::file_size(film, fault);
    if (!fault) {
        state.time = std::filesystem::last_write_time(film, fault).time_since_epoch().count();
    }
    if (fault) return fileError(film, fault.value(), FileUse::Reading);
    return state;
}

/// VP8 keeps pictures that are only there for others to be predicted from.
bool isHidden(const AVPacket& packet, AVCodecID codec) {
    constexpr int kShowFrame = 0x10;
    return codec == AV_CODEC_ID_VP8 && packet.size > 0 && (packet.data[0] & kShowFrame) == 0;
}

VideoPacket described(const AVPacket& packet, AVCodecID codec) {
    VideoPacket entry;
    entry.pts = packet.pts;
    entry.dts = packet.dts;
    entry.pos = packet.pos;
    entry.size = packet.size;
    entry.checksum = packetChecksum(packet);
    entry.key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
    entry.shown = (packet.flags & AV_PKT_FLAG_DISCARD) == 0 && !isHidden(packet, codec);
    return entry;
}

std::string seconds(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f s", value);
    return text;
}

/// Why the film is taken to end early; empty where nothing says so.
std::string cutReason(VideoDemuxer& demuxer, const VideoIndex& index, int end, bool lastIsPart) {
    if (lastIsPart || end != AVERROR_EOF) {
        return "it breaks off after " + seconds(demuxer.furthest()) +
               (end != AVERROR_EOF ? " (" + ffmpegReason(end) + ")" : std::string());
    }
    const std::int64_t promised = avformat_index_get_entries_count(&demuxer.stream());
    const auto found = std::int64_t(index.packets.size());
    if (promised > found) {
        return "it has " + std::to_string(found) + " of the " + std::to_string(promised) +
               " frames that it promises";
    }
    constexpr double kSlack = 1.0;  // the last frame of some films has no duration
    if (demuxer.promised() > demuxer.furthest() + kSlack) {
        return "it breaks off at " + seconds(demuxer.furthest()) + " of " +
               seconds(demuxer.promised());
    }
    return {};
}

/// All packets, in file order; `cut` is set.
Result<void> readPackets(const std::string& film, VideoDemuxer& demuxer, VideoIndex& index,
                         const std::function<void(double)>& progress, std::stop_token stop) {
    const AVCodecID codec = demuxer.stream().codecpar->codec_id;
    const PacketHandle packet(av_packet_alloc());
    FieldPairs fields(demuxer.stream());
    bool lastIsPart = false;
    int end = 0;
    while ((end = demuxer.read(*packet)) >= 0) {
        if (stop.stop_requested()) return cancelled(film);
        lastIsPart = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
        VideoPacket entry = described(*packet, codec);
        if (fields.isSecond(*packet)) {
            entry.key = entry.shown = false;
            entry.pts = index.packets.back().pts;
        }
        index.packets.push_back(entry);
        constexpr std::size_t kEvery = 256;
        if (progress && packet->pos > 0 && index.packets.size() % kEvery == 0) {
            progress(std::min(1.0, double(packet->pos) / double(index.fileBytes)));
        }
    }
    const auto state = fileState(film);
    if (!state) return state.error();  // the drive went away
    if (state->bytes < index.fileBytes) {
        return Error{ErrorCode::Unreadable, film + ": it became shorter while it was indexed"};
    }
    if (lastIsPart) index.packets.pop_back();
    index.cut = cutReason(demuxer, index, end, lastIsPart);
    return {};
}

/// Packets by presentation time; those of one time in file order.
void orderByTime(std::vector<VideoPacket>& packets) {
    std::vector<std::int32_t> order(packets.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
        return packets[std::size_t(a)].pts < packets[std::size_t(b)].pts;
    });
    for (std::size_t place = 0; place < order.size(); ++place) {
        packets[std::size_t(order[place])].place = std::int32_t(place);
    }
}

/// The packets whose frames come out of the decoder, in the order in which they come out.
Result<std::vector<std::int32_t>> decodedOrder(const std::string& film, std::size_t packets,
                                               const std::function<void(double)>& progress,
                                               std::stop_token stop) {
    auto demuxer = VideoDemuxer::open(film);
    if (!demuxer) return demuxer.error();
    auto decoder = VideoDecoder::open(film, demuxer->stream());
    if (!decoder) return decoder.error();
    const PacketHandle packet(av_packet_alloc());
    const FrameHandle frame(av_frame_alloc());
    std::vector<std::int32_t> order;
    for (std::size_t at = 0; at <= packets; ++at) {
        if (stop.stop_requested()) return cancelled(film);
        const bool more = at < packets && demuxer->read(*packet) >= 0;
        packet->pts = packet->dts = std::int64_t(at);
        decoder->send(more ? packet.get() : nullptr);
        while (decoder->receive(*frame) >= 0) {
            if (frame->pts >= 0 && frame->pts < std::int64_t(packets)) {
                order.push_back(std::int32_t(frame->pts));
            }
        }
        if (!more) break;
        constexpr std::size_t kEvery = 64;
        if (progress && at % kEvery == 0) progress(double(at) / double(packets));
    }
    return order;
}

/// For films that do not say when their packets are shown: frames in decoder order get the decode times
/// in rising order, all late enough that none is shown before it is decoded. Packets without a frame are
/// not shown, and go last.
void orderByDecoding(VideoIndex& index, const std::vector<std::int32_t>& order, double frameRate) {
    std::vector<std::int64_t> times;
    for (const VideoPacket& packet : index.packets) {
        if (packet.dts != VideoPacket::kNoTime) times.push_back(packet.dts);
    }
    const bool counted = times.size() != index.packets.size();  // else the times serve
    const double step = index.timeBaseDen / (frameRate * index.timeBaseNum);
    std::sort(times.begin(), times.end());
    std::vector<bool> out(index.packets.size(), false);
    std::int32_t place = 0;
    const auto put = [&](std::size_t at) {
        VideoPacket& packet = index.packets[at];
        packet.pts = counted ? std::int64_t(place * step) : times[std::size_t(place)];
        packet.place = place++;
        out[at] = true;
    };
    for (const std::int32_t at : order) {
        if (!out[std::size_t(at)]) put(std::size_t(at));
    }
    for (std::size_t at = 0; at < index.packets.size(); ++at) {
        if (out[at]) continue;
        put(at);
        index.packets[at].shown = index.packets[at].key = false;
    }
    if (counted) return;
    std::int64_t delay = 0;
    for (const VideoPacket& p : index.packets) {
        if (p.shown) delay = std::max(delay, p.dts - p.pts);
    }
    for (VideoPacket& p : index.packets) p.pts += delay;
}

/// The index but for the numbers of its frames.
Result<VideoIndex> orderedPackets(const std::string& film, VideoDemuxer& demuxer,
                                  const std::function<void(double)>& progress,
                                  std::stop_token stop) {
    const auto state = fileState(film);
    if (!state) return state.error();
    VideoIndex index;
    index.fileBytes = state->bytes;
    index.fileTime = state->time;
    index.stream = demuxer.streamNumber();
    index.timeBaseNum = demuxer.stream().time_base.num;
    index.timeBaseDen = demuxer.stream().time_base.den;
    if (const auto read = readPackets(film, demuxer, index, progress, stop); !read) {
        return read.error();
    }
    const bool timed = std::none_of(index.packets.begin(), index.packets.end(), [](const auto& p) {
        return p.shown && p.pts == VideoPacket::kNoTime;
    });
    if (timed) {
        orderByTime(index.packets);
        return index;
    }
    const auto order = decodedOrder(film, index.packets.size(), progress, stop);
    if (!order) return order.error();
    const AVRational rate = demuxer.stream().avg_frame_rate;
    constexpr double kUsualRate = 25;
    orderByDecoding(index, *order, rate.num > 0 && rate.den > 0 ? av_q2d(rate) : kUsualRate);
    return index;
}

}  // namespace

void VideoIndex::numberFrames() {
    std::vector<std::int32_t> at(packets.size(), 0);
    for (std::size_t i = 0; i < packets.size(); ++i) {
        at[std::size_t(packets[i].place)] = std::int32_t(i);
    }
    frames.clear();
    for (const std::int32_t i : at) {
        if (packets[std::size_t(i)].shown) frames.push_back(i);
    }
}

double VideoIndex::seconds(FrameIndex frame) const {
    const VideoPacket& packet = packets[std::size_t(frames[std::size_t(frame.value)])];
    return double(packet.pts) * timeBaseNum / timeBaseDen;
}

Result<VideoIndex> buildVideoIndex(const std::string& film,
                                   const std::function<void(double)>& progress,
                                   std::stop_token stop) {
    try {
        auto demuxer = VideoDemuxer::open(film);
        if (!demuxer) return demuxer.error();
        auto index = orderedPackets(film, *demuxer, progress, stop);
        if (!index) return index.error();
        index->numberFrames();
        if (index->frames.empty()) {
            return Error{ErrorCode::Unreadable, film + ": it has no frames"};
        }
        if (progress) progress(1.0);
        return index;
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, film + ": its index does not fit in memory"};
    } catch (const std::exception& fault) {
        return Error{ErrorCode::Unreadable, film + ": " + fault.what()};
    }
}

Result<void> checkVideoUnchanged(const std::string& film, const VideoIndex& index) {
    const auto state = fileState(film);
    if (!state) return state.error();
    if (state->bytes != index.fileBytes || state->time != index.fileTime) return changed(film);
    return {};
}

Result<void> checkVideoUsable(const std::string& film, const VideoIndex& index) {
    const auto state = fileState(film);
    if (!state) return state.error();
    if (state->bytes > index.fileBytes) return {};
    return checkVideoUnchanged(film, index);
}

}  // namespace fs2
