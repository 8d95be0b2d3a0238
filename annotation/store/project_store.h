// ProjectStore: a project as one .fs2 file (SQLite, write-ahead log). Values in, values out. One thread
// (the Session's save thread, or the command line's). While it is open no other process can open it.
// Errors name the file: ReadOnly, DiskFull, Unreadable (damaged or foreign), Unsupported (of a newer
// version), BadRequest (open elsewhere), NotFound (no such folder).
#pragma once
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "annotation/core/records.h"
#include "annotation/core/result.h"

namespace fs2 {

/// All that a list of items shows; no masks are read for it.
struct ProjectSummary {
    struct Item {
        ItemRecord record;
        int objects = 0;
    };
    std::vector<Item> items;  ///< by id; only items that were ever changed have a row
    std::vector<ClassRecord> classes;  ///< id = index + 1, the removed ones too
    std::map<std::string, std::string> settings;
};

struct SavedMemory {
    std::string weightsId;
    std::string data;  ///< bytes; empty = nothing is remembered
};

class ProjectStore {
  public:
    static constexpr int kVersion = 2;

    /// Opens the file, or makes it. One of an older version is brought to this one first, all or nothing.
    static Result<std::unique_ptr<ProjectStore>> open(const std::string& path);
    ~ProjectStore();  ///< closes; the log is folded into the file

    const std::string& path() const { return path_; }
    Result<ProjectSummary> summary();
    /// Objects and labels of one item; empty lists for an item without a row.
    Result<ItemContent> item(ItemId item);
    /// All rows or none.
    Result<void> write(const std::vector<Change>& changes);
    /// What a model remembers of a clip, as its StreamingMemory saved it. No item row, no memory: it is dropped.
    Result<void> setMemory(ItemId item, const SavedMemory& memory);
    /// An empty one where there is none.
    Result<SavedMemory> memory(ItemId item);
    Result<void> setSetting(const std::string& key, const std::string& value);
    /// Folds the log into the file, so that the .fs2 alone holds everything.
    Result<void> checkpoint();

  private:
    struct Connection;
    ProjectStore(std::string path, std::unique_ptr<Connection> connection);
    std::string path_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace fs2
