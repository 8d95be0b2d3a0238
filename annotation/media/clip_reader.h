// ClipReader: what the decode thread shows of one clip: frames held in memory around the playhead,
// bounded in bytes; scrubbing (something near at once, then the exact frame); reading ahead the way the
// clip is played; a group of pictures kept whole for playing backward. Owns its MediaSource. Made and
// used on one thread; it waits for nothing but its own decoding, which the stop_token ends within a
// frame. The Frames that it gives may go anywhere.
//
// The decode thread's loop: answer the newest request (`glimpse`, then `frame` where that was not exact);
// while none waits, call `readAhead` until it says that nothing is left.
#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <stop_token>

#include "annotation/media/media_source.h"

namespace fs2 {

/// Which frames are likely to be asked for next. Steps: on both sides of the playhead.
enum class Playing { Steps, Forward, Backward };

/// `frame->index` says which frame it is; not the one asked for where `exact` is false.
struct Glimpse {
    Frame frame;
    bool exact = false;
};

class ClipReader {
  public:
    ClipReader(std::unique_ptr<MediaSource> source, std::size_t maxBytes);

    const MediaSource& source() const { return *source_; }
    void play(Playing way) { way_ = way; }

    /// The exact frame; the playhead goes there. Errors as MediaSource::frame has them.
    Result<Frame> frame(FrameIndex frame, std::stop_token stop = {});
    /// What can be shown soonest: the frame itself where it is held or comes next, else the nearest that
    /// is held or, where that is nearer, the key frame before. The playhead goes to the frame asked for.
    Result<Glimpse> glimpse(FrameIndex frame, std::stop_token stop = {});
    /// Decodes at most one more frame that will be wanted; false = nothing is left to do, or stopped.
    bool readAhead(std::stop_token stop = {});
    /// Null where it is not held.
    Frame held(FrameIndex frame) const;
    std::size_t heldBytes() const { return bytes_; }
    void drop();  ///< all that is held

  private:
    bool isFrame(int frame) const { return frame >= 0 && frame < source_->frameCount(); }
    int capacity() const;
    int chunkLength() const;
    int chunkStart(int frame) const;
    int distance(int frame) const;
    int farthest() const;
    int nearestHeld(int frame) const;
    bool isMissing(int frame) const;
    int firstMissing(int first, int last) const;
    int wanted() const;
    bool fits(int frame) const;
    void keep(const Frame& frame);
    Result<Frame> decode(int frame, std::stop_token stop);

    std::unique_ptr<MediaSource> source_;
    const std::size_t maxBytes_;
    Playing way_ = Playing::Steps;
    int playhead_ = 0;
    int decoded_ = -1;  ///< where the source stands
    std::map<int, Frame> held_;
    std::size_t bytes_ = 0;      ///< of held_
    std::size_t frameBytes_ = 0; ///< of the largest frame so far
    std::set<int> broken_;       ///< frames not worth a second try
};

}  // namespace fs2
