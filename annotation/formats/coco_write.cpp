#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "annotation/core/mask_ops.h"
#include "annotation/formats/coco.h"

namespace fs2 {
namespace {

using nlohmann::ordered_json;

constexpr const char* kNoCategory = "object";

ordered_json rleOf(const Mask& mask) {
    return {{"size", {mask.height(), mask.width()}}, {"counts", mask.cocoText()}};
}

/// Polygons along the pixel edges, which give the very raster back, or an RLE.
ordered_json segmentationOf(const DatasetObject& object, CocoMasks masks) {
    if (masks == CocoMasks::Rle || object.crowd || object.mask.empty()) return rleOf(object.mask);
    const std::vector<Outline> boundaries = outlines(object.mask);
    const bool hasHole = std::any_of(boundaries.begin(), boundaries.end(),
                                     [](const Outline& outline) { return outline.hole; });
    if (hasHole) return rleOf(object.mask);
    ordered_json polygons = ordered_json::array();
    for (const Outline& outline : boundaries) {
        ordered_json polygon = ordered_json::array();
        for (const Point& corner : outline.corners) {
            polygon.push_back(int(corner.x));
            polygon.push_back(int(corner.y));
        }
        polygons.push_back(std::move(polygon));
    }
    return polygons;
}

ordered_json annotationOf(const DatasetObject& object, std::size_t id, std::size_t category,
                          CocoMasks masks) {
    const Rect box = object.mask.bounds();
    ordered_json annotation{{"id", id},
                            {"image_id", object.image + 1},
                            {"category_id", category},
                            {"segmentation", segmentationOf(object, masks)},
                            {"area", object.mask.area()},
                            {"bbox", {box.x, box.y, box.width, box.height}},
                            {"iscrowd", object.crowd ? 1 : 0}};
    if (object.score >= 0) annotation["score"] = object.score;
    if (object.track >= 0) annotation["track_id"] = object.track;
    return annotation;
}

/// Nothing where it was stopped.
std::optional<std::string> textOf(const Dataset& dataset, CocoMasks masks, const CocoGoOn& goOn) {
    ordered_json root;
    root["info"] = {{"description", dataset.description},
                    {"version", "1.0"},
                    {"contributor", "FastSAM2 Studio " FS2_VERSION}};
    root["licenses"] = ordered_json::array();
    root["images"] = ordered_json::array();
    for (std::size_t i = 0; i < dataset.images.size(); ++i) {
        const DatasetImage& image = dataset.images[i];
        root["images"].push_back({{"id", i + 1},
                                  {"file_name", image.fileName},
                                  {"width", image.width},
                                  {"height", image.height}});
    }
    root["annotations"] = ordered_json::array();
    const std::size_t noCategory = dataset.categories.size() + 1;
    bool needsNoCategory = false;
    for (std::size_t i = 0; i < dataset.objects.size(); ++i) {
        if (goOn && !goOn(i)) return std::nullopt;
        const DatasetObject& object = dataset.objects[i];
        needsNoCategory = needsNoCategory || object.category < 0;
        const std::size_t category =
            object.category < 0 ? noCategory : std::size_t(object.category) + 1;
        root["annotations"].push_back(annotationOf(object, i + 1, category, masks));
    }
    root["categories"] = ordered_json::array();
    const auto addCategory = [&](std::size_t id, const std::string& name, const std::string& super) {
        root["categories"].push_back({{"id", id}, {"name", name}, {"supercategory", super}});
    };
    for (std::size_t i = 0; i < dataset.categories.size(); ++i) {
        addCategory(i + 1, dataset.categories[i].name, dataset.categories[i].supercategory);
    }
    if (needsNoCategory) addCategory(noCategory, kNoCategory, "");
    // Names that are no UTF-8 (old file systems) must not stop an export.
    return root.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string cocoText(const Dataset& dataset, CocoMasks masks) {
    return textOf(dataset, masks, {}).value();
}

Result<void> writeCoco(const std::string& path, const Dataset& dataset, CocoMasks masks,
                       const CocoGoOn& goOn) {
    const auto text = textOf(dataset, masks, goOn);
    if (!text) return Error{ErrorCode::Cancelled, path + ": stopped"};
    return writeWholeFile(path, *text);
}

}  // namespace fs2
