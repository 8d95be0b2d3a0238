// From class and mask logits of queries to panoptic ids and instances, as the published RAP-SAM does it
// (mmdet's MaskFormerFusionHead; MODEL.md part E.9). No network in here. N queries, C classes of which
// the first `things` are countable; class logits (N, C + 1) end with the void class. LibTorch; any thread.
#pragma once
#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "annotation/core/geometry.h"
#include "model/fastsam2/working_picture.h"

namespace fs2 {

/// Mask logits (N, h, w) of the padded picture at any stride -> (N, fullHeight, fullWidth) float32:
/// bilinear to the padded size, crop to the working size, bilinear to the photo.
torch::Tensor fullSizeLogits(const torch::Tensor& masks, const WorkingSize& size);

constexpr double kMinQueryScore = .8;   ///< a query counts above this
constexpr double kMinOwnedShare = .8;   ///< of its own mask that a segment must keep
constexpr int kInstanceOffset = 1000;   ///< id = class + 1000 * instance for things, the class for stuff

struct KeptQuery {
    std::int64_t query = 0;
    int category = 0;
    float score = 0;
};
/// The queries of some class with a score above kMinQueryScore, in query order. One copy to the host.
std::vector<KeptQuery> keptQueries(const torch::Tensor& classes, double minScore = kMinQueryScore);

struct PanopticLabels {
    torch::Tensor labels;  ///< (H, W) uint8 on the masks' device: 0 = void, else place in `segments` + 1
    /// In the order in which they were made, stuff of one class merged. A thing whose pixels are all below
    /// .5 has its number, but no pixels.
    struct Segment {
        int id = 0;
        int category = 0;
        float score = 0;  ///< of the best of its queries
    };
    std::vector<Segment> segments;
    /// (H, W) int32 as the published code writes it; void = `classes`.
    torch::Tensor ids(int classes) const;
};

/// The published order: `masks` (N, H, W) are the logits of all queries at the photo's size. N < 256.
PanopticLabels panopticLabels(const torch::Tensor& classes, const torch::Tensor& masks, int things);
/// The same for less: `masks` (N, h, w) as in fullSizeLogits(); only the queries that are kept are brought
/// to the photo's size, a few at a time.
PanopticLabels panopticLabels(const torch::Tensor& classes, const torch::Tensor& masks, int things,
                              const WorkingSize& size);

struct Instance {
    std::int64_t query = 0;
    int category = 0;
    float score = 0;
    std::int64_t area = 0;
    Rect bounds;  ///< empty where the mask is
};
/// The `count` best pairs of query and class, then those of them that are things; their masks are where
/// `masks` (N, H, W) is above 0.
std::vector<Instance> topInstances(const torch::Tensor& classes, const torch::Tensor& masks, int things,
                                   std::int64_t count = 100);

}  // namespace fs2
