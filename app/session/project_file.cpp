#include "app/session/project_file.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "annotation/core/paths.h"
#include "annotation/media/image_list.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;

fs::path placeElsewhere(const fs::path& folder, const fs::path& dataFolder) {
    char hash[17];
    std::snprintf(hash, sizeof hash, "%016llx",
                  static_cast<unsigned long long>(fnv1a64(folder.string())));
    return dataFolder / "projects" / (folder.filename().string() + "-" + hash + ".fs2");
}

Result<ProjectFile> openAt(const fs::path& path, bool elsewhere) {
    auto store = ProjectStore::open(path.string());
    if (!store) return store.error();
    return ProjectFile{std::move(store).value(), elsewhere};
}

}  // namespace

Result<ProjectFile> openProjectFile(const std::string& folder, const std::string& projectFile,
                                    const std::string& dataFolder) {
    std::error_code ignored;
    if (!projectFile.empty()) {
        if (!fs::exists(projectFile, ignored)) {
            return Error{ErrorCode::NotFound, projectFile + ": there is no such file"};
        }
        return openAt(projectFile, fs::path(projectFile).parent_path() == fs::path(dataFolder) / "projects");
    }
    const fs::path home(folder);
    const std::string name = home.filename().empty() ? "project" : home.filename().string();
    const fs::path here = home / (name + ".fs2");
    const fs::path there = placeElsewhere(home, dataFolder);
    const bool isHere = fs::exists(here, ignored);
    if (isHere || !fs::exists(there, ignored)) {
        auto opened = openAt(here, false);
        if (opened || opened.error().code != ErrorCode::ReadOnly) return opened;
    }
    fs::create_directories(there.parent_path(), ignored);
    if (isHere && !fs::exists(there, ignored)) {
        fs::copy_file(here, there, ignored);
        fs::permissions(there, fs::perms::owner_read | fs::perms::owner_write, fs::perm_options::add,
                        ignored);
    }
    return openAt(there, true);
}

Result<std::vector<std::string>> itemPaths(const std::string& folder,
                                           const std::vector<std::string>& files) {
    if (files.empty()) return listImages(folder);
    std::vector<std::string> paths;
    for (const std::string& file : files) {
        std::error_code ignored;
        if (!fs::exists(file, ignored)) {
            return Error{ErrorCode::NotFound, file + ": there is no such file"};
        }
        const fs::path relative = fs::path(file).lexically_relative(folder);
        const bool inside = !relative.empty() && *relative.begin() != "..";
        paths.push_back(inside ? relative.generic_string() : file);
    }
    return paths;
}

std::vector<ItemSummary> joinedItems(std::vector<std::string> paths,
                                     std::vector<ProjectSummary::Item> known, bool keepMissing) {
    std::unordered_map<std::string, std::size_t> byPath;
    std::int64_t lastId = 0;
    for (std::size_t i = 0; i < known.size(); ++i) {
        byPath[known[i].record.path] = i;
        lastId = std::max(lastId, known[i].record.id.value);
    }
    std::unordered_set<std::string> listed;
    std::vector<ItemSummary> items;
    items.reserve(paths.size());
    for (std::string& path : paths) {
        if (!listed.insert(path).second) continue;
        ItemSummary item;
        if (const auto at = byPath.find(path); at != byPath.end()) {
            item.record = std::move(known[at->second].record);
            item.objects = std::exchange(known[at->second].objects, 0);
        } else {
            item.record.id = {++lastId};
            item.record.path = std::move(path);
        }
        items.push_back(std::move(item));
    }
    for (ProjectSummary::Item& item : known) {
        if (!keepMissing || item.objects == 0 || listed.count(item.record.path)) continue;
        items.push_back({std::move(item.record), item.objects, true});
    }
    return items;
}

}  // namespace fs2
