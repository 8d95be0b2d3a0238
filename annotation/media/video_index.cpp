#include "annotation/media/video_index.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <new>
#include <numeric>
#include <optional>
#include <type_traits>

#include "annotation/core/files.h"
#include "annotation/core/paths.h"
#include "annotation/media/video_demux.h"

namespace fs2 {
namespace {

static_assert(VideoPacket::kNoTime == AV_NOPTS_VALUE);

constexpr char kMagic[] = "FS2VIDX1";

Error cancelled(const std::string& film) {
    return {ErrorCode::Cancelled, film + ": indexing was cancelled"};
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
    bool lastIsPart = false;
    int end = 0;
    while ((end = demuxer.read(*packet)) >= 0) {
        if (stop.stop_requested()) return cancelled(film);
        lastIsPart = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
        index.packets.push_back(described(*packet, codec));
        constexpr std::size_t kEvery = 256;
        if (progress && packet->pos > 0 && index.packets.size() % kEvery == 0) {
            progress(std::min(1.0, double(packet->pos) / double(index.fileBytes)));
        }
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
    const auto decoder = openVideoDecoder(film, demuxer->stream());
    if (!decoder) return decoder.error();
    const PacketHandle packet(av_packet_alloc());
    const FrameHandle frame(av_frame_alloc());
    std::vector<std::int32_t> order;
    for (std::size_t at = 0; at <= packets; ++at) {
        if (stop.stop_requested()) return cancelled(film);
        const bool more = at < packets && demuxer->read(*packet) >= 0;
        packet->pts = packet->dts = std::int64_t(at);
        avcodec_send_packet(decoder->get(), more ? packet.get() : nullptr);
        while (avcodec_receive_frame(decoder->get(), frame.get()) >= 0) {
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

/// `frames` from the packets' places.
void numberFrames(VideoIndex& index) {
    std::vector<std::int32_t> at(index.packets.size(), 0);
    for (std::size_t i = 0; i < index.packets.size(); ++i) {
        at[std::size_t(index.packets[i].place)] = std::int32_t(i);
    }
    index.frames.clear();
    for (const std::int32_t i : at) {
        if (index.packets[std::size_t(i)].shown) index.frames.push_back(i);
    }
}

template <class T>
void put(std::string& to, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Values one after the other; what lies beyond the end is 0 and sets `ended`.
class Values {
  public:
    explicit Values(std::string_view bytes) : bytes_(bytes) {}
    template <class T>
    T take() {
        T value{};
        const std::string_view raw = text(sizeof value);
        if (!ended_) std::memcpy(&value, raw.data(), sizeof value);
        return value;
    }
    std::string_view text(std::size_t size) {
        if (ended_ || bytes_.size() < size) {
            ended_ = true;
            return {};
        }
        const std::string_view out = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return out;
    }
    std::size_t left() const { return bytes_.size(); }
    bool ended() const { return ended_; }

  private:
    std::string_view bytes_;
    bool ended_ = false;
};

constexpr std::uint8_t kKeyBit = 1, kShownBit = 2;
constexpr std::size_t kPacketBytes = 3 * 8 + 3 * 4 + 1;

void putPacket(std::string& to, const VideoPacket& packet) {
    put(to, packet.pts);
    put(to, packet.dts);
    put(to, packet.pos);
    put(to, packet.size);
    put(to, packet.checksum);
    put(to, packet.place);
    put(to, std::uint8_t((packet.key ? kKeyBit : 0) | (packet.shown ? kShownBit : 0)));
}

VideoPacket takePacket(Values& from) {
    VideoPacket packet;
    packet.pts = from.take<std::int64_t>();
    packet.dts = from.take<std::int64_t>();
    packet.pos = from.take<std::int64_t>();
    packet.size = from.take<std::int32_t>();
    packet.checksum = from.take<std::uint32_t>();
    packet.place = from.take<std::int32_t>();
    const auto bits = from.take<std::uint8_t>();
    packet.key = (bits & kKeyBit) != 0;
    packet.shown = (bits & kShownBit) != 0;
    return packet;
}

/// Each place once.
bool isOrder(const std::vector<VideoPacket>& packets) {
    std::vector<bool> seen(packets.size(), false);
    for (const VideoPacket& packet : packets) {
        const auto place = std::size_t(packet.place);
        if (packet.place < 0 || place >= packets.size() || seen[place]) return false;
        seen[place] = true;
    }
    return true;
}

/// Nothing where the bytes are no whole index.
std::optional<VideoIndex> parsed(std::string_view bytes) {
    Values values(bytes);
    if (values.text(std::strlen(kMagic)) != kMagic) return std::nullopt;
    const auto sum = values.take<std::uint64_t>();
    if (values.ended() || fnv1a64(bytes.substr(bytes.size() - values.left())) != sum) {
        return std::nullopt;
    }
    VideoIndex index;
    index.fileBytes = values.take<std::uint64_t>();
    index.fileTime = values.take<std::int64_t>();
    index.stream = values.take<std::int32_t>();
    index.timeBaseNum = values.take<std::int32_t>();
    index.timeBaseDen = values.take<std::int32_t>();
    index.cut = values.text(values.take<std::uint32_t>());
    const auto count = values.take<std::uint64_t>();
    if (values.ended() || count == 0 || values.left() % kPacketBytes != 0 ||
        values.left() / kPacketBytes != count) {
        return std::nullopt;
    }
    for (std::uint64_t i = 0; i < count; ++i) index.packets.push_back(takePacket(values));
    if (index.timeBaseNum <= 0 || index.timeBaseDen <= 0 || !isOrder(index.packets)) {
        return std::nullopt;
    }
    numberFrames(index);
    if (index.frames.empty()) return std::nullopt;
    return index;
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
        numberFrames(*index);
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

Result<void> saveVideoIndex(const std::string& file, const VideoIndex& index) {
    std::string body;
    body.reserve(64 + index.cut.size() + kPacketBytes * index.packets.size());
    put(body, index.fileBytes);
    put(body, index.fileTime);
    put(body, index.stream);
    put(body, index.timeBaseNum);
    put(body, index.timeBaseDen);
    put(body, std::uint32_t(index.cut.size()));
    body += index.cut;
    put(body, std::uint64_t(index.packets.size()));
    for (const VideoPacket& packet : index.packets) putPacket(body, packet);
    std::string bytes = kMagic;
    put(bytes, fnv1a64(body));
    return writeWholeFile(file, bytes + body);
}

Result<VideoIndex> loadVideoIndex(const std::string& file, const std::string& film) {
    const auto bytes = readWholeFile(file);
    if (!bytes) return bytes.error();
    auto index = parsed(*bytes);
    if (!index) return Error{ErrorCode::Unreadable, file + ": the film's index is damaged"};
    if (const auto same = checkVideoUnchanged(film, *index); !same) return same.error();
    return std::move(*index);
}

Result<void> checkVideoUnchanged(const std::string& film, const VideoIndex& index) {
    const auto state = fileState(film);
    if (!state) return state.error();
    if (state->bytes != index.fileBytes || state->time != index.fileTime) {
        return Error{ErrorCode::NotFound, film + ": it has changed since it was indexed"};
    }
    return {};
}

}  // namespace fs2
