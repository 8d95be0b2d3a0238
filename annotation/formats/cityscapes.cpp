#include "annotation/formats/cityscapes.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "annotation/core/colour.h"
#include "annotation/core/files.h"
#include "annotation/formats/coco_json.h"
#include "annotation/formats/id_pictures.h"
#include "annotation/media/png_io.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;
using Kind = DatasetWarning::Kind;
using nlohmann::json;

struct Label {
    std::string_view name;
    bool instances = false;
    Colour colour;
};
/// By id (cityscapesScripts, helpers/labels.py).
constexpr std::array<Label, 34> kLabels{{{"unlabeled", false, {0, 0, 0}},
                                         {"ego vehicle", false, {0, 0, 0}},
                                         {"rectification border", false, {0, 0, 0}},
                                         {"out of roi", false, {0, 0, 0}},
                                         {"static", false, {0, 0, 0}},
                                         {"dynamic", false, {111, 74, 0}},
                                         {"ground", false, {81, 0, 81}},
                                         {"road", false, {128, 64, 128}},
                                         {"sidewalk", false, {244, 35, 232}},
                                         {"parking", false, {250, 170, 160}},
                                         {"rail track", false, {230, 150, 140}},
                                         {"building", false, {70, 70, 70}},
                                         {"wall", false, {102, 102, 156}},
                                         {"fence", false, {190, 153, 153}},
                                         {"guard rail", false, {180, 165, 180}},
                                         {"bridge", false, {150, 100, 100}},
                                         {"tunnel", false, {150, 120, 90}},
                                         {"pole", false, {153, 153, 153}},
                                         {"polegroup", false, {153, 153, 153}},
                                         {"traffic light", false, {250, 170, 30}},
                                         {"traffic sign", false, {220, 220, 0}},
                                         {"vegetation", false, {107, 142, 35}},
                                         {"terrain", false, {152, 251, 152}},
                                         {"sky", false, {70, 130, 180}},
                                         {"person", true, {220, 20, 60}},
                                         {"rider", true, {255, 0, 0}},
                                         {"car", true, {0, 0, 142}},
                                         {"truck", true, {0, 0, 70}},
                                         {"bus", true, {0, 60, 100}},
                                         {"caravan", true, {0, 0, 90}},
                                         {"trailer", true, {0, 0, 110}},
                                         {"train", true, {0, 80, 100}},
                                         {"motorcycle", true, {0, 0, 230}},
                                         {"bicycle", true, {119, 11, 32}}}};
constexpr int kPerClass = 1000;
constexpr const char* kPolygons = "_gtFine_polygons.json";
constexpr const char* kLabelIds = "_gtFine_labelIds.png";
constexpr const char* kInstanceIds = "_gtFine_instanceIds.png";
constexpr const char* kColours = "_gtFine_color.png";

/// Its id, or nothing.
std::optional<int> idOf(std::string_view name) {
    const auto found = std::find_if(kLabels.begin(), kLabels.end(),
                                    [&](const Label& label) { return label.name == name; });
    if (found == kLabels.end()) return std::nullopt;
    return int(found - kLabels.begin());
}
int classOfNumber(int number) { return number >= kPerClass ? number / kPerClass : number; }
bool isClass(int id) { return id >= 0 && id < int(kLabels.size()); }

/// CITY_SEQUENCE_FRAME with six digits each.
bool isBase(std::string_view name) {
    const auto sixDigits = [](std::string_view text) {
        return text.size() == 6 && text.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (name.size() < 15) return false;
    const std::size_t cut = name.size() - 14;
    return name[cut] == '_' && name[cut + 7] == '_' && sixDigits(name.substr(cut + 1, 6)) &&
           sixDigits(name.substr(cut + 8)) && name.substr(0, cut).find_first_of("_/") == std::string_view::npos;
}

/// The picture's own name where it is one of Cityscapes'; else one by its place.
std::string baseOf(const DatasetJob& job, std::size_t image) {
    constexpr std::string_view kPicture = "_leftImg8bit";
    std::string stem = fs::path(job.stemOf(image)).filename().string();
    if (stem.ends_with(kPicture)) stem.resize(stem.size() - kPicture.size());
    if (isBase(stem)) return stem;
    char text[32] = "";
    std::snprintf(text, sizeof text, "studio_%06zu_%06zu", image / 1'000'000, image % 1'000'000);
    return text;
}

std::string cityOf(const std::string& base) { return base.substr(0, base.find('_')); }

/// The number of each object of the picture, 0 = left out.
void number(DatasetJob& job, std::size_t image, std::vector<std::uint16_t>& numbers) {
    std::map<int, int> used;
    int unknown = 0, leftOut = 0, merged = 0;
    const std::vector<std::string> names = job.classNames();
    for (const std::size_t k : job.objectsOf(image)) {
        const auto id = idOf(names[job.classOf(k)]);
        if (!id || *id == 0) {
            ++unknown;
            continue;
        }
        const int n = used[*id]++;
        const bool instances = kLabels[std::size_t(*id)].instances;
        const bool fits = !instances || n < kPerClass;
        leftOut += fits ? 0 : 1;
        merged += !instances && n > 0 ? 1 : 0;
        if (fits) numbers[k] = std::uint16_t(instances ? *id * kPerClass + n : *id);
    }
    const std::string& name = job.dataset().images[image].fileName;
    const auto warn = [&](Kind kind, int count, const char* what) {
        if (count > 0) job.warn(kind, name + ": " + std::to_string(count) + what);
    };
    warn(Kind::UnknownClass, unknown, " objects have a class that Cityscapes lacks and are left out");
    warn(Kind::TooMany, leftOut, " objects beyond 1,000 of their class are left out");
    warn(Kind::Merged, merged, " objects are one with others of their class, which has no instances");
}

std::string polygonsOf(const DatasetJob& job, std::size_t image,
                       const std::vector<std::uint16_t>& numbers) {
    const DatasetImage& picture = job.dataset().images[image];
    nlohmann::ordered_json objects = nlohmann::ordered_json::array();
    for (const std::size_t k : job.objectsOf(image)) {
        if (numbers[k] == 0) continue;
        nlohmann::ordered_json polygon = nlohmann::ordered_json::array();
        for (const Point& corner : bridged(outlines(job.dataset().objects[k].mask))) {
            polygon.push_back({int(corner.x), int(corner.y)});
        }
        objects.push_back({{"label", kLabels[std::size_t(classOfNumber(numbers[k]))].name},
                           {"polygon", std::move(polygon)}});
    }
    return nlohmann::ordered_json{{"imgHeight", picture.height},
                                  {"imgWidth", picture.width},
                                  {"objects", std::move(objects)}}
               .dump() +
           "\n";
}

Result<void> writeImages(const IdImage& instances, const std::string& base) {
    IdImage classes = instances;
    std::vector<std::uint8_t> rgba;
    rgba.reserve(classes.ids.size() * 4);
    for (std::uint16_t& id : classes.ids) {
        id = std::uint16_t(classOfNumber(id));
        const Colour& colour = kLabels[id].colour;
        rgba.insert(rgba.end(), {colour.red, colour.green, colour.blue, 255});
    }
    if (auto written = writeGreyPng(base + kInstanceIds, instances, 16); !written) return written;
    if (auto written = writeGreyPng(base + kLabelIds, classes, 8); !written) return written;
    return writeRgbaPng(base + kColours, rgba, instances.width, instances.height);
}

/// PART/CITY/BASE of all instanceIds files below gtFine.
Result<std::vector<std::string>> basesIn(const std::string& folder) {
    auto stems = pngStemsBelow(folder + "/gtFine");
    if (!stems) return stems;
    std::vector<std::string> bases;
    const std::string ending = std::string(kInstanceIds).substr(0, std::string_view(kInstanceIds).size() - 4);
    for (const std::string& stem : *stems) {
        if (stem.ends_with(ending)) bases.push_back(stem.substr(0, stem.size() - ending.size()));
    }
    return bases;
}

/// Whether the two pictures say the same of each pixel, and only what Cityscapes knows.
void checkNumbers(const IdImage& instances, const IdImage& classes, const std::string& at,
                  std::vector<std::string>& faults) {
    std::map<int, int> classByNumber;
    for (std::size_t i = 0; i < instances.ids.size(); ++i) {
        const auto [place, added] = classByNumber.emplace(instances.ids[i], classes.ids[i]);
        if (!added && place->second != classes.ids[i]) place->second = -1;
    }
    for (const auto& [number, id] : classByNumber) {
        const std::string name = at + ": number " + std::to_string(number);
        const int wanted = classOfNumber(number);
        if (!isClass(wanted)) {
            faults.push_back(name + " is of no class of Cityscapes");
        } else if (number >= kPerClass && !kLabels[std::size_t(wanted)].instances) {
            faults.push_back(name + ": this class has no instances");
        } else if (id != wanted) {
            faults.push_back(name + " and labelIds.png have different classes");
        }
    }
}

void checkObject(const json& object, const std::string& at, std::vector<std::string>& faults) {
    const json& label = coco::member(object, "label");
    std::string name = label.is_string() ? label.get<std::string>() : "";
    if (!idOf(name) && name.ends_with("group")) name.resize(name.size() - 5);
    if (!idOf(name) && name != "license plate") faults.push_back(at + ".label: no class of Cityscapes");
    const json& polygon = coco::member(object, "polygon");
    const auto isPoint = [](const json& point) {
        return point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_number();
    };
    if (!polygon.is_array() || polygon.size() < 3 || !std::all_of(polygon.begin(), polygon.end(), isPoint)) {
        faults.push_back(at + ".polygon: it is no list of at least three points");
    }
}

}  // namespace

Result<void> writeCityscapes(DatasetJob& job, const StagedFolder& to) {
    std::vector<std::uint16_t> numbers(job.dataset().objects.size());
    std::set<std::string> taken;
    for (std::size_t i = 0; i < job.dataset().images.size(); ++i) {
        if (auto on = job.goOn(); !on) return on;
        std::string base = baseOf(job, i);
        if (!taken.insert(base).second) {
            return Error{ErrorCode::BadRequest, job.nameOf(i) + ": two pictures are called " + base};
        }
        if (!fs::path(job.stemOf(i)).filename().string().starts_with(base)) {
            job.warn(Kind::NameChanged, job.nameOf(i) + " is written as " + base);
        }
        const std::string below =
            std::string(job.isValidation(i) ? "val/" : "train/") + cityOf(base) + "/" + base;
        const std::string file = to.path() + "/gtFine/" + below;
        if (auto put = job.placeAsPng(i, to.path() + "/leftImg8bit/" + below + "_leftImg8bit.png"); !put) {
            return put;
        }
        number(job, i, numbers);
        if (auto made = makeFolderFor(file); !made) return made;
        if (auto written = writeImages(job.painted(i, numbers), file); !written) return written;
        auto written = writeWholeFile(file + kPolygons, polygonsOf(job, i, numbers));
        if (!written) return written;
    }
    return {};
}

Result<Dataset> readCityscapes(const std::string& folder) {
    const auto bases = basesIn(folder);
    if (!bases) return bases.error();
    Dataset dataset;
    std::map<int, int> places;
    for (const std::string& base : *bases) {
        const std::string path = folder + "/gtFine/" + base + kInstanceIds;
        const auto image = readIdImage(path);
        if (!image) return image.error();
        for (const std::uint16_t number : numbersIn(*image)) {
            const int id = classOfNumber(number);
            if (!isClass(id)) {
                if (number == 65535) continue;  // a licence plate: -1
                return Error{ErrorCode::Unreadable,
                             path + ": number " + std::to_string(number) + " is of no class of Cityscapes"};
            }
            const auto [place, added] = places.emplace(id, int(dataset.categories.size()));
            const Label& label = kLabels[std::size_t(id)];
            if (added) dataset.categories.push_back({std::string(label.name), "", label.instances});
            dataset.objects.push_back(
                {int(dataset.images.size()), place->second, maskOfId(*image, number)});
            dataset.objects.back().crowd = label.instances && number < kPerClass;
        }
        dataset.images.push_back({base + "_leftImg8bit.png", image->width, image->height});
    }
    return dataset;
}

std::vector<std::string> checkCityscapesPolygons(std::string_view text, const std::string& name, int width,
                                                 int height) {
    std::vector<std::string> faults;
    try {
        const json root = json::parse(text);
        if (coco::integer(coco::member(root, "imgWidth")) != width ||
            coco::integer(coco::member(root, "imgHeight")) != height) {
            faults.push_back(name + ": imgWidth and imgHeight are not those of the pictures");
        }
        coco::forEachEntry(root, "objects", true, [&](const json& object, const std::string& at) {
            checkObject(object, name + ": " + at, faults);
        });
    } catch (const coco::Fault& fault) {
        faults.push_back(coco::errorOf(fault, name).detail);
    } catch (const json::exception& fault) {
        faults.push_back(name + ": " + fault.what());
    }
    return faults;
}

Result<std::vector<std::string>> checkCityscapes(const std::string& folder) {
    const auto bases = basesIn(folder);
    if (!bases) return bases.error();
    std::vector<std::string> faults;
    if (bases->empty()) faults.push_back(folder + "/gtFine: it has no files *_gtFine_instanceIds.png");
    for (const std::string& base : *bases) {
        const std::string path = folder + "/gtFine/" + base;
        const fs::path name(base);
        if (!isBase(name.filename().string()) ||
            name.parent_path().filename() != cityOf(name.filename().string())) {
            faults.push_back(path + ": names are CITY/CITY_000000_000000_gtFine_…");
        }
        const auto instances = readIdImage(path + kInstanceIds);
        const auto classes = readIdImage(path + kLabelIds);
        const auto polygons = readWholeFile(path + kPolygons);
        if (!instances) faults.push_back(instances.error().detail);
        if (!classes) faults.push_back(classes.error().detail);
        if (!polygons) faults.push_back(polygons.error().detail);
        if (!instances || !classes) continue;
        if (instances->ids.size() != classes->ids.size() || instances->width != classes->width) {
            faults.push_back(path + kLabelIds + ": it has another size than instanceIds.png");
            continue;
        }
        checkNumbers(*instances, *classes, path + kInstanceIds, faults);
        if (!polygons) continue;
        const auto found =
            checkCityscapesPolygons(*polygons, path + kPolygons, instances->width, instances->height);
        faults.insert(faults.end(), found.begin(), found.end());
    }
    return faults;
}

}  // namespace fs2
