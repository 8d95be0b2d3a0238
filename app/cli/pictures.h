// pictures: which pictures the arguments of a command mean, and how the files made of them are called.
// Main thread.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "annotation/core/result.h"

namespace fs2::cli {

/// Folders become their pictures. A folder that cannot be listed stays, and fails as a picture does.
std::vector<std::string> picturesOf(const std::vector<std::string>& paths);

/// Names below the deepest folder that holds all pictures.
class PictureNames {
  public:
    explicit PictureNames(const std::vector<std::string>& pictures);
    std::string relative(const std::string& picture) const;
    /// Without its ending, which stays in the name where two would fall together.
    std::string outputName(const std::string& picture) const;

  private:
    std::filesystem::path folder_;
    std::map<std::string, int> stems_;  ///< pictures whose names differ in their ending only
};

/// Makes the folder that the file is to lie in.
Result<void> makeFolderOf(const std::string& file);

}  // namespace fs2::cli
