#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "annotation/formats/coco.h"
#include "annotation/formats/coco_json.h"

namespace fs2 {
namespace {

using nlohmann::json;

struct Size {
    int width = 0;
    int height = 0;
};

class Checker {
  public:
    explicit Checker(const json& root) : root_(root) {}

    std::vector<std::string> faults() {
        if (!root_.is_object()) {
            complain("top", "it is no object with images, annotations and categories");
            return std::move(faults_);
        }
        forEach("images", [this](const json& entry, const std::string& at) { image(entry, at); });
        forEach("categories", [this](const json& entry, const std::string& at) { category(entry, at); });
        forEach("annotations",
                [this](const json& entry, const std::string& at) { annotation(entry, at); });
        return std::move(faults_);
    }

  private:
    void complain(const std::string& place, const std::string& reason) {
        faults_.push_back(place + ": " + reason);
    }
    template <class Take>
    void forEach(const char* name, Take take) {
        const json& list = coco::member(root_, name);
        if (!list.is_array()) {
            complain(name, "it is missing or no list");
            return;
        }
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string at = std::string(name) + "[" + std::to_string(i) + "]";
            if (list[i].is_object()) {
                take(list[i], at);
            } else {
                complain(at, "it is no object");
            }
        }
    }
    /// The entry's id, noted as seen; nothing where it is no number.
    std::optional<std::int64_t> idOf(const json& entry, const std::string& at,
                                     std::set<std::int64_t>& seen) {
        const json& value = coco::member(entry, "id");
        if (!value.is_number_integer()) {
            complain(at + ".id", "it is missing or no whole number");
            return std::nullopt;
        }
        const auto id = coco::integer(value);
        if (id && !seen.insert(*id).second) {
            complain(at + ".id", "id " + std::to_string(*id) + " stands there twice");
        }
        return id;
    }
    int sideOf(const json& entry, const char* name, const std::string& at) {
        const auto value = coco::integer(coco::member(entry, name));
        if (value && *value >= 1 && *value <= coco::kMostSide) return int(*value);
        complain(at + "." + name, "it is missing or no size of a picture");
        return 0;
    }
    void image(const json& entry, const std::string& at) {
        const auto id = idOf(entry, at, imageIds_);
        const Size size{sideOf(entry, "width", at), sideOf(entry, "height", at)};
        if (std::int64_t(size.width) * size.height > coco::kMostPixels) {
            complain(at, "no picture has so many pixels");
        } else if (id && size.width > 0 && size.height > 0) {
            sizes_[*id] = size;
        }
        const json& name = coco::member(entry, "file_name");
        if (!name.is_string() || name.get_ref<const std::string&>().empty()) {
            complain(at + ".file_name", "it is missing or no text");
        } else if (!fileNames_.insert(name.get<std::string>()).second) {
            complain(at + ".file_name", "two images have this file");
        }
    }
    void category(const json& entry, const std::string& at) {
        if (idOf(entry, at, categoryIds_) == 0) {
            complain(at + ".id", "category 0 is read as background by many programs; ids start at 1");
        }
        if (!coco::member(entry, "name").is_string()) {
            complain(at + ".name", "it is missing or no text");
        }
    }
    void annotation(const json& entry, const std::string& at) {
        if (idOf(entry, at, annotationIds_) == 0) {
            complain(at + ".id", "an annotation with id 0 is scored as a miss; ids start at 1");
        }
        const auto category = coco::integer(coco::member(entry, "category_id"));
        if (!category || !categoryIds_.contains(*category)) {
            complain(at + ".category_id", "there is no such category");
        }
        const json& crowd = coco::member(entry, "iscrowd");
        const bool isCrowd = crowd == 1;
        if (!crowd.is_number_integer() || (crowd != 0 && crowd != 1)) {
            complain(at + ".iscrowd", "it is missing or not the number 0 or 1");
        }
        const json& segmentation = coco::member(entry, "segmentation");
        if (isCrowd && !segmentation.is_object()) {
            complain(at + ".segmentation", "a crowd needs an RLE");
        }
        const auto image = coco::integer(coco::member(entry, "image_id"));
        if (!image || !imageIds_.contains(*image)) {
            complain(at + ".image_id", "there is no such image");
        } else if (const auto size = sizes_.find(*image); size != sizes_.end()) {
            raster(entry, segmentation, size->second, at);
        }
    }
    void raster(const json& entry, const json& segmentation, const Size& size, const std::string& at) {
        polygons(segmentation, at);
        const auto mask = coco::maskOf(segmentation, size.width, size.height);
        if (!mask) {
            complain(at + ".segmentation", mask.error().detail);
            return;
        }
        // Polygons may be measured along their edges elsewhere; an RLE leaves no doubt.
        const bool exact = segmentation.is_object();
        checkArea(entry, *mask, exact ? .5 : 2 + .05 * double(mask->area()), at);
        checkBox(entry, *mask, exact ? .5 : 1.5, at);
    }
    void polygons(const json& segmentation, const std::string& at) {
        constexpr std::size_t kFewestNumbers = 6;
        if (!segmentation.is_array()) return;
        if (segmentation.empty()) complain(at + ".segmentation", "it has no polygon");
        for (const json& part : segmentation) {
            if (part.is_array() && part.size() < kFewestNumbers) {
                complain(at + ".segmentation", "a polygon has fewer than three corners");
            }
        }
    }
    void checkArea(const json& entry, const Mask& mask, double tolerance, const std::string& at) {
        const json& area = coco::member(entry, "area");
        if (!area.is_number()) {
            complain(at + ".area", "it is missing or no number");
        } else if (std::abs(area.get<double>() - double(mask.area())) > tolerance) {
            complain(at + ".area", area.dump() + ", but the mask has " + std::to_string(mask.area()) +
                                       " pixels");
        }
    }
    void checkBox(const json& entry, const Mask& mask, double tolerance, const std::string& at) {
        const json& box = coco::member(entry, "bbox");
        const bool complete = box.is_array() && box.size() == 4 &&
                              std::all_of(box.begin(), box.end(),
                                          [](const json& value) { return value.is_number(); });
        if (!complete) {
            complain(at + ".bbox", "it is missing or no list of four numbers");
            return;
        }
        const Rect truth = mask.bounds();
        const double x0 = box[0].get<double>(), y0 = box[1].get<double>();
        const double x1 = x0 + box[2].get<double>(), y1 = y0 + box[3].get<double>();
        const double off = std::max({std::abs(x0 - truth.x), std::abs(y0 - truth.y),
                                     std::abs(x1 - truth.x - truth.width),
                                     std::abs(y1 - truth.y - truth.height)});
        if (off > tolerance) {
            complain(at + ".bbox", box.dump() + ", but the mask's box is " +
                                       json{truth.x, truth.y, truth.width, truth.height}.dump());
        }
    }

    const json& root_;
    std::vector<std::string> faults_;
    std::set<std::int64_t> imageIds_;
    std::set<std::int64_t> categoryIds_;
    std::set<std::int64_t> annotationIds_;
    std::set<std::string> fileNames_;
    std::map<std::int64_t, Size> sizes_;
};

}  // namespace

Result<std::vector<std::string>> checkCocoText(std::string_view text, const std::string& name) {
    try {
        const json root = json::parse(text);
        return Checker(root).faults();
    } catch (const json::exception& fault) {
        return Error{ErrorCode::Unreadable, name + ": " + fault.what()};
    }
}

Result<std::vector<std::string>> checkCoco(const std::string& path) {
    const auto text = readWholeFile(path);
    if (!text) return text.error();
    return checkCocoText(*text, path);
}

}  // namespace fs2
