// Where a project's file lies, and how a folder's pictures meet what the project knows. Plain functions;
// run on the save thread.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "annotation/core/result.h"
#include "annotation/document/document.h"
#include "annotation/store/project_store.h"

namespace fs2 {

struct ProjectFile {
    std::unique_ptr<ProjectStore> store;
    bool elsewhere = false;  ///< in the data folder
};

/// <folder>/<folder name>.fs2, or <dataFolder>/projects/<name>-<hash>.fs2 where that cannot be written (a copy
/// of the folder's own file, where there is one). `projectFile`, if not empty, is opened as it is.
Result<ProjectFile> openProjectFile(const std::string& folder, const std::string& projectFile,
                                    const std::string& dataFolder);

/// Paths of the pictures, relative to `folder` where they lie in it. `files` empty = the folder's, in natural
/// order. NotFound where a file or the folder is not there.
Result<std::vector<std::string>> itemPaths(const std::string& folder,
                                           const std::vector<std::string>& files);

/// Every picture with its record, or a new one; with `keepMissing` also the labelled ones whose file is gone.
std::vector<ItemSummary> joinedItems(std::vector<std::string> paths,
                                     std::vector<ProjectSummary::Item> known, bool keepMissing);

}  // namespace fs2
