#include "annotation/metrics/vos_sequences.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>
#include <string_view>

#include "annotation/core/files.h"
#include "annotation/core/paths.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;

bool isFolder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

bool hasEnding(const fs::path& file, const std::vector<std::string_view>& endings) {
    std::string ending = file.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return char(std::tolower(c)); });
    return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

/// What lies in a folder, in natural order of the names.
Result<std::vector<fs::path>> listed(const fs::path& folder) {
    std::error_code fault;
    std::vector<fs::path> entries;
    fs::directory_iterator entry(folder, fault);
    for (; !fault && entry != fs::directory_iterator(); entry.increment(fault))
        entries.push_back(entry->path());
    if (fault) return fileError(folder.string(), fault.value(), FileUse::Reading);
    std::sort(entries.begin(), entries.end(), [](const fs::path& a, const fs::path& b) {
        return naturalLess(a.filename().string(), b.filename().string());
    });
    return entries;
}

/// A sequence's two folders.
struct Place {
    std::string name;
    fs::path frames;
    fs::path masks;
};

/// Sequences that have a folder below each of the two.
Result<std::vector<Place>> sideBySide(const fs::path& frames, const fs::path& masks) {
    const auto entries = listed(frames);
    if (!entries) return entries.error();
    std::vector<Place> places;
    for (const auto& entry : *entries)
        if (isFolder(entry) && isFolder(masks / entry.filename()))
            places.push_back({entry.filename().string(), entry, masks / entry.filename()});
    return places;
}

Result<std::vector<Place>> placesIn(const fs::path& root) {
    constexpr std::array<std::array<const char*, 2>, 3> kLayouts{{{"img", "mask"},
                                                                  {"JPEGImages/480p", "Annotations/480p"},
                                                                  {"JPEGImages", "Annotations"}}};
    for (const auto& [frames, masks] : kLayouts)
        if (isFolder(root / frames) && isFolder(root / masks))
            return sideBySide(root / frames, root / masks);
    const auto entries = listed(root);
    if (!entries) return entries.error();
    std::vector<Place> places;
    for (const auto& entry : *entries)
        if (isFolder(entry / "img") && isFolder(entry / "mask"))
            places.push_back({entry.filename().string(), entry / "img", entry / "mask"});
    return places;
}

Result<VosSequence> sequenceAt(const Place& place) {
    const auto frames = listed(place.frames);
    if (!frames) return frames.error();
    const auto masks = listed(place.masks);
    if (!masks) return masks.error();
    std::map<std::string, std::string> byStem;
    for (const auto& mask : *masks)
        if (hasEnding(mask, {".png"})) byStem[mask.stem().string()] = mask.string();
    VosSequence sequence{place.name, {}, {}};
    for (const auto& frame : *frames) {
        if (!hasEnding(frame, {".jpg", ".jpeg", ".png"})) continue;
        const auto mask = byStem.extract(frame.stem().string());
        sequence.frames.push_back(frame.string());
        sequence.masks.push_back(mask ? mask.mapped() : std::string());
    }
    if (!byStem.empty())
        return Error{ErrorCode::Unreadable, byStem.begin()->second + ": there is no frame of that name"};
    if (sequence.frames.empty())
        return Error{ErrorCode::NotFound, place.frames.string() + ": no pictures in it"};
    if (sequence.masks.front().empty())
        return Error{ErrorCode::Unreadable, sequence.frames.front() + ": the first frame has no mask in " +
                                                place.masks.string()};
    return sequence;
}

}  // namespace

Result<std::vector<VosSequence>> findVosSequences(const std::string& root,
                                                  const std::vector<std::string>& only) {
    const auto places = placesIn(root);
    if (!places) return places.error();
    for (const auto& name : only)
        if (std::none_of(places->begin(), places->end(), [&](const Place& p) { return p.name == name; }))
            return Error{ErrorCode::NotFound, root + ": there is no sequence " + name};
    std::vector<VosSequence> sequences;
    for (const auto& place : *places) {
        if (!only.empty() && std::find(only.begin(), only.end(), place.name) == only.end()) continue;
        auto sequence = sequenceAt(place);
        if (!sequence) return sequence.error();
        sequences.push_back(std::move(*sequence));
    }
    if (sequences.empty())
        return Error{ErrorCode::NotFound,
                     root + ": no clips with masks (img/SEQ + mask/SEQ, SEQ/img + SEQ/mask or "
                            "JPEGImages/480p/SEQ + Annotations/480p/SEQ)"};
    return sequences;
}

}  // namespace fs2
