#include "annotation/media/video_source.h"

#include <algorithm>
#include <exception>
#include <new>
#include <unordered_set>

#include "annotation/media/video_decoder.h"
#include "annotation/media/video_demux.h"
#include "annotation/media/video_pixels.h"

namespace fs2 {
namespace {

constexpr std::int32_t kNone = -1;
/// Runs with a good key frame in which a frame may be missing before it is given up as lost.
constexpr int kMostMisses = 2;
/// Key frames that may be bad, one before the other, before the film is decoded from its beginning.
constexpr int kMostBadKeys = 3;
/// Decoding on is preferred to a seek over this many packets.
constexpr std::int32_t kShortWay = 8;

enum class Outcome {
    Found,
    Missing,    ///< later frames came, this one did not
    Damaged,    ///< it came, with faults
    Untrusted,  ///< the key frame that the run began with is itself damaged
    Cancelled,
    Failed,     ///< the file can no longer be read as it was indexed
};

}  // namespace

/// A *run* is what the decoder was given since it was last emptied: packets start, start + 1 … in file
/// order. Packets are known by their number in the index, which is also the pts that the decoder sees.
struct VideoSource::State {
    std::string film;
    VideoIndex index;
    VideoDemuxer demuxer;
    VideoDecoder decoder;
    std::string gaveOut;  ///< why the device is no longer in use
    FramePainter painter;
    PacketHandle packet{av_packet_alloc()};
    FrameHandle picture{av_frame_alloc()};
    std::unordered_set<std::int32_t> lost;

    std::int32_t expected = 0;        ///< the packet that the demuxer should give next; kNone = unknown
    std::int32_t runStart = kNone;    ///< kNone = no run
    std::int32_t fed = kNone;         ///< the last packet given to the decoder
    std::int32_t current = kNone;     ///< the packet of `picture`
    std::int32_t furthestPlace = kNone;  ///< of the frames that came out in this run
    std::int32_t skipBelow = kNone;  ///< place below which frames may have been left out in this run
    bool skips = true;               ///< leaves out frames before the target that no other needs
    bool currentDamaged = false;
    bool startClean = false;  ///< the run's key frame came out without faults

    const VideoPacket& at(std::int32_t number) const { return index.packets[std::size_t(number)]; }
    std::int32_t last() const { return std::int32_t(index.packets.size()) - 1; }

    /// The last key packet below `limit` from which that packet can be decoded exactly: leading frames of
    /// an open group lie before their key frame's place and need the group before.
    std::int32_t keyFor(std::int32_t target, std::int32_t limit) const {
        for (std::int32_t i = std::min(target, limit - 1); i > 0; --i) {
            if (at(i).key && at(i).place <= at(target).place) return i;
        }
        return 0;
    }

    std::int32_t identify(const AVPacket& read) const;
    std::int32_t nextPacket();
    bool reach(std::int32_t start);
    bool start();
    bool begin(std::int32_t start);
    bool toCpu(FrameIndex frame);
    bool trusted(std::int32_t target) const;
    Outcome judge(std::int32_t target) const;
    bool feed();
    Outcome decodeTo(std::int32_t target, std::stop_token stop);
    bool leadsTo(std::int32_t target) const;
    Outcome keyAlone(std::int32_t target, std::stop_token stop);
    Outcome find(std::int32_t target, std::stop_token stop);
    Outcome findCarefully(std::int32_t target, std::stop_token stop);
    Result<Frame> paint(FrameIndex frame);
};

/// Which packet of the index this is; kNone where none or several could be.
std::int32_t VideoSource::State::identify(const AVPacket& read) const {
    const std::uint32_t checksum = packetChecksum(read);
    const auto same = [&](const VideoPacket& p) {
        return p.size == read.size && p.checksum == checksum;
    };
    if (expected >= 0 && expected <= last() && same(at(expected))) return expected;
    std::int32_t found = kNone, timed = kNone;
    int matches = 0, timedMatches = 0;
    for (std::int32_t i = 0; i <= last(); ++i) {
        if (!same(at(i)) || at(i).pos != read.pos) continue;
        found = i;
        ++matches;
        if (at(i).pts != read.pts) continue;
        timed = i;
        ++timedMatches;
    }
    if (matches == 1) return found;
    return timedMatches == 1 ? timed : kNone;
}

/// Reads on to the next packet that the index knows; kNone at the end. What a growing film has beyond is
/// not looked at.
std::int32_t VideoSource::State::nextPacket() {
    while (expected <= last() && demuxer.read(*packet) >= 0) {
        const std::int32_t number = identify(*packet);
        if (number == kNone) continue;
        expected = number + 1;
        return number;
    }
    return kNone;
}

/// Brings the demuxer to that packet, which is then in `packet`. Each way of seeking is only a hint.
bool VideoSource::State::reach(std::int32_t start) {
    const auto arrived = [&](bool sought) {
        if (!sought) return false;
        expected = kNone;
        for (std::int32_t number = nextPacket(); number != kNone && number <= start;
             number = nextPacket()) {
            if (number == start) return true;
        }
        return false;
    };
    const VideoPacket& aim = at(start);
    if (expected == start && nextPacket() == start) return true;
    if (demuxer.prefersBytes() && arrived(demuxer.seekByte(aim.pos))) return true;
    if (!demuxer.prefersBytes() && aim.pts != VideoPacket::kNoTime &&
        arrived(demuxer.seekTime(aim.pts))) {
        return true;
    }
    if (aim.dts != VideoPacket::kNoTime && arrived(demuxer.seekTime(aim.dts))) return true;
    auto fresh = VideoDemuxer::open(film);
    if (!fresh) return false;
    demuxer = std::move(*fresh);
    return arrived(true);
}

/// The first run, in a film that was just opened; false where it is not the one indexed.
bool VideoSource::State::start() {
    if (demuxer.read(*packet) < 0 || identify(*packet) != 0) return false;
    expected = 1;
    runStart = 0;
    return feed();
}

bool VideoSource::State::begin(std::int32_t start) {
    decoder.flush();
    runStart = fed = current = furthestPlace = skipBelow = kNone;
    startClean = false;
    if (!reach(start)) return false;
    runStart = start;
    return feed();
}

/// Gives `packet`, whose number is expected - 1, to the decoder. A packet that the decoder refuses has
/// no frame: that is seen when later ones come.
bool VideoSource::State::feed() {
    fed = expected - 1;
    decoder.skipUnused(skips && at(fed).place < skipBelow);
    packet->pts = packet->dts = fed;
    packet->flags &= ~AV_PKT_FLAG_DISCARD;  // the index says what is shown
    return decoder.send(packet.get()) != AVERROR(EAGAIN);
}

bool VideoSource::State::trusted(std::int32_t target) const {
    return runStart == 0 || (startClean && at(target).place >= at(runStart).place);
}

/// What `picture` means for the search.
Outcome VideoSource::State::judge(std::int32_t target) const {
    if (current == target) {
        if (!trusted(target)) return Outcome::Untrusted;
        return currentDamaged ? Outcome::Damaged : Outcome::Found;
    }
    return trusted(target) ? Outcome::Missing : Outcome::Untrusted;
}

/// Decodes on until the target's frame has come or a later one shows that it will not.
Outcome VideoSource::State::decodeTo(std::int32_t target, std::stop_token stop) {
    skipBelow = at(target).place;
    while (!stop.stop_requested()) {
        const int result = decoder.receive(*picture);
        if (result == AVERROR(EAGAIN)) {
            if (nextPacket() != kNone) {
                if (!feed()) return Outcome::Failed;
            } else {
                decoder.send(nullptr);
            }
            continue;
        }
        if (result == AVERROR_EOF) {
            current = kNone;
            return trusted(target) ? Outcome::Missing : Outcome::Untrusted;
        }
        if (result < 0 || picture->pts < 0 || picture->pts > last()) continue;
        current = std::int32_t(picture->pts);
        currentDamaged =
            picture->decode_error_flags != 0 || (picture->flags & AV_FRAME_FLAG_CORRUPT) != 0;
        if (current == runStart) startClean = !currentDamaged;
        furthestPlace = std::max(furthestPlace, at(current).place);
        if (at(current).place >= at(target).place) return judge(target);
    }
    return Outcome::Cancelled;
}

/// Whether decoding on in this run is a way, and not a longer one than a seek.
bool VideoSource::State::leadsTo(std::int32_t target) const {
    if (runStart == kNone) return false;
    if (current == target) return trusted(target);
    const std::int32_t place = at(target).place;
    return place > furthestPlace && place >= skipBelow &&
           keyFor(target, last() + 1) <= fed + kShortWay;
}

/// A key frame sought by itself: the decoder is told that the film ends there, else it would hold the
/// frame back until it has seen several more. The run is over with that.
Outcome VideoSource::State::keyAlone(std::int32_t target, std::stop_token stop) {
    const bool inGroup = target < last() && !at(target + 1).key && at(target + 1).shown;
    if (!inGroup || !begin(target)) return Outcome::Failed;
    decoder.send(nullptr);
    const Outcome outcome = decodeTo(target, stop);
    runStart = kNone;
    return outcome;
}

Outcome VideoSource::State::find(std::int32_t target, std::stop_token stop) {
    if (leadsTo(target)) {
        const Outcome outcome = current == target ? judge(target) : decodeTo(target, stop);
        if (outcome == Outcome::Found || outcome == Outcome::Cancelled) return outcome;
    }
    if (keyFor(target, last() + 1) == target) {
        const Outcome outcome = keyAlone(target, stop);
        if (outcome == Outcome::Found || outcome == Outcome::Cancelled) return outcome;
    }
    int misses = 0, badKeys = 0;
    for (std::int32_t start = keyFor(target, last() + 1);;
         start = badKeys < kMostBadKeys ? keyFor(target, start) : 0) {
        if (stop.stop_requested()) return Outcome::Cancelled;
        const Outcome outcome = begin(start) ? decodeTo(target, stop) : Outcome::Failed;
        if (outcome == Outcome::Found || outcome == Outcome::Cancelled) return outcome;
        if (outcome == Outcome::Missing) ++misses;
        if (outcome == Outcome::Untrusted) ++badKeys;
        if (outcome == Outcome::Damaged || start == 0 || misses == kMostMisses) return outcome;
    }
}

/// Once more with every frame decoded: a decoder that lacks some may put out the others in another order.
Outcome VideoSource::State::findCarefully(std::int32_t target, std::stop_token stop) {
    skips = false;
    runStart = kNone;
    const Outcome outcome = find(target, stop);
    skips = true;
    return outcome;
}

/// Where a device gave out in mid-film, the CPU goes on; false where it is in use already.
bool VideoSource::State::toCpu(FrameIndex frame) {
    if (decoder.info().on == DecodeOn::Cpu) return false;
    auto fresh = VideoDecoder::open(film, demuxer.stream());
    if (!fresh) return false;
    decoder = std::move(*fresh);
    runStart = kNone;
    gaveOut = "the NVIDIA decoder gave out at frame " + std::to_string(frame.value);
    return true;
}

Result<Frame> VideoSource::State::paint(FrameIndex frame) {
    auto painted = painter.paint(*picture);
    if (!painted) {
        return Error{painted.error().code, film + ": frame " + std::to_string(frame.value) + ": " +
                                               painted.error().detail};
    }
    (*painted)->index = frame;
    return Frame(std::move(*painted));
}

VideoSource::VideoSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
VideoSource::~VideoSource() = default;

Result<std::unique_ptr<VideoSource>> VideoSource::open(const std::string& film, VideoIndex index,
                                                       DecodeOn where) {
    if (const auto usable = checkVideoUsable(film, index); !usable) return usable.error();
    auto demuxer = VideoDemuxer::open(film);
    if (!demuxer) return demuxer.error();
    const bool sameStream = demuxer->streamNumber() == index.stream;
    auto decoder = VideoDecoder::open(film, demuxer->stream(), where);
    if (!decoder) return decoder.error();
    auto painter = FramePainter::of(film, demuxer->format(), demuxer->stream());
    if (!painter) return painter.error();
    auto state = std::make_unique<State>(
        State{.film = film, .index = std::move(index), .demuxer = std::move(*demuxer),
              .decoder = std::move(*decoder), .gaveOut = {}, .painter = std::move(*painter), .lost = {}});
    if (!sameStream || !state->start()) {
        return Error{ErrorCode::NotFound, film + ": it has changed since it was indexed"};
    }
    return std::unique_ptr<VideoSource>(new VideoSource(std::move(state)));
}

int VideoSource::frameCount() const { return int(state_->index.frames.size()); }
double VideoSource::seconds(FrameIndex frame) const { return state_->index.seconds(frame); }
const VideoIndex& VideoSource::index() const { return state_->index; }
DecoderInfo VideoSource::decoder() const {
    if (state_->gaveOut.empty()) return state_->decoder.info();
    return {DecodeOn::Cpu, state_->gaveOut};
}

Result<Frame> VideoSource::frame(FrameIndex frame, std::stop_token stop) {
    State& s = *state_;
    const std::string name = s.film + ": frame " + std::to_string(frame.value);
    if (frame.value < 0 || frame.value >= frameCount()) {
        return Error{ErrorCode::BadRequest, name + " is not one of its " +
                                                std::to_string(frameCount()) + " frames"};
    }
    const std::int32_t target = s.index.frames[std::size_t(frame.value)];
    if (s.lost.contains(target)) return Error{ErrorCode::Unreadable, name + " is damaged"};
    try {
        Outcome outcome = s.find(target, stop);
        const auto failed = [&] {
            return outcome != Outcome::Found && outcome != Outcome::Cancelled;
        };
        if (failed() && s.toCpu(frame)) outcome = s.find(target, stop);
        if (failed()) outcome = s.findCarefully(target, stop);
        if (outcome == Outcome::Found) return s.paint(frame);
        if (outcome == Outcome::Cancelled) return Error{ErrorCode::Cancelled, name + ": cancelled"};
        // A drive that is gone may come back: such a frame is not lost.
        if (const auto usable = checkVideoUsable(s.film, s.index); !usable) return usable.error();
        s.lost.insert(target);
        return Error{ErrorCode::Unreadable, name + " is damaged"};
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, name + " does not fit in memory"};
    } catch (const std::exception& fault) {
        return Error{ErrorCode::Internal, name + ": " + fault.what()};
    }
}

FrameIndex VideoSource::keyFrameBefore(FrameIndex frame) const {
    const State& s = *state_;
    const std::int32_t target = s.index.frames[std::size_t(frame.value)];
    const std::int32_t key = s.keyFor(target, s.last() + 1);
    const auto found = std::lower_bound(
        s.index.frames.begin(), s.index.frames.end(), s.at(key).place,
        [&](std::int32_t number, std::int32_t place) { return s.at(number).place < place; });
    return {int(found - s.index.frames.begin())};
}

}  // namespace fs2
