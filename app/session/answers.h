// Answers: the values that workers deliver into the Session's Inbox. Any thread makes them; the GUI
// thread takes them.
#pragma once
#include <QImage>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/prediction.h"
#include "annotation/core/result.h"
#include "annotation/document/document.h"
#include "annotation/store/project_store.h"
#include "app/session/clip_source.h"
#include "app/session/session.h"
#include "model/segmenter.h"

namespace fs2 {

// --- inference
struct ModelLoaded {
    JobId job;
    Result<SegmenterInfo> info;
};
struct ModelsFound {
    std::vector<ModelChoice> choices;
};
struct Clicked {
    JobId job;
    Prompt prompt;
    Result<Prediction> answer;
};
struct Previewed {
    JobId job;
    Result<Prediction> answer;
};
struct SceneSeen {
    JobId job;
    std::int64_t source = 0;  ///< of the Frame
    Result<Scene> scene;
};
struct Prefetched {
    std::int64_t source = 0;  ///< of the Frame
    Result<void> done;
};

// --- decode
enum class DecodeFor { Open, Hover };
struct Decoded {
    ItemId item;
    DecodeFor purpose = DecodeFor::Open;
    Result<Frame> frame;
    std::vector<Frame> halves;  ///< of an opened picture: each half the size of the former, for display
};
struct Thumbnailed {
    ItemId item;
    QImage image;  ///< null where it could not be made
};

// --- save. `project` counts the projects opened in this session: answers of a former one are dropped.
struct OpenedProject {
    std::string folder;
    std::string path;        ///< the .fs2 file
    bool elsewhere = false;  ///< in the data folder
    std::vector<ItemSummary> items;
    std::vector<ClassRecord> classes;
    std::map<std::string, std::string> settings;
};
struct ProjectAnswer {
    int project = 0;
    Result<OpenedProject> opened;
};
struct ItemRead {
    int project = 0;
    ItemId item;
    Result<ItemContent> content;
};
struct Saved {
    int project = 0;
    Result<void> done;
};
struct FolderSeen {
    int project = 0;
    bool there = true;
    std::vector<ItemSummary> appeared;  ///< since the last look
    std::vector<ItemId> vanished;
};

// --- jobs
struct JobProgress {
    JobId job;
    std::int64_t done = 0;
};
struct Collected {
    JobId job;
    Result<std::vector<ItemContent>> items;
};
struct Exported {
    JobId job;
    struct Count {
        int images = 0;
        int objects = 0;
        int unread = 0;  ///< pictures left out because their size could not be read
        int clips = 0;   ///< of an export of clips: `images` are their frames
        std::vector<std::string> warnings;  ///< what the format could not carry, English
    };
    Result<Count> done;
};

// --- clips. `clip` counts the clips that were opened in this session: answers of a former one are dropped.
struct ClipProgress {
    int clip = 0;
    double share = 0;  ///< 0 to 1
};
struct ClipRead {
    int clip = 0;
    Result<ClipFacts> facts;
};
struct ClipShown {
    int clip = 0;
    FrameIndex asked;
    Result<Frame> frame;  ///< its index says which one it is
};
struct ClipThumbnailed {
    int clip = 0;
    FrameIndex frame;
    QImage image;  ///< null where it cannot be made
};
/// One frame of a run.
struct Tracked {
    JobId job;
    FrameIndex frame;
    Frame picture;
    std::vector<LabelRecord> labels;
};
struct RunEnded {
    JobId job;
    Result<void> done;
    int lost = 0;  ///< frames that could not be decoded
};
/// What the model remembers, after each thing that may change it.
struct MemorySeen {
    ItemId item;
    Result<void> done;  ///< what was asked for
    std::vector<MemoryEntryInfo> entries;
    std::int64_t bytes = 0;
};
struct MemorySaved {
    ItemId item;
    SavedMemory memory;
};
struct MemoryRead {
    int project = 0;
    ItemId item;
    Result<SavedMemory> memory;
};
using ClipAnswer = std::variant<ClipProgress, ClipRead, ClipShown, ClipThumbnailed, Tracked, RunEnded, MemorySeen,
                                MemorySaved, MemoryRead>;

using Answer = std::variant<ModelLoaded, ModelsFound, Clicked, Previewed, SceneSeen, Prefetched, Decoded, Thumbnailed,
                            ProjectAnswer, ItemRead, Saved, FolderSeen, JobProgress, Collected, Exported, ClipAnswer>;
using Deliver = std::function<void(Answer)>;

}  // namespace fs2
