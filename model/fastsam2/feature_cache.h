// FeatureCache: encoded pictures by Frame::source, the least recently used dropped past a byte budget;
// and the logits behind the masks that the model made. LibTorch. Owned by one Segmenter, its thread.
#pragma once
#include <cstdint>
#include <list>
#include <optional>

#include "annotation/core/mask.h"
#include "model/fastsam2/nets.h"
#include "model/fastsam2/working_picture.h"

namespace fs2 {

struct EncodedPicture {
    std::int64_t source = 0;
    WorkingSize size;
    Features features;
    torch::Tensor pixels;  ///< of the Frame, (h, w, 4) bytes; kept on a GPU only
};

class FeatureCache {
  public:
    explicit FeatureCache(std::int64_t budget) : budget_(budget) {}
    /// Null where the picture is not encoded at this working size. Valid until the next put() or clear().
    const EncodedPicture* find(std::int64_t source, int longSide);
    const EncodedPicture& put(EncodedPicture picture);
    void clear();

    /// The logits that `mask` was made from, or undefined.
    torch::Tensor logitsOf(const Mask& mask) const;
    void remember(const Mask& mask, const torch::Tensor& logits);

  private:
    struct Made {
        Mask mask;
        torch::Tensor logits;
    };
    static constexpr std::size_t kMadeMasks = 256;
    std::int64_t budget_;
    std::list<EncodedPicture> pictures_;  ///< most recently used first
    std::list<Made> made_;
};

}  // namespace fs2
