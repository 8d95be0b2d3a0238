// WebDataset shards: folders of *.tar whose samples are KEY.jpg (or .jpeg), KEY.png (label ids) and
// KEY.json as `fastsam2 pack` writes them: {"set", "path", "objects": [{"id", "mode": "all"|"cc",
// "seed": [x, y], "area", "box": [x0, y0, x1, y1]}], …}. Functions without state; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "annotation/core/result.h"
#include "training/cuda/kernels.h"
#include "training/tar.h"

namespace fs2 {

/// An object is every pixel of an id, or only the part (4-neighbourhood) that holds the seed.
struct PackedObject {
    int id = 0;
    bool connected = false;
    int seedX = 0;
    int seedY = 0;
};

struct PackedSample {
    std::string shard;  ///< path of the tar file
    std::string key;
    std::string set;
    std::string path;   ///< of the photo before it was packed; may be empty
    TarMember photo;
    TarMember labels;
    std::vector<PackedObject> objects;
};

/// All samples of all *.tar in the folders, in the order of names. Errors name the shard and the
/// sample: NotFound (no folder, no shard), Unreadable (damaged tar, wrong JSON, a member missing).
Result<std::vector<PackedSample>> indexShards(const std::vector<std::string>& folders);

/// A sample ready for the pool: the photo planar, every object with a label of its own, 1 to n.
struct LoadedSample {
    int width = 0;
    int height = 0;
    std::vector<kernels::PoolObject> objects;  ///< `image` is not set yet
    /// For each object the labels of those that touch it.
    std::vector<std::vector<std::int32_t>> neighbours;
};

/// Adds the objects 1 to `count` of labels (side, side), whose picture lies in the top left corner and
/// has the size of `loaded`, with their neighbours. Those of fewer than 16 pixels are left out.
void describeObjects(const std::int16_t* labels, int side, std::size_t count, LoadedSample& loaded);

/// Decodes a sample, reduces it to a long side of at most `side`, and writes it into the top left
/// corner of `photo` (3, side, side) and `labels` (side, side); the rest becomes 0. Objects that keep
/// fewer than 16 pixels are left out. Errors name the shard and the sample.
Result<LoadedSample> loadSample(const PackedSample& sample, int side, std::uint8_t* photo,
                                std::int16_t* labels);

}  // namespace fs2
