#include "app/session/frame_feed.h"

#include <exception>

namespace fs2 {

FrameFeed::FrameFeed(OpenSource open, std::vector<FrameIndex> order, Frame known)
    : open_(std::move(open)),
      order_(std::move(order)),
      known_(std::move(known)),
      thread_([this](std::stop_token stop) { run(stop); }) {}

void FrameFeed::run(std::stop_token stop) {
    try {
        auto source = open_();
        for (FrameIndex frame : order_) {
            if (!source) {
                queue_.push({frame, source.error(), true}, stop);
                break;
            }
            const bool isKnown = known_ && known_->index == frame;
            Fed fed{frame, isKnown ? Result<Frame>(known_) : (*source)->frame(frame, stop), false};
            if (!queue_.push(std::move(fed), stop)) return;
        }
    } catch (const std::exception& fault) {
        queue_.push({{}, Error{ErrorCode::Internal, fault.what()}, true}, stop);
    }
    queue_.close();
}

}  // namespace fs2
