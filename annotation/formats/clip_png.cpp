// Plain PNG files: CLIP/00000.png, a pixel is its object's number (8 bits indexed, 16 bits grey where a
// number needs them), and objects.txt.
#include <filesystem>
#include <limits>
#include <set>

#include "annotation/core/files.h"
#include "annotation/formats/clip_formats.h"
#include "annotation/formats/id_folders.h"

namespace fs2 {
namespace {

constexpr std::size_t kMostObjects = std::numeric_limits<std::uint16_t>::max();

std::vector<std::uint16_t> pngNumbers(ClipJob& job, std::size_t clip) {
    std::vector<std::uint16_t> numbers(job.clip(clip).objects.size());
    const auto seen = job.seenObjects(clip);
    for (std::size_t i = 0; i < seen.size() && i < kMostObjects; ++i) {
        numbers[seen[i]] = std::uint16_t(i + 1);
    }
    if (seen.size() > kMostObjects) {
        job.warn(ClipWarning::Kind::TooManyObjects,
                 job.name(clip) + ": 16 bits hold 65,535 objects, " +
                     std::to_string(seen.size() - kMostObjects) + " are left out");
    }
    return numbers;
}

}  // namespace

Result<void> writePngClips(ClipJob& job, const StagedFolder& to) {
    std::string objects;
    for (std::size_t clip = 0; clip < job.count(); ++clip) {
        const auto folder = to.folder(job.name(clip));
        if (!folder) return folder.error();
        const auto numbers = pngNumbers(job, clip);
        if (auto written = writeIdFolder(job, clip, *folder, numbers); !written) return written;
        objects += objectLines(job, clip, numbers);
    }
    auto listed = writeWholeFile(to.path() + "/" + kObjectList, objects);
    if (!listed || !job.options().copyPictures) return listed;
    const auto pictures = to.folder("JPEGImages");
    if (!pictures) return pictures.error();
    return job.writePictures(*pictures);
}

Result<Clips> readPngClips(const std::string& folder) {
    const auto places = idFoldersIn(folder);
    if (!places) return places.error();
    if (places->empty()) return Error{ErrorCode::NotFound, folder + ": it has no PNG files"};
    Clips clips;
    for (const IdFolder& place : *places) {
        auto clip = readIdFolder(place);
        if (!clip) return clip.error();
        clips.push_back(std::move(*clip));
    }
    nameObjects(clips, folder);
    return clips;
}

Result<Faults> checkPngClips(const std::string& folder) {
    const auto places = idFoldersIn(folder);
    if (!places) return places.error();
    Faults faults;
    if (places->empty()) faults.push_back(folder + ": it has no PNG files");
    const auto text = readWholeFile(folder + "/" + kObjectList);
    ObjectList list;
    if (text) list = parseObjectList(*text, folder + "/" + kObjectList, faults);
    for (const IdFolder& place : *places) {
        std::set<int> used;
        const auto checked =
            checkIdFolder(place, faults, [&](const std::string&, const std::string&, const IdImage& image) {
                used.insert(image.ids.begin(), image.ids.end());
            });
        if (!checked) return checked.error();
        const auto& listed = list[place.name];
        for (const int id : used) {
            if (text && id != 0 && !listed.contains(id)) {
                faults.push_back(place.path + ": object " + std::to_string(id) + " is not in " +
                                 kObjectList);
            }
        }
    }
    return faults;
}

}  // namespace fs2
