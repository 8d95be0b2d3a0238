// Pascal VOC and semantic PNG: folders of indexed PNG files whose pixels are numbers of classes and objects.
// Internal to formats; the functions on text are for the fuzzers too.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/formats/dataset_job.h"

namespace fs2 {

Result<void> writeVoc(DatasetJob& job, const StagedFolder& to);
Result<Dataset> readVoc(const std::string& folder);
Result<std::vector<std::string>> checkVoc(const std::string& folder);

Result<void> writeSemantic(DatasetJob& job, const StagedFolder& to);
Result<Dataset> readSemantic(const std::string& folder);
Result<std::vector<std::string>> checkSemantic(const std::string& folder);

/// Classes by number. 0 is the background, 255 and 65535 are no class.
using ClassNumbers = std::map<int, std::string>;
/// CVAT's labelmap.txt of VOC: lines "label:color_rgb:parts:actions" after a comment; numbers are places.
ClassNumbers parseVocLabels(std::string_view text);
/// labelmap.txt of semantic PNG: lines "id name r,g,b" with tabs between. Complains of lines that are none.
ClassNumbers parseSemanticLabels(std::string_view text, const std::string& name,
                                 std::vector<std::string>& faults);

/// What an Annotations file of VOC says of one object; corners count from 1, both inside.
struct VocBox {
    std::string name;
    int xmin = 0, ymin = 0, xmax = 0, ymax = 0;
};
/// Complains of boxes that are none in a picture of this size.
std::vector<VocBox> parseVocBoxes(std::string_view xml, const std::string& name, int width, int height,
                                  std::vector<std::string>& faults);

}  // namespace fs2
