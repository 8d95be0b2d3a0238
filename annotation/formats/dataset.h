// Dataset: what an exporter writes and an importer reads: pictures, classes, objects with masks. A value
// without ties to a document. Any thread.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "annotation/core/mask.h"

namespace fs2 {

struct DatasetImage {
    std::string fileName;  ///< as it stands in the file: relative to the pictures' folder
    int width = 0;         ///< upright pixels
    int height = 0;
};
struct DatasetCategory {
    std::string name;
    std::string supercategory;
    bool thing = true;  ///< countable; panoptic formats tell things from stuff
};
struct DatasetObject {
    int image = 0;         ///< place in Dataset::images
    int category = -1;     ///< place in Dataset::categories; -1 = none given
    Mask mask;             ///< at the picture's size
    double score = -1;     ///< 0 to 1; below 0 = none
    bool crowd = false;
    int track = -1;        ///< which object of a clip it is, the same on all its pictures; below 0 = none
};
struct Dataset {
    std::string description;
    std::vector<DatasetImage> images;
    std::vector<DatasetCategory> categories;
    std::vector<DatasetObject> objects;
};

}  // namespace fs2
