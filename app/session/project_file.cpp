#include "app/session/project_file.h"

#include <cstdio>
#include <filesystem>
#include <utility>

#include "annotation/core/paths.h"

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

}  // namespace fs2
