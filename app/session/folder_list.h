// FolderList: which pictures, films and clips a project lists, and which appeared or vanished since the last
// look. Owned by Autosave; save thread only.
#pragma once
#include <filesystem>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "annotation/core/result.h"
#include "annotation/document/document.h"
#include "annotation/store/project_store.h"

namespace fs2 {

class FolderList {
  public:
    FolderList() = default;
    /// `files` (absolute) empty = all pictures and films of the folder in natural order, or its clips where it
    /// has a layout of clips. `sequence`: the folder is one clip, whatever its layout.
    FolderList(std::string folder, std::vector<std::string> files, bool sequence = false);

    using Known = std::vector<ProjectSummary::Item>;
    /// The first look: every picture with its record, or a new one; of a whole folder also the labelled ones
    /// whose file is gone. NotFound where the folder or a file is not there.
    Result<std::vector<ItemSummary>> open(Known known);

    /// Paths relative to the folder where they lie in it, as in ItemRecord.
    struct Difference {
        std::vector<std::string> appeared;
        std::vector<ItemId> vanished;
        bool empty() const { return appeared.empty() && vanished.empty(); }
    };
    /// What has changed since the last look. A folder whose own time is the same is not read again.
    Difference look();
    /// Records of what appeared: what the project or an earlier look knows, or new ones.
    std::vector<ItemSummary> adopt(std::vector<std::string> appeared, Known known);

  private:
    Result<std::vector<std::string>> present() const;
    Result<std::vector<std::string>> presentInFolder() const;
    void describe(ItemSummary& item) const;
    std::string relative(const std::string& path) const;
    bool mayDiffer();

    std::string folder_;
    std::vector<std::string> files_;
    bool sequence_ = false;
    std::unordered_set<std::string> there_;
    std::unordered_map<std::string, ItemId> ids_;  ///< of all that was ever listed
    std::int64_t lastId_ = 0;
    std::filesystem::file_time_type time_{};  ///< of the folder at the last look
};

}  // namespace fs2
