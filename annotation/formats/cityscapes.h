// Cityscapes: gtFine/PART/CITY/CITY_000000_000019_gtFine_{polygons.json, labelIds.png, instanceIds.png,
// color.png} and leftImg8bit/PART/CITY/…_leftImg8bit.png. An instance's number is class * 1000 + n from 0; of
// a class without instances it is the class. Internal to formats; the function on text is for the fuzzers
// too.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "annotation/formats/dataset_job.h"

namespace fs2 {

Result<void> writeCityscapes(DatasetJob& job, const StagedFolder& to);
/// Masks come from instanceIds.png: polygons are drawn differently by each program.
Result<Dataset> readCityscapes(const std::string& folder);
Result<std::vector<std::string>> checkCityscapes(const std::string& folder);

/// Faults of a polygons.json for a picture of this size.
std::vector<std::string> checkCityscapesPolygons(std::string_view text, const std::string& name, int width,
                                                 int height);

}  // namespace fs2
