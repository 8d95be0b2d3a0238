// BenchClip: a generated clip to measure tracking on: discs that move over a picture, the same on every
// machine. Frames are made one by one, so its length costs no memory. One thread.
#pragma once
#include <memory>
#include <vector>

#include "annotation/core/frame.h"
#include "model/streaming_memory.h"

namespace fs2 {

/// The picture behind: gradient, texture and three discs.
std::shared_ptr<FrameData> benchPicture(int width, int height);

class BenchClip {
  public:
    BenchClip(int width, int height, int objects);
    /// A new Frame each time, with a `source` of its own.
    Frame frame(int number) const;
    /// Where the objects are on that frame; ids from 1, confirmed.
    std::vector<KnownMask> masks(int number) const;

  private:
    struct Disc {
        double x = 0;
        double y = 0;
        double radius = 0;  ///< pixels
    };
    Disc discAt(int object, int number) const;

    std::shared_ptr<const FrameData> behind_;
    int objects_;
};

}  // namespace fs2
