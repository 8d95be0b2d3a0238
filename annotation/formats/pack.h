// packDataset: training shards (WebDataset tar files) from shared/data's layout or COCO. A sample is
// KEY.jpg, KEY.png (ids 1..K of the objects, 0 = none; 8 bits, 16 where K > 255) and KEY.json:
// {"set","path","width","height","objects":[{"id","mode","seed":[x,y],"area","box":[x0,y0,x1,y1]}],
// "neighbours":[[a,b],…]}. Boxes and seeds are in the shard's pixels, x1 and y1 exclusive; neighbours are
// pairs of ids that touch. One thread.
#pragma once
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

enum class Split { Train, Validation, All };

struct PackOptions {
    std::string output;             ///< folder; made where it is missing
    std::vector<std::string> sets;  ///< empty = all
    Split split = Split::Train;     ///< by isValidation()
    int longSide = 0;               ///< larger pictures are reduced to it; 0 = none
    std::int64_t shardBytes = 256ll << 20;
    int minArea = 16;               ///< objects smaller than this in the shard's pixels are left out
    std::uint64_t seed = 1;         ///< order of the samples
    std::stop_token stop;
    std::function<void(int done, int total)> progress;  ///< may be empty
};

struct PackReport {
    int samples = 0;
    int objects = 0;
    int dropped = 0;  ///< objects lost to minArea
    std::vector<std::string> shards;  ///< paths
    std::vector<std::string> skipped; ///< pictures left out, each with its reason
};

/// `objects.tsv` in `root` (its paths are relative to `root`). Cancelled where stopped: finished shards stay.
Result<PackReport> packObjects(const std::string& root, const std::string& objectsTsv,
                               const PackOptions& options);
/// COCO instances; file names are looked for below `images`. Overlapping objects: the smaller wins.
Result<PackReport> packCoco(const std::string& json, const std::string& images,
                            const PackOptions& options);

}  // namespace fs2
