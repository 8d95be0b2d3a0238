#include "annotation/formats/staged_folder.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "annotation/core/files.h"

namespace fs2 {

namespace fs = std::filesystem;

Result<StagedFolder> StagedFolder::begin(const std::string& path) {
    std::error_code fault;
    const bool folder = fs::is_directory(path, fault);
    if (!folder && fs::exists(path, fault)) {
        return Error{ErrorCode::BadRequest, path + ": this is a file, a folder is needed"};
    }
    if (folder && !fs::is_empty(path, fault)) {
        return Error{ErrorCode::BadRequest, path + ": the folder is not empty; name a new one"};
    }
    StagedFolder staged;
    // "OUT/" is OUT.
    staged.place_ = fs::path(path).has_filename() ? path : fs::path(path).parent_path().string();
    const fs::path above = fs::path(staged.place_).parent_path();
    fault.clear();
    if (!above.empty()) fs::create_directories(above, fault);
    for (int i = 0; !fault && staged.staged_.empty(); ++i) {
        const std::string name = staged.place_ + ".part" + (i == 0 ? "" : std::to_string(i));
        if (fs::create_directory(name, fault)) staged.staged_ = name;
    }
    if (fault) return fileError(path, fault.value(), FileUse::Writing);
    return staged;
}

StagedFolder::StagedFolder(StagedFolder&& other) noexcept
    : place_(std::move(other.place_)), staged_(std::exchange(other.staged_, {})) {}

StagedFolder& StagedFolder::operator=(StagedFolder&& other) noexcept {
    std::swap(place_, other.place_);
    std::swap(staged_, other.staged_);
    return *this;
}

StagedFolder::~StagedFolder() {
    std::error_code ignored;
    if (!staged_.empty()) fs::remove_all(staged_, ignored);
}

Result<std::string> StagedFolder::folder(const std::string& below) const {
    const std::string path = staged_ + "/" + below;
    std::error_code fault;
    fs::create_directories(path, fault);
    if (fault) return fileError(path, fault.value(), FileUse::Writing);
    return path;
}

Result<void> StagedFolder::commit() {
    std::error_code fault;
    fs::rename(staged_, place_, fault);  // takes the place of an empty folder too
    if (fault) return fileError(place_, fault.value(), FileUse::Writing);
    staged_.clear();
    return {};
}

}  // namespace fs2
