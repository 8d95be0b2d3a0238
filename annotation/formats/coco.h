// COCO instances: writer, reader, checker. Ids are numbered from 1 in the dataset's order; area and bbox
// come from the raster. Errors name the file and the place in it. Any thread.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/result.h"
#include "annotation/formats/dataset.h"

namespace fs2 {

enum class CocoMasks {
    Polygons,  ///< polygons; RLE where there is a hole, a crowd or an empty mask
    Rle,       ///< always compressed RLE
};

/// The same bytes for the same dataset. Objects without a category go to one named "object".
std::string cocoText(const Dataset& dataset, CocoMasks masks);
/// Asked before each object with its place in the dataset; false stops.
using CocoGoOn = std::function<bool(std::size_t object)>;
/// Written whole to a temporary name and renamed. Cancelled where `goOn` said so.
Result<void> writeCoco(const std::string& path, const Dataset& dataset, CocoMasks masks,
                       const CocoGoOn& goOn = {});

/// Polygons, compressed and uncompressed RLE. `name` stands in the errors.
Result<Dataset> parseCoco(std::string_view text, const std::string& name);
Result<Dataset> readCoco(const std::string& path);

/// Every fault that a reference reader would stumble on or silently mis-score, one sentence each; empty =
/// none. An error only where the file cannot be read as JSON at all.
Result<std::vector<std::string>> checkCocoText(std::string_view text, const std::string& name);
Result<std::vector<std::string>> checkCoco(const std::string& path);

}  // namespace fs2
