#include "annotation/media/clip_reader.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace fs2 {
namespace {

/// Frames ahead in play: more would only take the processor from the model.
constexpr int kMostAhead = 32;
/// Frames on each side of a playhead that goes by steps.
constexpr int kStepsAhead = 4;
/// Frames that decoding on reaches about as soon as anything else could be shown.
constexpr int kShortWay = 3;
constexpr int kNone = -1;

}  // namespace

ClipReader::ClipReader(std::unique_ptr<MediaSource> source, std::size_t maxBytes)
    : source_(std::move(source)), maxBytes_(maxBytes) {}

Frame ClipReader::held(FrameIndex frame) const {
    const auto found = held_.find(frame.value);
    return found == held_.end() ? nullptr : found->second;
}

Result<Frame> ClipReader::frame(FrameIndex frame, std::stop_token stop) {
    if (!isFrame(frame.value)) return source_->frame(frame, stop);  // which knows what to say
    playhead_ = frame.value;
    if (Frame known = held(frame)) return known;
    if (way_ == Playing::Backward) {
        // What comes before it in its group is decoded for its sake anyway, and will be asked for next.
        const int start = chunkStart(frame.value);
        for (int n = firstMissing(start, frame.value); n != kNone && n < frame.value;
             n = firstMissing(n + 1, frame.value)) {
            auto before = decode(n, stop);
            if (!before && before.error().code != ErrorCode::Unreadable) return before;
        }
    }
    return decode(frame.value, stop);
}

Result<Glimpse> ClipReader::glimpse(FrameIndex frame, std::stop_token stop) {
    const auto exact = [&]() -> Result<Glimpse> {
        auto whole = this->frame(frame, stop);
        if (!whole) return whole.error();
        return Glimpse{std::move(*whole), true};
    };
    if (!isFrame(frame.value) || held(frame)) return exact();
    const int key = source_->keyFrameBefore(frame).value;
    const int ahead = frame.value - decoded_;
    if (frame.value - key <= kShortWay || (decoded_ != kNone && ahead > 0 && ahead <= kShortWay)) {
        return exact();
    }
    playhead_ = frame.value;
    const int near = nearestHeld(frame.value);
    if (near != kNone && std::abs(near - frame.value) <= frame.value - key) {
        return Glimpse{held_.at(near), false};
    }
    auto shown = decode(key, stop);
    if (!shown && shown.error().code == ErrorCode::Unreadable) return exact();
    if (!shown) return shown.error();
    return Glimpse{std::move(*shown), false};
}

void ClipReader::drop() {
    held_.clear();
    bytes_ = 0;
}

bool ClipReader::readAhead(std::stop_token stop) {
    const int next = wanted();
    if (next == kNone || !fits(next) || stop.stop_requested()) return false;
    const auto decoded = decode(next, stop);
    return decoded.ok() || decoded.error().code == ErrorCode::Unreadable;
}

/// How many frames are held at most.
int ClipReader::capacity() const {
    return frameBytes_ == 0 ? 1 : int(std::min<std::size_t>(maxBytes_ / frameBytes_, 1u << 20));
}

int ClipReader::chunkLength() const { return std::max(1, capacity() / 2 - 1); }

/// Groups are cut into chunks of which two are held at once: the one played and the one before it.
int ClipReader::chunkStart(int frame) const {
    const int key = source_->keyFrameBefore({frame}).value;
    return frame - (frame - key) % chunkLength();
}

/// How late a frame is wanted; in play, what was passed comes after all others.
int ClipReader::distance(int frame) const {
    const int ahead = way_ == Playing::Backward ? playhead_ - frame : frame - playhead_;
    if (way_ == Playing::Steps) return std::abs(ahead);
    return ahead >= 0 ? ahead : source_->frameCount() - ahead;
}

/// Of those held; it is at one of the ends.
int ClipReader::farthest() const {
    const int first = held_.begin()->first, last = held_.rbegin()->first;
    return distance(first) > distance(last) ? first : last;
}

int ClipReader::nearestHeld(int frame) const {
    const auto after = held_.lower_bound(frame);
    const int above = after == held_.end() ? kNone : after->first;
    const int below = after == held_.begin() ? kNone : std::prev(after)->first;
    if (above == kNone || below == kNone) return std::max(above, below);
    return above - frame < frame - below ? above : below;
}

bool ClipReader::isMissing(int frame) const {
    return !held_.contains(frame) && !broken_.contains(frame);
}

/// Of first .. last, both clamped to the clip.
int ClipReader::firstMissing(int first, int last) const {
    for (int n = std::max(first, 0); n <= std::min(last, source_->frameCount() - 1); ++n) {
        if (isMissing(n)) return n;
    }
    return kNone;
}

/// The frame to read ahead next; kNone = none.
int ClipReader::wanted() const {
    if (!isFrame(playhead_)) return kNone;
    const int most = way_ == Playing::Steps ? kStepsAhead : kMostAhead;
    if (way_ != Playing::Backward) {
        const int last = playhead_ + std::min(most, capacity() * 3 / 4);
        const int missing = firstMissing(playhead_, last);
        if (missing != kNone || way_ == Playing::Forward) return missing;
    }
    for (int n = playhead_, left = std::min(most, chunkLength()); n >= 0 && left >= 0; --n, --left) {
        if (isMissing(n)) return firstMissing(chunkStart(n), n);
    }
    return kNone;
}

/// Whether there is room, or something that is needed later could go.
bool ClipReader::fits(int frame) const {
    return held_.empty() || bytes_ + frameBytes_ <= maxBytes_ ||
           distance(frame) < distance(farthest());
}

void ClipReader::keep(const Frame& frame) {
    frameBytes_ = std::max(frameBytes_, frame->bytes());
    if (held_.emplace(frame->index.value, frame).second) bytes_ += frame->bytes();
    while (bytes_ > maxBytes_ && held_.size() > 1) {
        const auto gone = held_.find(farthest());
        bytes_ -= gone->second->bytes();
        held_.erase(gone);
    }
}

Result<Frame> ClipReader::decode(int frame, std::stop_token stop) {
    auto decoded = source_->frame({frame}, stop);
    if (decoded) {
        decoded_ = frame;
        keep(*decoded);
    } else if (decoded.error().code == ErrorCode::Unreadable) {
        broken_.insert(frame);
    }
    return decoded;
}

}  // namespace fs2
