// Semantic PNG: masks/x.png, a pixel is its class (8 bits indexed, 16 bits grey where a number needs them).
#include <array>
#include <charconv>

#include "annotation/core/files.h"
#include "annotation/formats/id_pictures.h"
#include "annotation/formats/voc.h"
#include "annotation/media/png_io.h"

namespace fs2 {
namespace {

using Kind = DatasetWarning::Kind;

constexpr int kIgnore8 = 255, kIgnore16 = 65535;
constexpr std::size_t kMostClasses = 65533;

/// The number of the class at this place: from 1, without those that mean "not to be scored"; 0 = none left.
std::uint16_t numberOf(std::size_t place) {
    const std::size_t number = place + 1 < kIgnore8 ? place + 1 : place + 2;
    return number < kIgnore16 ? std::uint16_t(number) : std::uint16_t(0);
}

std::string labelLines(const DatasetJob& job) {
    std::string text;
    std::size_t place = 0;
    for (std::string name : job.classNames()) {
        std::replace_if(name.begin(), name.end(),
                        [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
        const std::size_t number = numberOf(place++);
        if (number == 0) break;
        const std::size_t colour = number % 256 * 3;
        text += std::to_string(number) + "\t" + name;
        for (std::size_t c = 0; c < 3; ++c) {
            text += (c == 0 ? "\t" : ",") + std::to_string(vocPalette()[colour + c]);
        }
        text += "\n";
    }
    return text;
}

void tellMerged(DatasetJob& job, std::size_t image) {
    std::set<std::size_t> classes;
    for (const std::size_t k : job.objectsOf(image)) classes.insert(job.classOf(k));
    const std::size_t merged = job.objectsOf(image).size() - classes.size();
    if (merged == 0) return;
    job.warn(Kind::Merged, job.dataset().images[image].fileName + ": " + std::to_string(merged) +
                               " objects are one with others of their class");
}

}  // namespace

Result<void> writeSemantic(DatasetJob& job, const StagedFolder& to) {
    if (auto masks = to.folder("masks"); !masks) return masks.error();
    std::vector<std::uint16_t> numbers;
    for (std::size_t k = 0; k < job.dataset().objects.size(); ++k) {
        numbers.push_back(numberOf(job.classOf(k)));
    }
    if (job.classNames().size() > kMostClasses) {
        job.warn(Kind::TooMany, "16 bits hold 65,533 classes: objects of the others are left out");
    }
    for (std::size_t i = 0; i < job.dataset().images.size(); ++i) {
        if (auto on = job.goOn(); !on) return on;
        if (auto put = job.placePicture(i, to.path() + "/images"); !put) return put;
        const std::string file = to.path() + "/masks/" + job.stemOf(i) + ".png";
        if (auto made = makeFolderFor(file); !made) return made;
        if (auto written = writeIdPng(file, job.painted(i, numbers)); !written) return written;
        tellMerged(job, i);
    }
    return writeWholeFile(to.path() + "/labelmap.txt", labelLines(job));
}

ClassNumbers parseSemanticLabels(std::string_view text, const std::string& name,
                                 std::vector<std::string>& faults) {
    ClassNumbers classes;
    forEachLine(text, [&](int line, std::string_view row) {
        const std::string at = name + ":" + std::to_string(line) + ": ";
        const std::size_t tab = row.find('\t');
        int number = 0;
        const auto [end, fault] =
            std::from_chars(row.data(), row.data() + std::min(tab, row.size()), number);
        const bool whole = fault == std::errc() && tab != std::string_view::npos && end == row.data() + tab;
        if (!whole || number < 0 || number > kIgnore16) {
            faults.push_back(at + "a number, a name and a colour with tabs between are needed");
            return;
        }
        const std::string_view rest = row.substr(tab + 1);
        if (number == 0 || number == kIgnore8 || number == kIgnore16) return;  // named for people only
        if (!classes.emplace(number, rest.substr(0, rest.find('\t'))).second) {
            faults.push_back(at + "class " + std::to_string(number) + " stands there twice");
        }
    });
    return classes;
}

Result<Dataset> readSemantic(const std::string& folder) {
    const auto stems = pngStemsBelow(folder + "/masks");
    if (!stems) return stems.error();
    const std::string file = folder + "/labelmap.txt";
    const auto text = readWholeFile(file);
    if (!text) return text.error();
    std::vector<std::string> faults;
    const ClassNumbers classes = parseSemanticLabels(*text, file, faults);
    if (!faults.empty()) return Error{ErrorCode::Unreadable, faults.front()};
    Dataset dataset;
    std::map<int, int> places;
    for (const auto& [number, name] : classes) {
        places[number] = int(dataset.categories.size());
        dataset.categories.push_back({name, ""});
    }
    for (const std::string& stem : *stems) {
        const std::string path = folder + "/masks/" + stem + ".png";
        const auto image = readIdImage(path);
        if (!image) return image.error();
        for (const std::uint16_t number : numbersIn(*image)) {
            if (number == kIgnore8 || number == kIgnore16) continue;
            const auto place = places.find(number);
            if (place == places.end()) {
                return Error{ErrorCode::Unreadable, path + ": class " + std::to_string(number) +
                                                        " is not in labelmap.txt"};
            }
            dataset.objects.push_back(
                {int(dataset.images.size()), place->second, maskOfId(*image, number)});
        }
        dataset.images.push_back({pictureFor(folder + "/images", stem), image->width, image->height});
    }
    return dataset;
}

Result<std::vector<std::string>> checkSemantic(const std::string& folder) {
    const auto stems = pngStemsBelow(folder + "/masks");
    if (!stems) return stems.error();
    std::vector<std::string> faults;
    const std::string file = folder + "/labelmap.txt";
    const auto text = readWholeFile(file);
    if (!text) faults.push_back(text.error().detail);
    const ClassNumbers classes = parseSemanticLabels(text ? *text : "", file, faults);
    if (stems->empty()) faults.push_back(folder + "/masks: it has no PNG files");
    for (const std::string& stem : *stems) {
        const std::string path = folder + "/masks/" + stem + ".png";
        const auto image = readIdImage(path);
        if (!image) {
            faults.push_back(image.error().detail);
            continue;
        }
        for (const std::uint16_t number : numbersIn(*image)) {
            if (number == kIgnore8 || number == kIgnore16 || classes.contains(number)) continue;
            faults.push_back(path + ": class " + std::to_string(number) + " is not in labelmap.txt");
        }
    }
    return faults;
}

}  // namespace fs2
