// Where a project's file lies. Plain functions; run on the save thread.
#pragma once
#include <memory>
#include <string>

#include "annotation/core/result.h"
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

}  // namespace fs2
