#include "annotation/formats/yolo.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <set>

#include "annotation/core/files.h"
#include "annotation/core/mask_ops.h"
#include "annotation/core/paths.h"
#include "annotation/formats/id_pictures.h"
#include "annotation/media/image_header.h"
#include "annotation/media/image_list.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;
using Kind = DatasetWarning::Kind;

constexpr int kSmallestSide = 10;

std::string rowOf(std::size_t category, const std::vector<Point>& path, const DatasetImage& image) {
    constexpr int kDigits = 8;  // exact to a hundredth of a pixel at any size
    std::string row = std::to_string(category);
    char text[32] = "";
    const auto add = [&](double value) {
        const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, kDigits).ptr;
        row.append(" ").append(text, end);
    };
    for (const Point& corner : path) {
        add(corner.x / image.width);
        add(corner.y / image.height);
    }
    return row + "\n";
}

Result<void> writeLabels(DatasetJob& job, std::size_t image, const std::string& file) {
    const DatasetImage& picture = job.dataset().images[image];
    std::string rows;
    int joined = 0;
    for (const std::size_t k : job.objectsOf(image)) {
        const DatasetObject& object = job.dataset().objects[k];
        const auto boundaries = outlines(object.mask);
        joined += boundaries.size() > 1 ? 1 : 0;
        rows += rowOf(job.classOf(k), bridged(boundaries), picture);
    }
    if (joined > 0) {
        job.warn(Kind::Bridged, picture.fileName + ": " + std::to_string(joined) +
                                    " objects with holes or several parts have one outline, bridged");
    }
    if (std::min(picture.width, picture.height) < kSmallestSide) {
        job.warn(Kind::TooSmall, picture.fileName + ": a side is shorter than 10 pixels");
    }
    if (auto made = makeFolderFor(file); !made) return made;
    return writeWholeFile(file, rows);
}

/// In double quotes, as YAML takes them.
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "\"";
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// A value without its quotes; a comment behind a plain one is cut.
std::string unquoted(std::string_view text) {
    text = trimmed(text);
    if (!text.starts_with('"') && !text.starts_with('\'')) {
        return std::string(trimmed(text.substr(0, text.find(" #"))));
    }
    const char mark = text.front();
    std::string out;
    for (std::size_t i = 1; i < text.size() && text[i] != mark; ++i) {
        if (mark == '"' && text[i] == '\\' && i + 1 < text.size()) ++i;
        out += text[i];
    }
    return out;
}

/// "[a, b]" as its parts; anything else as one.
std::vector<std::string> listOf(std::string_view value) {
    value = trimmed(value);
    if (!value.starts_with('[')) return {unquoted(value)};
    value = value.substr(1, value.rfind(']') - 1);
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= value.size();) {
        std::size_t end = at;
        char mark = 0;
        for (; end < value.size() && (mark != 0 || value[end] != ','); ++end) {
            const bool quote = value[end] == '"' || value[end] == '\'';
            if (quote && (mark == 0 || mark == value[end])) mark = mark == 0 ? value[end] : '\0';
        }
        const std::string_view part = trimmed(value.substr(at, end - at));
        if (!part.empty()) parts.push_back(unquoted(part));
        at = end + 1;
    }
    return parts;
}

/// The number at the front of `text`, which it leaves; NaN where there is none.
double takeNumber(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r"), text.size()));
    double value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = fault == std::errc() && (end == text.data() + text.size() || *end == ' ' ||
                                                *end == '\t' || *end == '\r');
    text.remove_prefix(fault == std::errc() ? std::size_t(end - text.data()) : 0);
    return whole ? value : std::numeric_limits<double>::quiet_NaN();
}

/// The reason why it is no row, or empty.
std::string parseRow(std::string_view line, int classes, int& category, std::vector<Point>& corners) {
    constexpr double kSlack = .01;
    const double first = takeNumber(line);
    if (!(first >= 0 && first < classes) || std::floor(first) != first) {
        return "the class is none of 0 to " + std::to_string(classes - 1);
    }
    category = int(first);
    std::vector<double> numbers;
    while (!trimmed(line).empty()) {
        numbers.push_back(takeNumber(line));
        if (!(numbers.back() >= -kSlack && numbers.back() <= 1 + kSlack)) {
            return "coordinate " + std::to_string(numbers.size()) + " is no number from 0 to 1";
        }
    }
    if (numbers.size() == 4) return "it is a box: one among outlines makes the reader drop all of them";
    if (numbers.size() < 6) return "an outline has at least three points";
    if (numbers.size() % 2 != 0) return "its coordinates are not in pairs";
    for (std::size_t i = 0; i < numbers.size(); i += 2) corners.push_back({numbers[i], numbers[i + 1]});
    return {};
}

/// The label file of a picture: the last "/images/" of its path becomes "/labels/".
std::string labelFileOf(const std::string& picture) {
    std::string path = fs::path(picture).replace_extension(".txt").string();
    const std::size_t at = path.rfind("/images/");
    if (at != std::string::npos) path.replace(at, 8, "/labels/");
    return path;
}

struct Part {
    std::string folder;
    std::vector<std::string> pictures;  ///< below it, in natural order
};

/// Pictures of a folder and the folders below it.
Result<Part> partAt(const std::string& folder) {
    Part part{folder, {}};
    std::error_code fault;
    fs::recursive_directory_iterator entry(folder, fault);
    for (; !fault && entry != fs::recursive_directory_iterator(); entry.increment(fault)) {
        const std::string name = entry->path().lexically_relative(folder).generic_string();
        if (isImageName(entry->path().filename().string())) part.pictures.push_back(name);
    }
    if (fault) return fileError(folder, fault.value(), FileUse::Reading);
    std::sort(part.pictures.begin(), part.pictures.end(), naturalLess);
    return part;
}

/// Calls `take(picture below its part, its path, size, text of its labels)`; complains of what cannot be read.
template <class Take>
Result<YoloList> forEachPicture(const std::string& folder, std::vector<std::string>& faults, Take take) {
    const std::string listFile = folder + "/data.yaml";
    const auto text = readWholeFile(listFile);
    if (!text) return text.error();
    auto list = parseYoloList(*text, listFile);
    if (!list) return list;
    const std::set<std::string> parts(list->parts.begin(), list->parts.end());
    std::error_code ignored;
    fs::path root = fs::path(folder) / list->path;
    if (!fs::is_directory(root, ignored)) root = folder;  // it was somewhere else when it was written
    for (const std::string& below : parts) {
        const auto part = partAt((root / below).lexically_normal().string());
        if (!part) {
            faults.push_back(listFile + ": " + part.error().detail);
            continue;
        }
        for (const std::string& name : part->pictures) {
            const std::string picture = part->folder + "/" + name;
            const auto info = imageInfo(picture);
            const std::string labels = labelFileOf(picture);
            const auto rows = fs::exists(labels, ignored) ? readWholeFile(labels) : Result<std::string>("");
            if (!info) faults.push_back(info.error().detail);
            if (!rows) faults.push_back(rows.error().detail);
            if (info && rows) take(name, picture, *info, labels, *rows);
        }
    }
    return list;
}

}  // namespace

Result<void> writeYolo(DatasetJob& job, const StagedFolder& to) {
    const Dataset& dataset = job.dataset();
    for (const char* folder : {"images/train", "labels/train", "images/val", "labels/val"}) {
        if (std::string_view(folder).ends_with("val") && !job.hasValidation()) continue;
        if (const auto made = to.folder(folder); !made) return made.error();
    }
    for (std::size_t i = 0; i < dataset.images.size(); ++i) {
        if (auto on = job.goOn(); !on) return on;
        const std::string part = job.isValidation(i) ? "/val" : "/train";
        if (auto put = job.placePicture(i, to.path() + "/images" + part); !put) return put;
        const std::string file = to.path() + "/labels" + part + "/" + job.stemOf(i) + ".txt";
        if (auto written = writeLabels(job, i, file); !written) return written;
    }
    // No "path": the reader would take "." for its own folder; without it, it is that of the list.
    std::string list = "train: images/train\nval: images/";
    list += job.hasValidation() ? "val\n" : "train\n";
    list += "names:\n";
    std::size_t number = 0;
    for (const std::string& name : job.classNames()) {
        list += "  " + std::to_string(number++) + ": " + quoted(name) + "\n";
    }
    return writeWholeFile(to.path() + "/data.yaml", list);
}

std::vector<YoloRow> parseYoloRows(std::string_view text, const std::string& name, int width, int height,
                                   int classes, bool all, std::vector<std::string>& faults) {
    std::vector<YoloRow> rows;
    std::set<std::string_view> seen;
    bool stopped = false;
    forEachLine(text, [&](int number, std::string_view line) {
        if (stopped || trimmed(line).empty()) return;
        YoloRow row;
        std::vector<Point> corners;
        std::string fault = parseRow(line, classes, row.category, corners);
        if (fault.empty() && !seen.insert(trimmed(line)).second) fault = "it stands there twice";
        if (!fault.empty()) {
            faults.push_back(name + ":" + std::to_string(number) + ": " + fault);
            stopped = !all;
            return;
        }
        for (Point& corner : corners) corner = {corner.x * width, corner.y * height};
        row.mask = fromPolygon(width, height, corners);
        rows.push_back(std::move(row));
    });
    return rows;
}

Result<YoloList> parseYoloList(std::string_view text, const std::string& name) {
    YoloList list;
    std::map<int, std::string> names;
    std::string key;
    forEachLine(text, [&](int, std::string_view line) {
        if (trimmed(line).empty() || trimmed(line).starts_with('#')) return;
        const bool below = line.front() == ' ' || line.front() == '-' || line.front() == '\t';
        const std::size_t colon = line.find(':');
        if (!below) key = std::string(trimmed(line.substr(0, colon)));
        const bool item = below && trimmed(line).starts_with('-');
        const std::string_view value = item ? trimmed(line).substr(1)
                                       : colon == std::string_view::npos ? std::string_view()
                                                                         : line.substr(colon + 1);
        if (trimmed(value).empty()) return;
        if (key == "path") list.path = unquoted(value);
        if (key == "train" || key == "val" || key == "test") {
            for (std::string& part : listOf(value)) list.parts.push_back(std::move(part));
        }
        if (key != "names") return;
        int number = int(names.size());
        const std::string_view given = trimmed(line.substr(0, std::min(colon, line.size())));
        if (below && !item) std::from_chars(given.data(), given.data() + given.size(), number);
        if (below) names[number] = unquoted(value);
        if (!below) {
            for (std::string& one : listOf(value)) names.emplace(int(names.size()), std::move(one));
        }
    });
    if (list.parts.empty()) return Error{ErrorCode::Unreadable, name + ": it names no pictures (train, val)"};
    if (names.empty()) return Error{ErrorCode::Unreadable, name + ": it names no classes"};
    for (auto& [number, one] : names) {
        if (number != int(list.names.size())) {
            return Error{ErrorCode::Unreadable,
                         name + ": class " + std::to_string(list.names.size()) + " has no name"};
        }
        list.names.push_back(std::move(one));
    }
    return list;
}

Result<Dataset> readYolo(const std::string& folder) {
    Dataset dataset;
    std::vector<std::string> faults;
    struct Labels {
        std::string file;
        std::string text;
    };
    std::vector<Labels> labels;
    const auto list = forEachPicture(folder, faults,
                                     [&](const std::string& name, const std::string&, const ImageInfo& info,
                                         const std::string& file, const std::string& text) {
                                         dataset.images.push_back({name, info.width(), info.height()});
                                         labels.push_back({file, text});
                                     });
    if (!list) return list.error();
    for (const std::string& name : list->names) dataset.categories.push_back({name, ""});
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const DatasetImage& image = dataset.images[i];
        for (YoloRow& row : parseYoloRows(labels[i].text, labels[i].file, image.width, image.height,
                                          int(list->names.size()), false, faults)) {
            dataset.objects.push_back({int(i), row.category, std::move(row.mask)});
        }
    }
    if (!faults.empty()) return Error{ErrorCode::Unreadable, faults.front()};
    return dataset;
}

Result<std::vector<std::string>> checkYolo(const std::string& folder) {
    std::vector<std::string> faults;
    struct Labels {
        std::string file;
        std::string text;
        int width = 0;
        int height = 0;
    };
    std::vector<Labels> labels;
    const auto list = forEachPicture(folder, faults,
                                     [&](const std::string&, const std::string& picture, const ImageInfo& info,
                                         const std::string& file, const std::string& text) {
                                         if (std::min(info.width(), info.height()) < kSmallestSide) {
                                             faults.push_back(picture + ": a side is shorter than 10 pixels");
                                         }
                                         labels.push_back({file, text, info.width(), info.height()});
                                     });
    if (!list) return list.error();
    for (const Labels& one : labels) {
        parseYoloRows(one.text, one.file, one.width, one.height, int(list->names.size()), true, faults);
    }
    return faults;
}

}  // namespace fs2
