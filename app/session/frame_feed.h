// FrameFeed: decodes the frames of a run, in the order asked for, on a thread of its own, at most kAhead
// before they are taken: it waits then, and drops nothing. Owned by the run, on the inference thread, which
// alone calls it. The destructor stops and joins.
#pragma once
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "annotation/core/bounded_queue.h"
#include "annotation/core/frame.h"
#include "app/session/clip_source.h"

namespace fs2 {

class FrameFeed {
  public:
    static constexpr int kAhead = 8;
    struct Fed {
        FrameIndex frame;
        Result<Frame> picture;  ///< an error costs this frame alone
        bool isGone = false;    ///< the clip cannot be opened at all
    };
    /// `known` (may be null) is handed on where its frame is asked for: what was encoded for a click is not
    /// encoded again.
    FrameFeed(OpenSource open, std::vector<FrameIndex> order, Frame known);
    /// The next one; nothing at the end, or when stopped.
    std::optional<Fed> next(std::stop_token stop) { return queue_.pop(std::move(stop)); }

  private:
    void run(std::stop_token stop);

    const OpenSource open_;
    const std::vector<FrameIndex> order_;
    const Frame known_;
    BoundedQueue<Fed> queue_{kAhead};
    std::jthread thread_;  ///< last: joined first
};

}  // namespace fs2
