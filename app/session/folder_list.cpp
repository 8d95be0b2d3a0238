#include "app/session/folder_list.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "annotation/core/paths.h"
#include "annotation/media/folder_layout.h"
#include "annotation/media/image_list.h"
#include "app/session/clip_source.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;

/// File systems keep times in steps of up to two seconds: a folder changed so lately may change once more
/// without another time.
constexpr std::chrono::seconds kTimeStep(2);

}  // namespace

FolderList::FolderList(std::string folder, std::vector<std::string> files, bool sequence)
    : folder_(std::move(folder)), files_(std::move(files)), sequence_(sequence) {}

bool FolderList::mayDiffer() {
    std::error_code fault;
    const auto now = fs::last_write_time(folder_, fault);
    if (fault) return false;
    const bool lately = fs::file_time_type::clock::now() - now < kTimeStep;
    return std::exchange(time_, now) != now || lately;
}

Result<std::vector<std::string>> FolderList::present() const {
    if (files_.empty()) return presentInFolder();
    std::vector<std::string> paths;
    for (const std::string& file : files_) {
        std::error_code ignored;
        if (!fs::exists(file, ignored)) continue;
        paths.push_back(relative(file));
    }
    return paths;
}

std::string FolderList::relative(const std::string& path) const {
    const fs::path relative = fs::path(path).lexically_relative(folder_);
    const bool inside = !relative.empty() && *relative.begin() != "..";
    return inside ? relative.generic_string() : path;
}

Result<std::vector<std::string>> FolderList::presentInFolder() const {
    auto images = listImages(folder_);
    if (!images) return images;
    if (sequence_) return std::vector<std::string>(images->empty() ? 0 : 1, ".");
    std::vector<std::string> paths;
    if (const auto clips = clipsOfFolder(folder_)) {
        for (const ClipFolder& clip : *clips) paths.push_back(relative(clip.frames));
    }
    if (!paths.empty()) return paths;
    paths = std::move(*images);
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
        if (isFilmName(entry.path().string())) paths.push_back(entry.path().filename().string());
    }
    std::sort(paths.begin(), paths.end(), naturalLess);
    return paths;
}

/// A folder that is itself the clip is shown by its name.
void FolderList::describe(ItemSummary& item) const {
    const fs::path path = fs::path(folder_) / item.record.path;
    item.kind = kindOf(path.string());
    if (item.record.path == ".") item.name = fs::path(folder_).filename().string();
}

Result<std::vector<ItemSummary>> FolderList::open(Known known) {
    for (const std::string& file : files_) {
        std::error_code ignored;
        if (!fs::exists(file, ignored)) {
            return Error{ErrorCode::NotFound, file + ": there is no such file"};
        }
    }
    mayDiffer();
    auto paths = present();
    if (!paths) return paths.error();
    for (const ProjectSummary::Item& item : known) {
        lastId_ = std::max(lastId_, item.record.id.value);
    }
    there_.insert(paths->begin(), paths->end());
    std::vector<ProjectSummary::Item> lost;
    if (files_.empty()) {
        for (const ProjectSummary::Item& item : known) {
            if (item.objects > 0 && !there_.count(item.record.path)) lost.push_back(item);
        }
    }
    std::vector<ItemSummary> items = adopt(std::move(*paths), std::move(known));
    for (ProjectSummary::Item& item : lost) {
        ids_[item.record.path] = item.record.id;
        ItemSummary summary{std::move(item.record), item.objects, true};
        describe(summary);
        items.push_back(std::move(summary));
    }
    return items;
}

FolderList::Difference FolderList::look() {
    Difference difference;
    if (!mayDiffer()) return difference;
    const auto paths = present();
    if (!paths) return difference;
    std::unordered_set<std::string> now(paths->begin(), paths->end());
    for (const std::string& path : *paths) {
        if (!there_.count(path)) difference.appeared.push_back(path);
    }
    for (const std::string& path : there_) {
        if (!now.count(path)) difference.vanished.push_back(ids_[path]);
    }
    there_ = std::move(now);
    return difference;
}

std::vector<ItemSummary> FolderList::adopt(std::vector<std::string> appeared, Known known) {
    std::unordered_map<std::string, std::size_t> byPath;
    for (std::size_t i = 0; i < known.size(); ++i) byPath[known[i].record.path] = i;
    std::unordered_set<std::string> taken;
    std::vector<ItemSummary> items;
    items.reserve(appeared.size());
    for (std::string& path : appeared) {
        if (!taken.insert(path).second) continue;
        ItemSummary item;
        if (const auto at = byPath.find(path); at != byPath.end()) {
            item.record = std::move(known[at->second].record);
            item.objects = known[at->second].objects;
        } else {
            const auto before = ids_.find(path);
            item.record.id = before != ids_.end() ? before->second : ItemId{++lastId_};
            item.record.path = std::move(path);
        }
        ids_[item.record.path] = item.record.id;
        describe(item);
        items.push_back(std::move(item));
    }
    return items;
}

}  // namespace fs2
