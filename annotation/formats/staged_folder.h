// StagedFolder: a folder that is written under another name beside its place and put there as a whole; what
// was not put in place is removed again. One thread.
#pragma once
#include <string>

#include "annotation/core/result.h"

namespace fs2 {

class StagedFolder {
  public:
    /// BadRequest where `path` is a file or a folder that holds something; DiskFull, ReadOnly.
    static Result<StagedFolder> begin(const std::string& path);
    StagedFolder(StagedFolder&& other) noexcept;
    StagedFolder& operator=(StagedFolder&& other) noexcept;
    ~StagedFolder();

    /// Where to write.
    const std::string& path() const { return staged_; }
    /// Makes the folder `below` it, given with '/', and those above; its path.
    Result<std::string> folder(const std::string& below) const;
    Result<void> commit();

  private:
    StagedFolder() = default;
    std::string place_;
    std::string staged_;  ///< empty once it is in place or moved away
};

}  // namespace fs2
