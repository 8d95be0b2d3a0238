// YOLO-seg as Ultralytics reads it: images/PART/x.jpg and labels/PART/x.txt with rows "class x1 y1 x2 y2 …",
// divided by width and height; data.yaml names the parts and the classes. Internal to formats; the functions
// on text are for the fuzzers too.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "annotation/formats/dataset_job.h"

namespace fs2 {

Result<void> writeYolo(DatasetJob& job, const StagedFolder& to);
Result<Dataset> readYolo(const std::string& folder);
Result<std::vector<std::string>> checkYolo(const std::string& folder);

struct YoloRow {
    int category = 0;
    Mask mask;
};
/// The rows of a label file, up to its first fault, which is "NAME:LINE: reason" in `faults`; with `all`
/// goes on after faults.
std::vector<YoloRow> parseYoloRows(std::string_view text, const std::string& name, int width, int height,
                                   int classes, bool all, std::vector<std::string>& faults);

/// What data.yaml says: the folders of pictures and the classes by number.
struct YoloList {
    std::string path;  ///< of the data set; empty = the file's own folder
    std::vector<std::string> parts;
    std::vector<std::string> names;
};
/// Reads the plain form that data sets have: keys with a value, a list or a map of one line each.
Result<YoloList> parseYoloList(std::string_view text, const std::string& name);

}  // namespace fs2
