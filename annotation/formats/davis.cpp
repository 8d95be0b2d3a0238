// DAVIS 2017: Annotations/480p/CLIP/00000.png, indexed with the palette of Pascal VOC, 0 = background.
#include <algorithm>
#include <filesystem>
#include <set>

#include "annotation/core/files.h"
#include "annotation/formats/clip_formats.h"
#include "annotation/formats/id_folders.h"
#include "annotation/media/png_io.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;
using Kind = ClipWarning::Kind;

constexpr int kVoid = 255;
constexpr int kMostObjects = 254;

/// Those of frame 0 first: the evaluator takes the largest number there for the count of objects.
std::vector<std::uint16_t> davisNumbers(ClipJob& job, std::size_t clip) {
    const auto& objects = job.clip(clip).objects;
    std::vector<std::size_t> order = job.seenObjects(clip);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return objects[a].firstSeen() < objects[b].firstSeen();
    });
    std::vector<std::uint16_t> numbers(objects.size());
    for (std::size_t i = 0; i < order.size() && i < kMostObjects; ++i) {
        numbers[order[i]] = std::uint16_t(i + 1);
    }
    const std::string& name = job.name(clip);
    if (order.size() > kMostObjects) {
        job.warn(Kind::TooManyObjects, name + ": " + std::to_string(order.size()) +
                                           " objects; DAVIS has numbers for 254, " +
                                           std::to_string(order.size() - kMostObjects) +
                                           " are left out");
    }
    if (!order.empty() && objects[order.front()].firstSeen() > 0) {
        job.warn(Kind::NothingAtFirst,
                 name + ": the first frame has no object: DAVIS' own evaluator scores nothing there");
    }
    for (const std::size_t k : order) {
        const int first = objects[k].firstSeen();
        if (first == 0 || numbers[k] == 0) continue;
        job.warn(Kind::LateStarter, name + ": " + describe(objects[k]) + " starts on frame " +
                                        std::to_string(first) +
                                        ": DAVIS' own evaluator does not score it, TrackEval does");
    }
    return numbers;
}

/// The folders that hold the clips' folders, in the layout of DAVIS; else the folder itself.
std::vector<std::string> annotationFolders(const std::string& root) {
    std::vector<std::string> found;
    for (const char* task : {"Annotations", "Annotations_unsupervised"}) {
        for (const char* size : {"480p", "Full-Resolution"}) {
            const std::string folder = root + "/" + task + "/" + size;
            std::error_code ignored;
            if (fs::is_directory(folder, ignored)) found.push_back(folder);
        }
    }
    if (found.empty()) found.push_back(root);
    return found;
}

/// IHDR comes first in each PNG file: its bit depth and colour type; then PLTE.
constexpr std::size_t kDepthAt = 24, kColourTypeAt = 25;
constexpr char kIndexed = 3;

void checkPalette(const std::string& path, const std::string& bytes, Faults& faults) {
    if (bytes[kDepthAt] != 8 || bytes[kColourTypeAt] != kIndexed) {
        faults.push_back(path + ": DAVIS' files are indexed with 8 bits a pixel");
        return;
    }
    const auto& palette = vocPalette();
    const std::size_t at = bytes.find("PLTE");
    for (std::size_t i = 0; at != std::string::npos && i < palette.size(); ++i) {
        const std::size_t place = at + 4 + i;
        if (place < bytes.size() && static_cast<unsigned char>(bytes[place]) == palette[i]) continue;
        faults.push_back(path + ": colour " + std::to_string(i / 3) +
                         " of the palette is not that of DAVIS");
        return;
    }
}

/// Which numbers a clip uses, and how.
class NumberCheck {
  public:
    void take(const std::string& path, const IdImage& image, Faults& faults) {
        std::set<int> here(image.ids.begin(), image.ids.end());
        here.erase(0);
        if (here.erase(kVoid) > 0) {
            faults.push_back(path + ": pixels of 255: a result that holds them stops the evaluator");
        }
        if (frame_ == 0 && here.empty()) {
            faults.push_back(path + ": the first frame has no object: the evaluator scores nothing");
        }
        for (const int id : here) {
            if (!seen_.insert(id).second || frame_ == 0) continue;
            faults.push_back(path + ": object " + std::to_string(id) +
                             " starts after the first frame: DAVIS' evaluator does not score it, "
                             "TrackEval does");
        }
        ++frame_;
    }
    void end(const std::string& folder, Faults& faults) const {
        int wanted = 1;
        for (const int id : seen_) {
            if (id != wanted) {
                faults.push_back(folder + ": object " + std::to_string(wanted) +
                                 " is missing: numbers go from 1 without gaps");
                return;
            }
            ++wanted;
        }
    }

  private:
    int frame_ = 0;
    std::set<int> seen_;
};

/// Each clip that ImageSets/YEAR/*.txt names must be there.
void checkImageSets(const std::string& root, const std::set<std::string>& clips, Faults& faults) {
    std::error_code fault;
    fs::recursive_directory_iterator entry(root + "/ImageSets", fault);
    for (; !fault && entry != fs::recursive_directory_iterator(); entry.increment(fault)) {
        const std::string path = entry->path().string();
        const auto text = path.ends_with(".txt") ? readWholeFile(path) : Result<std::string>("");
        if (!text) faults.push_back(text.error().detail);
        std::size_t line = 1;
        for (std::size_t at = 0; text && at < text->size(); ++line) {
            const std::size_t end = std::min(text->find('\n', at), text->size());
            std::string name = text->substr(at, end - at);
            if (name.ends_with('\r')) name.pop_back();
            if (!name.empty() && !clips.contains(name)) {
                faults.push_back(path + ":" + std::to_string(line) + ": there is no clip \"" + name +
                                 "\" with annotations");
            }
            at = end + 1;
        }
    }
}

}  // namespace

Result<void> writeDavis(ClipJob& job, const StagedFolder& to) {
    std::string names, objects;
    for (std::size_t clip = 0; clip < job.count(); ++clip) {
        const auto folder = to.folder("Annotations/480p/" + job.name(clip));
        if (!folder) return folder.error();
        const auto numbers = davisNumbers(job, clip);
        if (auto written = writeIdFolder(job, clip, *folder, numbers); !written) return written;
        names += job.name(clip) + "\n";
        objects += objectLines(job, clip, numbers);
    }
    const auto sets = to.folder("ImageSets/2017");
    if (!sets) return sets.error();
    if (auto written = writeWholeFile(*sets + "/val.txt", names); !written) return written;
    auto listed = writeWholeFile(to.path() + "/" + kObjectList, objects);
    if (!listed || !job.options().copyPictures) return listed;
    const auto pictures = to.folder("JPEGImages/480p");
    if (!pictures) return pictures.error();
    return job.writePictures(*pictures);
}

Result<Clips> readDavis(const std::string& folder) {
    Clips clips;
    const auto annotated = idFoldersIn(annotationFolders(folder).front());
    if (!annotated) return annotated.error();
    for (const IdFolder& place : *annotated) {
        auto clip = readIdFolder(place, kVoid);
        if (!clip) return clip.error();
        clips.push_back(std::move(*clip));
    }
    if (clips.empty()) return Error{ErrorCode::NotFound, folder + ": it has no folder with PNG files"};
    nameObjects(clips, folder);
    return clips;
}

Result<Faults> checkDavis(const std::string& folder) {
    Faults faults;
    std::set<std::string> clips;
    for (const std::string& annotations : annotationFolders(folder)) {
        const auto annotated = idFoldersIn(annotations);
        if (!annotated) return annotated.error();
        for (const IdFolder& place : *annotated) {
            clips.insert(place.name);
            NumberCheck numbers;
            const auto checked = checkIdFolder(
                place, faults,
                [&](const std::string& path, const std::string& bytes, const IdImage& image) {
                    checkPalette(path, bytes, faults);
                    numbers.take(path, image, faults);
                });
            if (!checked) return checked.error();
            numbers.end(place.path, faults);
        }
    }
    if (clips.empty()) faults.push_back(folder + ": it has no folder with PNG files");
    checkImageSets(folder, clips, faults);
    return faults;
}

}  // namespace fs2
