#include "annotation/core/frame.h"

#include <atomic>

namespace fs2 {

std::shared_ptr<FrameData> makeFrame(int width, int height) {
    static std::atomic<std::int64_t> nextSource{1};
    auto frame = std::make_shared<FrameData>();
    frame->width = frame->fullWidth = width;
    frame->height = frame->fullHeight = height;
    frame->stride = (width * 4 + 63) / 64 * 64;
    frame->source = nextSource.fetch_add(1);
    frame->pixels.resize(std::size_t(frame->stride) * std::size_t(height));
    for (std::size_t i = 3; i < frame->pixels.size(); i += 4) frame->pixels[i] = 255;
    return frame;
}

}  // namespace fs2
