// Exports of pictures with masks to the formats that are folders: YOLO-seg, Pascal VOC, Cityscapes, semantic
// PNG. What a format cannot carry is changed as it demands, and told in the report. Everything is written
// under a temporary name and put in place at the end; a folder is only written where there is none yet or an
// empty one. Errors name the file. Any thread, one export at a time. (COCO: coco.h, coco_panoptic.h; clips:
// clip_export.h.)
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/result.h"
#include "annotation/formats/dataset.h"

namespace fs2 {

enum class DatasetFormat {
    Yolo,        ///< images/train, labels/train, the same with val, data.yaml
    Voc,         ///< JPEGImages, Annotations (boxes), SegmentationClass and -Object, ImageSets, labelmap.txt
    Cityscapes,  ///< gtFine and leftImg8bit; its own classes alone
    Semantic,    ///< images, masks (a pixel is its class, 0 = none, 255 = not to be scored), labelmap.txt
};

/// The command line's names: yolo voc cityscapes semantic.
std::optional<DatasetFormat> datasetFormatOf(std::string_view name);

struct DatasetExportOptions {
    enum class Pictures { Copy, Link, LeaveOut };
    /// The folder that the names of the dataset's pictures are below.
    std::string folder{};
    Pictures pictures = Pictures::Copy;
    /// Share of the pictures for validation, 0 to 1; the same choice for the same seed and names.
    double validation = 0;
    std::uint64_t seed = 0;
    /// Asked before each picture with the share done, 0 to 1; false stops.
    std::function<bool(double)> goOn{};
};

/// What the format could not carry.
struct DatasetWarning {
    enum class Kind {
        Bridged,      ///< holes or several parts are joined to one outline by lines without width
        TooSmall,     ///< the format's reader takes no picture of this size
        NameChanged,  ///< a picture's name is not inside the folder, or two would get one name
        EmptyMask,    ///< an object without a pixel is left out
        Overlap,      ///< a pixel has one object: the later one
        TooMany,      ///< the format's numbers end: objects are left out
        Merged,       ///< objects of one class cannot be told apart
        UnknownClass,  ///< the format has no such class: its objects are left out
        Rotated,       ///< the picture's file says that it is to be turned
    };
    Kind kind{};
    std::string detail{};  ///< one English sentence with picture and count; no full stop
};

Result<std::vector<DatasetWarning>> exportDataset(DatasetFormat format, const Dataset& dataset,
                                                  const std::string& folder,
                                                  const DatasetExportOptions& options = {});
/// Reads back what exportDataset() and other programs write.
Result<Dataset> readDataset(DatasetFormat format, const std::string& folder);
/// Every fault that the format's reference reader would stumble on, one sentence each with file and line;
/// empty = none. An error where nothing can be read at all.
Result<std::vector<std::string>> checkDataset(DatasetFormat format, const std::string& folder);

}  // namespace fs2
