#include <climits>
#include <cmath>
#include <exception>
#include <functional>
#include <new>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "annotation/core/mask_ops.h"
#include "annotation/formats/coco.h"
#include "annotation/formats/coco_json.h"

namespace fs2 {
namespace coco {
namespace {

using nlohmann::json;

Error wrong(const std::string& reason) { return {ErrorCode::Unreadable, reason}; }

Result<Mask> maskOfPolygons(const json& parts, int width, int height) {
    Mask mask = Mask::blank(width, height);
    for (const json& part : parts) {
        if (!part.is_array()) return wrong("a polygon is no list of numbers");
        if (part.size() % 2 != 0) return wrong("a polygon has an odd count of numbers");
        std::vector<Point> corners;
        for (std::size_t i = 0; i < part.size(); i += 2) {
            if (!part[i].is_number() || !part[i + 1].is_number()) {
                return wrong("a polygon holds something other than numbers");
            }
            corners.push_back({part[i].get<double>(), part[i + 1].get<double>()});
            if (!std::isfinite(corners.back().x) || !std::isfinite(corners.back().y)) {
                return wrong("a polygon holds a number without a value");
            }
        }
        if (corners.size() >= 3) mask = unite(mask, fromPolygon(width, height, corners));
    }
    return mask;
}

Result<Mask> maskOfRle(const json& rle, int width, int height) {
    const json& size = member(rle, "size");
    if (!size.is_array() || size.size() != 2 || integer(size[0]) != height ||
        integer(size[1]) != width) {
        return wrong("the RLE's size is not [" + std::to_string(height) + ", " +
                     std::to_string(width) + "], the picture's height and width");
    }
    const json& counts = member(rle, "counts");
    if (counts.is_string()) {
        return Mask::fromCocoText(width, height, counts.get_ref<const std::string&>());
    }
    if (!counts.is_array()) return wrong("the RLE's counts are neither text nor a list");
    std::vector<std::uint32_t> runs;
    for (const json& count : counts) {
        const auto run = integer(count);
        if (!run || *run < 0 || *run > std::int64_t(width) * height) {
            return wrong("the RLE holds a run that is no count of pixels");
        }
        runs.push_back(std::uint32_t(*run));
    }
    return Mask::fromRuns(width, height, std::move(runs));
}

}  // namespace

std::optional<std::int64_t> integer(const json& value) {
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t(INT64_MAX)) {
        return std::nullopt;
    }
    if (value.is_number_integer()) return value.get<std::int64_t>();
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (!value.is_number_float()) return std::nullopt;
    const double number = value.get<double>();
    if (!(std::abs(number) < kExact) || std::floor(number) != number) return std::nullopt;
    return std::int64_t(number);
}

const json& member(const json& object, const char* name) {
    static const json null;
    const auto found = object.find(name);
    return object.is_object() && found != object.end() ? *found : null;
}

Result<Mask> maskOf(const json& segmentation, int width, int height) {
    if (segmentation.is_array()) return maskOfPolygons(segmentation, width, height);
    if (segmentation.is_object()) return maskOfRle(segmentation, width, height);
    return wrong("it is neither a list of polygons nor an RLE");
}

Error errorOf(const Fault& fault, const std::string& name) {
    const std::string place = fault.place.empty() ? "" : fault.place + ": ";
    return {ErrorCode::Unreadable, name + ": " + place + fault.reason};
}

void forEachEntry(const json& root, const char* name, bool needed, const TakeEntry& take) {
    const json& list = member(root, name);
    if (list.is_null() && !needed) return;
    if (!list.is_array()) throw Fault{name, "it is missing or no list"};
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string at = std::string(name) + "[" + std::to_string(i) + "]";
        if (!list[i].is_object()) throw Fault{at, "it is no object"};
        take(list[i], at);
    }
}

std::int64_t number(const json& entry, const char* name, const std::string& at) {
    const auto value = integer(member(entry, name));
    if (!value) throw Fault{at + "." + name, "it is missing or no whole number"};
    return *value;
}

std::string text(const json& entry, const char* name, const std::string& at) {
    const json& value = member(entry, name);
    if (!value.is_string()) throw Fault{at + "." + name, "it is missing or no text"};
    return value.get<std::string>();
}

PictureSize pictureSize(const json& entry, const std::string& at) {
    const auto side = [&](const char* name) {
        const std::int64_t value = coco::number(entry, name, at);
        if (value >= 1 && value <= kMostSide) return int(value);
        throw Fault{at + "." + name, "no picture has " + std::to_string(value) + " pixels there"};
    };
    const PictureSize size{side("width"), side("height")};
    if (std::int64_t(size.width) * size.height > kMostPixels) {
        throw Fault{at, "no picture has so many pixels"};
    }
    return size;
}

}  // namespace coco

namespace {

using coco::Fault;
using nlohmann::json;

class Reader {
  public:
    explicit Reader(const json& root) : root_(root) {}

    Dataset read() {
        if (!root_.is_object()) throw Fault{"", "it is no COCO dataset: the top is no object"};
        const json& info = coco::member(root_, "info");
        const json& description = coco::member(info, "description");
        if (description.is_string()) dataset_.description = description.get<std::string>();
        coco::forEachEntry(root_, "images", true, std::bind_front(&Reader::image, this));
        coco::forEachEntry(root_, "categories", false, std::bind_front(&Reader::category, this));
        coco::forEachEntry(root_, "annotations", true, std::bind_front(&Reader::annotation, this));
        return std::move(dataset_);
    }

  private:
    void image(const json& entry, const std::string& at) {
        const std::int64_t id = coco::number(entry, "id", at);
        if (!images_.emplace(id, int(dataset_.images.size())).second) {
            throw Fault{at + ".id", "image " + std::to_string(id) + " stands there twice"};
        }
        const auto [width, height] = coco::pictureSize(entry, at);
        dataset_.images.push_back({coco::text(entry, "file_name", at), width, height});
    }
    void category(const json& entry, const std::string& at) {
        const std::int64_t id = coco::number(entry, "id", at);
        if (!categories_.emplace(id, int(dataset_.categories.size())).second) {
            throw Fault{at + ".id", "category " + std::to_string(id) + " stands there twice"};
        }
        const json& super = coco::member(entry, "supercategory");
        dataset_.categories.push_back(
            {coco::text(entry, "name", at), super.is_string() ? super.get<std::string>() : ""});
    }
    void annotation(const json& entry, const std::string& at) {
        DatasetObject object;
        const auto image = images_.find(coco::number(entry, "image_id", at));
        if (image == images_.end()) throw Fault{at + ".image_id", "there is no such image"};
        object.image = image->second;
        const auto track = coco::integer(coco::member(entry, "track_id"));
        if (track && *track >= 0 && *track <= INT_MAX) object.track = int(*track);
        if (!coco::member(entry, "category_id").is_null()) {
            const auto category = categories_.find(coco::number(entry, "category_id", at));
            if (category == categories_.end()) {
                throw Fault{at + ".category_id", "there is no such category"};
            }
            object.category = category->second;
        }
        const json& crowd = coco::member(entry, "iscrowd");
        object.crowd = crowd.is_boolean() ? crowd.get<bool>() : coco::integer(crowd) == 1;
        const json& score = coco::member(entry, "score");
        if (score.is_number()) object.score = score.get<double>();
        const DatasetImage& picture = dataset_.images[std::size_t(object.image)];
        auto mask = coco::maskOf(coco::member(entry, "segmentation"), picture.width, picture.height);
        if (!mask) throw Fault{at + ".segmentation", mask.error().detail};
        object.mask = std::move(mask).value();
        dataset_.objects.push_back(std::move(object));
    }

    const json& root_;
    Dataset dataset_;
    std::unordered_map<std::int64_t, int> images_;
    std::unordered_map<std::int64_t, int> categories_;
};

}  // namespace

Result<Dataset> parseCoco(std::string_view text, const std::string& name) {
    try {
        const json root = json::parse(text);
        return Reader(root).read();
    } catch (const Fault& fault) {
        return coco::errorOf(fault, name);
    } catch (const json::exception& fault) {
        return Error{ErrorCode::Unreadable, name + ": " + fault.what()};
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, name + ": it does not fit in memory"};
    }
}

Result<Dataset> readCoco(const std::string& path) {
    const auto text = readWholeFile(path);
    if (!text) return text.error();
    return parseCoco(*text, path);
}

}  // namespace fs2
