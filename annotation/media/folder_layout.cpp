#include "annotation/media/folder_layout.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "annotation/core/files.h"
#include "annotation/core/paths.h"
#include "annotation/media/image_list.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFrames = "JPEGImages";
constexpr const char* kMasks[] = {"Annotations", "Annotations_unsupervised"};
constexpr const char* kUsualSize = "480p";  ///< DAVIS has the same sequences in several sizes
/// Where a folder `img` alone says nothing: photos with masks are kept so too.
constexpr const char* kPlainFrames = "img";
constexpr const char* kPlainMasks = "mask";

bool isFolder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

std::vector<std::string> pictures(const fs::path& folder) {
    auto names = listImages(folder.string());
    return names ? std::move(*names) : std::vector<std::string>();
}

/// Folders in it, as a person counts.
std::vector<std::string> folders(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code fault;
    for (fs::directory_iterator entry(folder, fault); !fault && entry != fs::directory_iterator();
         entry.increment(fault)) {
        const std::string name = entry->path().filename().string();
        if (!name.starts_with('.') && isFolder(entry->path())) names.push_back(name);
    }
    std::sort(names.begin(), names.end(), naturalLess);
    return names;
}

/// Names that differ by their last number alone: frames, not photos.
bool isNumbered(const std::vector<std::string>& names) {
    const auto letters = [](const std::string& name, std::size_t& digits) {
        std::string stem = fs::path(name).stem().string();
        digits = 0;
        while (!stem.empty() && std::isdigit(static_cast<unsigned char>(stem.back())) != 0) {
            stem.pop_back();
            ++digits;
        }
        return stem;
    };
    std::size_t first = 0;
    if (names.size() < 2) return false;
    const std::string prefix = letters(names.front(), first);
    return first > 0 && std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        std::size_t digits = 0;
        return letters(name, digits) == prefix && digits > 0;
    });
}

std::string ifFolder(const fs::path& path) { return isFolder(path) ? path.string() : std::string(); }

/// `frames` as a clip, its masks at the same place below `masks` of the same root.
ClipFolder clipBelow(const fs::path& root, const fs::path& place) {
    ClipFolder clip{place.filename().string(), (root / kFrames / place).string(), {}};
    for (const char* masks : kMasks) {
        if (clip.masks.empty()) clip.masks = ifFolder(root / masks / place);
    }
    return clip;
}

/// The sequences in ROOT/JPEGImages/`place`.
void addSequences(const fs::path& root, const fs::path& place, std::vector<ClipFolder>& clips) {
    for (const std::string& name : folders(root / kFrames / place)) {
        if (!pictures(root / kFrames / place / name).empty()) {
            clips.push_back(clipBelow(root, place / name));
        }
    }
}

/// ROOT/JPEGImages[/480p]/SEQ.
std::vector<ClipFolder> davisClips(const fs::path& root) {
    std::vector<ClipFolder> clips;
    addSequences(root, "", clips);
    if (!clips.empty()) return clips;
    std::vector<std::string> sizes = folders(root / kFrames);
    std::stable_partition(sizes.begin(), sizes.end(), [](const auto& n) { return n == kUsualSize; });
    for (const std::string& size : sizes) {
        addSequences(root, size, clips);
        if (!clips.empty()) break;
    }
    return clips;
}

/// The folder lies in a DAVIS tree: JPEGImages, JPEGImages/480p or JPEGImages/480p/SEQ.
std::vector<ClipFolder> insideDavis(const fs::path& folder) {
    std::vector<ClipFolder> clips;
    fs::path place;
    constexpr int kDeepest = 3;
    fs::path at = folder;
    for (int depth = 0; depth < kDeepest && at.has_filename(); ++depth, at = at.parent_path()) {
        if (at.filename() == kFrames) {
            const fs::path root = at.parent_path();
            if (place.empty()) return davisClips(root);
            if (!pictures(folder).empty()) return {clipBelow(root, place)};
            addSequences(root, place, clips);
            return clips;
        }
        place = place.empty() ? at.filename() : at.filename() / place;
    }
    return clips;
}

/// SEQ/img + SEQ/mask.
std::vector<ClipFolder> plainClip(const fs::path& sequence) {
    const fs::path frames = sequence / kPlainFrames, masks = sequence / kPlainMasks;
    if (pictures(masks).empty() || !isNumbered(pictures(frames))) return {};
    return {{sequence.filename().string(), frames.string(), masks.string()}};
}

/// ROOT/img/SEQ + ROOT/mask/SEQ.
std::vector<ClipFolder> plainTree(const fs::path& root) {
    std::vector<ClipFolder> clips;
    if (!isFolder(root / kPlainMasks)) return clips;
    for (const std::string& name : folders(root / kPlainFrames)) {
        const fs::path frames = root / kPlainFrames / name;
        if (!isNumbered(pictures(frames))) continue;
        clips.push_back({name, frames.string(), ifFolder(root / kPlainMasks / name)});
    }
    return clips;
}

/// The folder is img of SEQ/img, img of img/SEQ, or SEQ of img/SEQ.
std::vector<ClipFolder> insidePlain(const fs::path& folder) {
    const fs::path parent = folder.parent_path();
    if (folder.filename() == kPlainFrames) {
        auto clips = plainClip(parent);
        return clips.empty() ? plainTree(parent) : clips;
    }
    if (parent.filename() != kPlainFrames) return {};
    auto clips = plainTree(parent.parent_path());
    std::erase_if(clips, [&](const ClipFolder& c) { return c.frames != folder.string(); });
    return clips;
}

std::vector<ClipFolder> recognised(const fs::path& folder) {
    if (auto clips = insideDavis(folder); !clips.empty()) return clips;
    if (auto clips = insidePlain(folder); !clips.empty()) return clips;
    if (!pictures(folder).empty()) return {};
    if (auto clips = davisClips(folder); !clips.empty()) return clips;
    if (auto clips = plainClip(folder); !clips.empty()) return clips;
    if (auto clips = plainTree(folder); !clips.empty()) return clips;
    std::vector<ClipFolder> clips;
    for (const std::string& name : folders(folder)) {
        for (auto& clip : plainClip(folder / name)) clips.push_back(std::move(clip));
    }
    return clips;
}

}  // namespace

Result<std::vector<ClipFolder>> clipsOfFolder(const std::string& folder) {
    std::error_code fault;
    const fs::directory_iterator readable(folder, fault);
    if (fault) {
        return Error{ErrorCode::NotFound,
                     fileError(folder, fault.value(), FileUse::Reading).detail};
    }
    const fs::path whole = (fs::absolute(folder, fault) / "").lexically_normal();
    return recognised(whole.parent_path());  // without the slash at the end
}

}  // namespace fs2
