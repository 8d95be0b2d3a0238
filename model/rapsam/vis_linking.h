// Video instances as the published RAP-SAM finds them (MinVIS; MODEL.md part E.9): a video is cut into
// short clips, each clip is one pass, and the queries of successive clips are linked by their kernels.
// No network in here. LibTorch; any thread.
#pragma once
#include <torch/types.h>

#include <vector>

namespace fs2 {

/// The clips of a video, each told by the frame after its last: at most 5 frames (3 in a video of 15 or
/// less), as even as the published rule makes them.
std::vector<int> clipEnds(int frames);

/// For each row of `target` the row of `current` that goes to it; both (N, D), compared by cosine.
std::vector<int> linkedRows(const torch::Tensor& target, const torch::Tensor& current);

/// Collects the clips of one video, in order.
class ClipLinker {
  public:
    /// kernels (N, D), classes (N, C + 1) logits, masks (N, T, h, w) logits of one clip. Returns the row
    /// that went to each place.
    std::vector<int> add(const torch::Tensor& kernels, const torch::Tensor& classes,
                         const torch::Tensor& masks);
    torch::Tensor classes() const;  ///< (N, C + 1) mean over the clips
    torch::Tensor masks() const;    ///< (N, all frames, h, w)
    const torch::Tensor& kernels() const { return kernels_; }  ///< of the last clip, in linked order

  private:
    torch::Tensor kernels_;
    std::vector<torch::Tensor> classes_, masks_;
};

}  // namespace fs2
