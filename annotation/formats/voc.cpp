// Pascal VOC: Annotations/x.xml (boxes), SegmentationClass/x.png and SegmentationObject/x.png, indexed, with
// 255 = not to be scored; ImageSets; labelmap.txt as CVAT has it.
#include "annotation/formats/voc.h"

#include <charconv>

#include "annotation/core/files.h"
#include "annotation/formats/id_pictures.h"
#include "annotation/media/png_io.h"

namespace fs2 {
namespace {

using Kind = DatasetWarning::Kind;

constexpr int kIgnore = 255;
constexpr int kMost = 254;
constexpr const char* kLabelMap = "/labelmap.txt";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return out;
}

std::string unescaped(std::string_view text) {
    constexpr std::pair<std::string_view, char> kNames[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    std::string out;
    while (!text.empty()) {
        std::size_t taken = 0;
        for (const auto& [name, c] : kNames) {
            if (!text.starts_with(name)) continue;
            out += c;
            taken = name.size();
        }
        if (taken == 0) out += text.front();
        text.remove_prefix(std::max<std::size_t>(taken, 1));
    }
    return out;
}

/// What stands between <name> and </name>, from `at` on, which it moves behind it; VOC uses no attributes.
std::optional<std::string_view> element(std::string_view xml, const std::string& name, std::size_t& at) {
    const std::string open = "<" + name + ">", close = "</" + name + ">";
    const std::size_t begin = xml.find(open, at);
    const std::size_t end = begin == std::string_view::npos ? begin : xml.find(close, begin);
    if (end == std::string_view::npos) return std::nullopt;
    at = end + close.size();
    return xml.substr(begin + open.size(), end - begin - open.size());
}

/// A colon ends a name in labelmap.txt.
std::string labelName(std::string name) {
    std::replace_if(name.begin(), name.end(),
                    [](char c) { return c == ':' || static_cast<unsigned char>(c) < 0x20; }, '_');
    return name;
}

std::string labelLines(const DatasetJob& job) {
    std::string text = "# label:color_rgb:parts:actions\nbackground:0,0,0::\n";
    std::size_t number = 0;
    for (const std::string& name : job.classNames()) {
        ++number;
        text += labelName(name) + ":";
        for (std::size_t c = 0; c < 3; ++c) {
            text += (c == 0 ? "" : ",") + std::to_string(vocPalette()[number % 256 * 3 + c]);
        }
        text += "::\n";
    }
    return text;
}

std::string xmlOf(const DatasetJob& job, std::size_t image, const std::vector<std::string>& classes,
                  const std::vector<std::uint16_t>& numbers) {
    const DatasetImage& picture = job.dataset().images[image];
    const auto tag = [](const char* name, const std::string& text) {
        return "<" + std::string(name) + ">" + text + "</" + name + ">";
    };
    std::string xml = "<annotation>\n  " + tag("folder", "JPEGImages") + "\n  " +
                      tag("filename", escaped(job.nameOf(image))) + "\n  " +
                      tag("size", tag("width", std::to_string(picture.width)) +
                                      tag("height", std::to_string(picture.height)) + tag("depth", "3")) +
                      "\n  " + tag("segmented", "1") + "\n";
    for (const std::size_t k : job.objectsOf(image)) {
        if (numbers[k] == 0) continue;
        const Rect box = job.dataset().objects[k].mask.bounds();
        const std::string corners = tag("xmin", std::to_string(box.x + 1)) +
                                    tag("ymin", std::to_string(box.y + 1)) +
                                    tag("xmax", std::to_string(box.x + box.width)) +
                                    tag("ymax", std::to_string(box.y + box.height));
        xml += "  " + tag("object", tag("name", escaped(labelName(classes[job.classOf(k)]))) +
                                        tag("pose", "Unspecified") + tag("truncated", "0") +
                                        tag("difficult", "0") + tag("bndbox", corners)) + "\n";
    }
    return xml + "</annotation>\n";
}

/// Objects of each picture from 1; those beyond what 8 bits hold are left out.
std::vector<std::uint16_t> vocNumbers(DatasetJob& job) {
    std::vector<std::uint16_t> numbers(job.dataset().objects.size());
    for (std::size_t i = 0; i < job.dataset().images.size(); ++i) {
        int number = 0, leftOut = 0;
        for (const std::size_t k : job.objectsOf(i)) {
            const bool fits = number < kMost && job.classOf(k) < kMost;
            if (fits) numbers[k] = std::uint16_t(++number);
            leftOut += fits ? 0 : 1;
        }
        if (leftOut == 0) continue;
        job.warn(Kind::TooMany, job.dataset().images[i].fileName +
                                    ": VOC has numbers for 254 objects and classes, " +
                                    std::to_string(leftOut) + " objects are left out");
    }
    return numbers;
}

Result<void> writeSets(const DatasetJob& job, const StagedFolder& to) {
    std::string train, val, all;
    for (std::size_t i = 0; i < job.dataset().images.size(); ++i) {
        (job.isValidation(i) ? val : train) += job.stemOf(i) + "\n";
        all += job.stemOf(i) + "\n";
    }
    for (const char* task : {"ImageSets/Main", "ImageSets/Segmentation"}) {
        const auto folder = to.folder(task);
        if (!folder) return folder.error();
        if (auto written = writeWholeFile(*folder + "/train.txt", train); !written) return written;
        if (auto written = writeWholeFile(*folder + "/trainval.txt", all); !written) return written;
        if (!job.hasValidation()) continue;
        if (auto written = writeWholeFile(*folder + "/val.txt", val); !written) return written;
    }
    return {};
}

/// The two pictures of numbers that belong together.
struct Numbers {
    IdImage classes;
    IdImage objects;
};
Result<Numbers> readNumbers(const std::string& folder, const std::string& stem) {
    auto classes = readIdImage(folder + "/SegmentationClass/" + stem + ".png");
    if (!classes) return classes.error();
    const std::string path = folder + "/SegmentationObject/" + stem + ".png";
    auto objects = readIdImage(path);
    if (!objects) return objects.error();
    if (objects->width != classes->width || objects->height != classes->height) {
        return Error{ErrorCode::Unreadable, path + ": it has another size than the picture of the classes"};
    }
    return Numbers{std::move(*classes), std::move(*objects)};
}

/// The class of each object; 0 where its pixels have several or none.
std::map<int, int> classesByObject(const Numbers& numbers) {
    std::map<int, int> classes;
    for (std::size_t i = 0; i < numbers.objects.ids.size(); ++i) {
        const int object = numbers.objects.ids[i], ofClass = numbers.classes.ids[i];
        if (object == 0 || object == kIgnore || ofClass == kIgnore) continue;
        const auto [place, added] = classes.emplace(object, ofClass);
        if (!added && place->second != ofClass) place->second = 0;
    }
    return classes;
}

void checkNumbers(const Numbers& numbers, const ClassNumbers& classes, const std::string& at,
                  std::vector<std::string>& faults) {
    for (const auto& [object, ofClass] : classesByObject(numbers)) {
        if (ofClass == 0) {
            faults.push_back(at + ": object " + std::to_string(object) + " has several classes or none");
        } else if (!classes.empty() && !classes.contains(ofClass)) {
            faults.push_back(at + ": class " + std::to_string(ofClass) + " is not in labelmap.txt");
        }
    }
}

}  // namespace

Result<void> writeVoc(DatasetJob& job, const StagedFolder& to) {
    for (const char* folder : {"Annotations", "SegmentationClass", "SegmentationObject"}) {
        if (auto made = to.folder(folder); !made) return made.error();
    }
    const std::vector<std::string> classes = job.classNames();
    const std::vector<std::uint16_t> numbers = vocNumbers(job);
    for (std::size_t i = 0; i < job.dataset().images.size(); ++i) {
        if (auto on = job.goOn(); !on) return on;
        if (auto put = job.placePicture(i, to.path() + "/JPEGImages"); !put) return put;
        const IdImage objects = job.painted(i, numbers);
        IdImage ofClass = objects;
        std::vector<std::uint16_t> classByNumber(kMost + 1);
        for (const std::size_t k : job.objectsOf(i)) {
            if (numbers[k] != 0) classByNumber[numbers[k]] = std::uint16_t(job.classOf(k) + 1);
        }
        for (std::uint16_t& id : ofClass.ids) id = classByNumber[id];
        const auto file = [&](const char* folder, const char* ending) {
            return to.path() + "/" + folder + "/" + job.stemOf(i) + ending;
        };
        const std::string xml = file("Annotations", ".xml"), object = file("SegmentationObject", ".png");
        for (const std::string& one : {xml, object, file("SegmentationClass", ".png")}) {
            if (auto made = makeFolderFor(one); !made) return made;
        }
        if (auto written = writeIdPng(object, objects); !written) return written;
        auto written = writeIdPng(file("SegmentationClass", ".png"), ofClass);
        if (written) written = writeWholeFile(xml, xmlOf(job, i, classes, numbers));
        if (!written) return written;
    }
    if (auto written = writeSets(job, to); !written) return written;
    return writeWholeFile(to.path() + kLabelMap, labelLines(job));
}

ClassNumbers parseVocLabels(std::string_view text) {
    ClassNumbers classes;
    int number = 0;
    forEachLine(text, [&](int, std::string_view line) {
        if (line.starts_with('#')) return;
        if (number > 0 && number != kIgnore) classes[number] = std::string(line.substr(0, line.find(':')));
        ++number;
    });
    return classes;
}

std::vector<VocBox> parseVocBoxes(std::string_view xml, const std::string& name, int width, int height,
                                  std::vector<std::string>& faults) {
    std::vector<VocBox> boxes;
    std::size_t at = 0;
    for (int i = 1; const auto object = element(xml, "object", at); ++i) {
        const auto valueOf = [&](const char* tag) {
            std::size_t inside = 0;
            return element(*object, tag, inside).value_or("");
        };
        const auto numberOf = [&](const char* tag) {
            const std::string_view text = valueOf(tag);
            double value = -1;
            std::from_chars(text.data(), text.data() + text.size(), value);
            return value >= 0 && value < 1e6 ? int(value) : -1;
        };
        const VocBox box{unescaped(valueOf("name")), numberOf("xmin"), numberOf("ymin"), numberOf("xmax"),
                         numberOf("ymax")};
        const std::string place = name + ": object " + std::to_string(i) + ": ";
        if (box.name.empty()) faults.push_back(place + "it has no name");
        const bool good = box.xmin >= 1 && box.ymin >= 1 && box.xmax >= box.xmin && box.ymax >= box.ymin &&
                          box.xmax <= width && box.ymax <= height;
        if (!good) faults.push_back(place + "its box is not inside 1,1 to the picture's size");
        if (good && !box.name.empty()) boxes.push_back(box);
    }
    return boxes;
}

Result<Dataset> readVoc(const std::string& folder) {
    const auto stems = pngStemsBelow(folder + "/SegmentationObject");
    if (!stems) return stems.error();
    Dataset dataset;
    std::map<int, int> places;
    const auto text = readWholeFile(folder + kLabelMap);
    for (const auto& [number, name] : parseVocLabels(text ? *text : "")) {
        places[number] = int(dataset.categories.size());
        dataset.categories.push_back({name, ""});
    }
    for (const std::string& stem : *stems) {
        const auto numbers = readNumbers(folder, stem);
        if (!numbers) return numbers.error();
        for (const auto& [object, ofClass] : classesByObject(*numbers)) {
            int category = -1;
            if (ofClass != 0) {
                const auto [place, added] = places.emplace(ofClass, int(dataset.categories.size()));
                if (added) dataset.categories.push_back({"class " + std::to_string(ofClass), ""});
                category = place->second;
            }
            dataset.objects.push_back({int(dataset.images.size()), category,
                                       maskOfId(numbers->objects, std::uint16_t(object))});
        }
        dataset.images.push_back({pictureFor(folder + "/JPEGImages", stem), numbers->classes.width,
                                  numbers->classes.height});
    }
    return dataset;
}

Result<std::vector<std::string>> checkVoc(const std::string& folder) {
    const auto stems = pngStemsBelow(folder + "/SegmentationObject");
    if (!stems) return stems.error();
    std::vector<std::string> faults;
    const auto text = readWholeFile(folder + kLabelMap);
    const ClassNumbers classes = parseVocLabels(text ? *text : "");
    if (stems->empty()) faults.push_back(folder + "/SegmentationObject: it has no PNG files");
    for (const std::string& stem : *stems) {
        const auto numbers = readNumbers(folder, stem);
        if (!numbers) {
            faults.push_back(numbers.error().detail);
            continue;
        }
        checkNumbers(*numbers, classes, folder + "/SegmentationObject/" + stem + ".png", faults);
        const std::string path = folder + "/Annotations/" + stem + ".xml";
        const auto xml = readWholeFile(path);
        if (!xml) faults.push_back(xml.error().detail);
        parseVocBoxes(xml ? *xml : "", path, numbers->classes.width, numbers->classes.height, faults);
    }
    const std::set<std::string> known(stems->begin(), stems->end());
    for (const char* set : {"train", "val", "trainval"}) {
        const std::string path = folder + "/ImageSets/Segmentation/" + set + ".txt";
        const auto names = readWholeFile(path);
        forEachLine(names ? std::string_view(*names) : "", [&](int line, std::string_view name) {
            if (known.contains(std::string(name))) return;
            faults.push_back(path + ":" + std::to_string(line) + ": there are no masks of \"" +
                             std::string(name) + "\"");
        });
    }
    return faults;
}

}  // namespace fs2
