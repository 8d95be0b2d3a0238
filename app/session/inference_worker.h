// InferenceWorker: the thread on which the Segmenter is made, used and destroyed. Requests wait in a
// keyed mailbox (the latest of a key wins), in the order load, click, preview, memory, run, scene, prefetch.
// Called on the GUI thread; answers go to `deliver`. The destructor stops, saves memory where that was asked for, and
// joins.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>
#include <variant>

#include "annotation/core/mailbox.h"
#include "app/session/answers.h"
#include "app/session/propagation.h"

namespace fs2 {

class InferenceWorker {
  public:
    using Factory = std::function<Result<std::unique_ptr<Segmenter>>(const SegmenterOptions&)>;
    InferenceWorker(Factory factory, Deliver deliver);
    ~InferenceWorker();

    struct Load {
        JobId job;
        SegmenterOptions options;
    };
    struct Find {};
    struct Click {
        JobId job;
        Frame frame;
        Prompt prompt;
        Mask prior;  ///< null = none
    };
    struct Preview {
        JobId job;
        Frame frame;
        Prompt prompt;
        Mask prior;
    };
    struct LookAtScene {
        JobId job;
        Frame frame;
        std::stop_token stop;
    };
    struct Prefetch {
        Frame frame;
    };
    /// From now on memory is of this clip: it is emptied, and filled with what was saved of it by these very
    /// weights. Item 0: of none.
    struct UseMemory {
        ItemId item;
        MemorySettings settings;
        SavedMemory saved;
    };
    struct ChangeMemory {
        enum class What { Pin, Evict, Clear, Configure } what = What::Clear;
        ItemId item;
        FrameIndex frame;
        ObjectId object;
        MemorySettings settings;
    };
    struct SaveMemory {
        ItemId item;
    };
    /// The old model goes before the new one is made; where that fails there is none.
    void post(Load request);
    void post(Find request);  ///< the models that there are to load
    /// Stops a prefetch of another picture.
    void post(Click request);
    void post(Preview request);
    void post(LookAtScene request);
    void post(Prefetch request);  ///< once for the same picture, in a row
    /// One at a time: the caller ends the former one first, by its stop_token.
    void post(RunRequest request);
    void post(UseMemory request);
    void post(const ChangeMemory& request);
    void post(SaveMemory request);
    /// Takes back what still waits.
    void dropClick(FrameIndex frame, ObjectId object);
    void dropPreview();
    void dropPrefetch();  ///< also stops the one that runs

  private:
    enum class Kind { Load, Find, Click, Preview, Scene, Prefetch, Run, UseMemory, ChangeMemory, SaveMemory };
    struct Key {
        Kind kind = Kind::Load;
        FrameIndex frame;
        ObjectId object;
        int what = 0;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct StoppablePrefetch {
        Prefetch request;
        std::stop_token stop;
    };
    using Request = std::variant<Load, Find, Click, Preview, LookAtScene, StoppablePrefetch, RunRequest, UseMemory,
                                 ChangeMemory, SaveMemory>;
    void run(std::stop_token stop);
    void handle(Load& request);
    void handle(Find& request);
    void handle(Click& request);
    void handle(Preview& request);
    void handle(LookAtScene& request);
    void handle(StoppablePrefetch& request);
    void handle(RunRequest& request);
    void handle(UseMemory& request);
    void handle(ChangeMemory& request);
    void handle(SaveMemory& request);
    Result<void> useMemory(const UseMemory& request);
    Result<void> changeMemory(const ChangeMemory& request);
    void tellMemory(ItemId item, Result<void> done);
    Result<Prediction> predict(const Frame& frame, const Prompt& prompt, const Mask& prior);

    const Factory factory_;
    const Deliver deliver_;
    Mailbox<Key, Request> mailbox_;
    std::stop_source prefetch_{std::nostopstate};  ///< GUI thread
    std::int64_t prefetchSource_ = 0;              ///< GUI thread: the picture last asked for
    std::unique_ptr<Segmenter> segmenter_;         ///< worker thread
    ItemId memoryOf_;                              ///< worker thread: the clip that memory is of
    std::jthread thread_;                          ///< last: joined first
};

}  // namespace fs2
