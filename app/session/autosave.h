// Autosave: the save thread. It opens the project file, reads items, writes changes, and collects items
// for an export in small slices, so that writes never wait long. Requests are done in order (unbounded:
// each is one user action or one read); slices of an export come last. What cannot be written is kept
// and tried again with the next write. Called on the GUI thread; answers go to `deliver`. The
// destructor does what waits, then joins.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "annotation/core/mailbox.h"
#include "annotation/store/project_store.h"
#include "app/session/answers.h"
#include "app/session/folder_list.h"

namespace fs2 {

class Autosave {
  public:
    explicit Autosave(Deliver deliver);

    struct Open {
        int project = 0;
        std::string folder;
        std::vector<std::string> files;  ///< absolute; empty = all pictures of the folder
        std::string projectFile;         ///< empty = by the folder
        std::string dataFolder;          ///< for projects of folders that cannot be written
        bool sequence = false;           ///< the folder's pictures are the frames of one clip
    };
    struct Read {
        int project = 0;
        ItemId item;
    };
    struct Write {
        int project = 0;
        std::vector<Change> changes;  ///< empty: what could not be written is tried again
        bool checkpoint = false;      ///< fold the log into the file too
    };
    struct Set {
        std::string key;
        std::string value;
    };
    struct ReadMemory {
        int project = 0;
        ItemId item;
    };
    struct WriteMemory {
        int project = 0;
        ItemId item;
        SavedMemory memory;
    };
    struct LookAtFolder {
        int project = 0;
    };
    struct Close {};
    struct Collect {
        JobId job;
        std::vector<ItemRecord> items;
        std::stop_token stop;
        std::vector<ItemContent> found;
    };
    using Request = std::variant<Open, Read, Write, Set, ReadMemory, WriteMemory, LookAtFolder, Close, Collect>;
    void post(Request request);

  private:
    void run(std::stop_token stop);
    void handle(Open& request);
    void handle(Read& request);
    void handle(Write& request);
    void handle(Set& request);
    void handle(ReadMemory& request);
    void handle(WriteMemory& request);
    void handle(LookAtFolder& request);
    void handle(Close& request);
    void handle(Collect& request);
    Result<OpenedProject> open(const Open& request);
    Result<ItemContent> read(ItemId item);
    Result<void> flush();
    Result<void> checkPlace();

    const Deliver deliver_;
    Mailbox<std::int64_t, Request> mailbox_;
    std::int64_t nextKey_ = 0;  ///< GUI thread
    // Worker thread only.
    std::unique_ptr<ProjectStore> store_;
    int project_ = 0;  ///< of store_
    std::string folder_;
    FolderList list_;
    std::string path_;
    bool wasGone_ = false;
    std::vector<Change> backlog_;  ///< not written yet, in order
    std::deque<Collect> collects_;
    std::jthread thread_;  ///< last: joined first
};

}  // namespace fs2
