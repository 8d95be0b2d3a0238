#include "annotation/formats/coco_panoptic.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "annotation/core/colour.h"
#include "annotation/core/files.h"
#include "annotation/core/segments.h"
#include "annotation/media/png_io.h"

namespace fs2 {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

std::string cocoPanopticFolder(const std::string& jsonPath) {
    return fs::path(jsonPath).replace_extension().string();
}

std::string cocoPanopticName(const std::string& imageName) {
    return fs::path(imageName).replace_extension(".png").generic_string();
}

Result<void> writeCocoPanopticPng(const std::string& path, int width, int height,
                                  const std::vector<Mask>& masks) {
    std::vector<std::uint8_t> rgb(std::size_t(width) * std::size_t(height) * 3);
    std::uint32_t id = 0;
    for (const Mask& mask : masks) {
        ++id;
        forEachSegment(mask, [&](const Segment& s) {
            for (int y = s.y0; y < s.y1; ++y) {
                auto* pixel = rgb.data() + 3 * (std::size_t(y) * std::size_t(width) + std::size_t(s.x));
                for (int c = 0; c < 3; ++c) pixel[c] = std::uint8_t(id >> (8 * c));
            }
        });
    }
    return writeRgbPng(path, rgb, width, height);
}

std::string cocoPanopticText(const Dataset& dataset) {
    ordered_json root;
    root["info"] = {{"description", dataset.description},
                    {"version", "1.0"},
                    {"contributor", "FastSAM2 Studio " FS2_VERSION}};
    root["licenses"] = ordered_json::array();
    auto categories = ordered_json::array(), images = categories, annotations = categories;
    for (std::size_t i = 0; i < dataset.categories.size(); ++i) {
        const auto& category = dataset.categories[i];
        const auto colour = cycleColour(int(i));
        categories.push_back({{"id", i + 1},
                              {"name", category.name},
                              {"supercategory", category.supercategory},
                              {"isthing", category.thing ? 1 : 0},
                              {"color", {colour.red, colour.green, colour.blue}}});
    }
    for (std::size_t i = 0; i < dataset.images.size(); ++i) {
        const auto& image = dataset.images[i];
        images.push_back({{"id", i + 1},
                          {"file_name", image.fileName},
                          {"width", image.width},
                          {"height", image.height}});
        annotations.push_back({{"image_id", i + 1},
                               {"file_name", cocoPanopticName(image.fileName)},
                               {"segments_info", ordered_json::array()}});
    }
    for (const auto& object : dataset.objects) {
        auto& segments = annotations[std::size_t(object.image)]["segments_info"];
        const Rect box = object.mask.bounds();
        segments.push_back({{"id", segments.size() + 1},
                            {"category_id", object.category + 1},
                            {"area", object.mask.area()},
                            {"bbox", {box.x, box.y, box.width, box.height}},
                            {"iscrowd", object.crowd ? 1 : 0}});
        if (object.score >= 0) segments.back()["score"] = object.score;
    }
    root["categories"] = std::move(categories);
    root["images"] = std::move(images);
    root["annotations"] = std::move(annotations);
    return root.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

Result<void> writeCocoPanopticJson(const std::string& path, const Dataset& dataset) {
    return writeWholeFile(path, cocoPanopticText(dataset));
}

}  // namespace fs2
