#include "annotation/formats/id_folders.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "annotation/core/files.h"
#include "annotation/media/png_io.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;

bool isPng(const std::string& name) { return name.ends_with(".png") && name.size() > 4; }

std::string sizeOf(int width, int height) {
    return std::to_string(width) + " x " + std::to_string(height);
}

std::vector<std::string_view> splitAt(char separator, std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0;;) {
        const std::size_t end = text.find(separator, at);
        parts.push_back(text.substr(at, end - at));
        if (end == std::string_view::npos) return parts;
        at = end + 1;
    }
}

/// Without what would end the field or the line.
std::string field(std::string text) {
    std::replace_if(text.begin(), text.end(),
                    [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    return text;
}

/// Adds to each object its mask of this frame.
void addFrame(const IdImage& image, int frame, std::uint16_t background,
              std::map<std::uint16_t, ClipObject>& objects) {
    std::vector<bool> seen(1 << 16);
    for (const std::uint16_t id : image.ids) seen[id] = true;
    for (std::size_t id = 1; id < seen.size(); ++id) {
        if (!seen[id] || id == background) continue;
        ClipObject& object = objects[std::uint16_t(id)];
        object.number = int(id);
        object.labels.push_back({frame, maskOfId(image, std::uint16_t(id))});
    }
}

}  // namespace

Result<std::vector<std::string>> namesIn(const std::string& folder) {
    std::error_code fault;
    std::vector<std::string> names;
    fs::directory_iterator entry(folder, fault);
    for (; !fault && entry != fs::directory_iterator(); entry.increment(fault)) {
        names.push_back(entry->path().filename().string());
    }
    if (fault) return fileError(folder, fault.value(), FileUse::Reading);
    std::sort(names.begin(), names.end());
    return names;
}

Result<std::vector<IdFolder>> idFoldersIn(const std::string& path) {
    const auto names = namesIn(path);
    if (!names) return names.error();
    if (std::any_of(names->begin(), names->end(), isPng)) {
        const fs::path place = fs::absolute(path).lexically_normal();
        const fs::path last = place.has_filename() ? place.filename() : place.parent_path().filename();
        return std::vector<IdFolder>{{last.string(), path}};
    }
    std::vector<IdFolder> folders;
    for (const std::string& name : *names) {
        const std::string below = path + "/" + name;
        std::error_code ignored;
        if (!fs::is_directory(below, ignored)) continue;
        const auto files = namesIn(below);
        if (!files) return files.error();
        if (std::any_of(files->begin(), files->end(), isPng)) folders.push_back({name, below});
    }
    return folders;
}

Result<ClipLabels> readIdFolder(const IdFolder& folder, std::uint16_t background) {
    const auto names = namesIn(folder.path);
    if (!names) return names.error();
    ClipLabels clip;
    clip.name = folder.name;
    std::map<std::uint16_t, ClipObject> objects;
    for (const std::string& name : *names) {
        if (!isPng(name)) continue;
        const auto image = readIdImage(folder.path + "/" + name);
        if (!image) return image.error();
        if (clip.frames > 0 && (image->width != clip.width || image->height != clip.height)) {
            return Error{ErrorCode::Unreadable, folder.path + "/" + name + ": it has " +
                                                    sizeOf(image->width, image->height) +
                                                    " pixels, the frames before it " +
                                                    sizeOf(clip.width, clip.height)};
        }
        clip.width = image->width;
        clip.height = image->height;
        addFrame(*image, clip.frames++, background, objects);
        clip.files.push_back(name);
    }
    for (auto& [id, object] : objects) clip.objects.push_back(std::move(object));
    return clip;
}

Result<void> checkIdFolder(const IdFolder& folder, Faults& faults, const TakeIdImage& take) {
    const auto names = namesIn(folder.path);
    if (!names) return names.error();
    int width = 0, height = 0;
    for (const std::string& name : *names) {
        const std::string path = folder.path + "/" + name;
        if (!isPng(name)) {
            faults.push_back(path + ": only PNG files belong here; each file is counted as a frame");
            continue;
        }
        const auto bytes = readWholeFile(path);
        const auto image = bytes ? parseIdImage(*bytes, path) : bytes.error();
        if (!image) {
            faults.push_back(image.error().detail);
            continue;
        }
        if (width > 0 && (image->width != width || image->height != height)) {
            faults.push_back(path + ": it has " + sizeOf(image->width, image->height) +
                             " pixels, the first frame " + sizeOf(width, height));
        } else {
            width = image->width;
            height = image->height;
        }
        take(path, *bytes, *image);
    }
    return {};
}

Result<void> writeIdFolder(ClipJob& job, std::size_t clip, const std::string& folder,
                           const std::vector<std::uint16_t>& numbers) {
    for (int frame = 0; frame < job.clip(clip).frames; ++frame) {
        if (auto on = job.goOn(); !on) return on;
        const std::string path = folder + "/" + job.frameName(clip, frame) + ".png";
        if (auto written = writeIdPng(path, job.painted(clip, frame, numbers)); !written) {
            return written;
        }
    }
    job.tellOverlaps(clip);
    return {};
}

std::string objectLines(const ClipJob& job, std::size_t clip,
                        const std::vector<std::uint16_t>& numbers) {
    std::map<int, std::string> lines;
    const ClipLabels& labels = job.clip(clip);
    for (std::size_t k = 0; k < labels.objects.size(); ++k) {
        if (numbers[k] == 0) continue;
        const ClipObject& object = labels.objects[k];
        const std::string category =
            object.category < 0 ? "" : labels.categories[std::size_t(object.category)].name;
        lines[numbers[k]] = field(job.name(clip)) + "\t" + std::to_string(numbers[k]) + "\t" +
                            field(category) + "\t" + field(object.name) + "\n";
    }
    std::string text;
    for (const auto& [number, line] : lines) text += line;
    return text;
}

ObjectList parseObjectList(std::string_view text, const std::string& name, Faults& faults) {
    ObjectList list;
    int line = 0;
    for (const std::string_view row : splitAt('\n', text)) {
        ++line;
        if (row.empty()) continue;
        const std::string at = name + ":" + std::to_string(line) + ": ";
        const auto fields = splitAt('\t', row);
        int number = 0;
        if (fields.size() != 4) {
            faults.push_back(at + "four fields with tabs between are needed: clip, number, class, name");
        } else if (const auto [end, fault] =
                       std::from_chars(fields[1].data(), fields[1].data() + fields[1].size(), number);
                   fault != std::errc() || end != fields[1].data() + fields[1].size() || number < 1) {
            faults.push_back(at + "\"" + std::string(fields[1]) + "\" is no number of an object");
        } else if (!list[std::string(fields[0])]
                        .emplace(number, ListedObject{std::string(fields[2]), std::string(fields[3])})
                        .second) {
            faults.push_back(at + "object " + std::to_string(number) + " stands there twice");
        }
    }
    return list;
}

void nameObjects(Clips& clips, const std::string& folder) {
    const auto text = readWholeFile(folder + "/" + kObjectList);
    if (!text) return;  // other programs write none
    Faults ignored;
    const ObjectList list = parseObjectList(*text, kObjectList, ignored);
    for (ClipLabels& clip : clips) {
        const auto listed = list.find(clip.name);
        if (listed == list.end()) continue;
        std::map<std::string, int> categories;
        for (ClipObject& object : clip.objects) {
            const auto found = listed->second.find(object.number);
            if (found == listed->second.end()) continue;
            object.name = found->second.name;
            const std::string& category = found->second.category;
            if (category.empty()) continue;
            const auto [place, added] = categories.emplace(category, int(clip.categories.size()));
            if (added) clip.categories.push_back({category, ""});
            object.category = place->second;
        }
    }
}

}  // namespace fs2
