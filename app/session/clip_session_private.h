// ClipSession::Private: what the ClipSession owns, and what it does with the workers' answers. GUI thread. Its
// functions are in clip_session.cpp (the clip, the playhead, thumbnails), clip_runs.cpp (runs), clip_lanes.cpp
// (lanes, doubts, edits of ranges) and clip_memory.cpp.
#pragma once
#include <QElapsedTimer>
#include <QTimer>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <utility>
#include <vector>

#include "annotation/media/playback.h"
#include "app/session/clip_opener.h"
#include "app/session/clip_session.h"
#include "app/session/clip_worker.h"
#include "app/session/session_private.h"

namespace fs2 {

struct ClipSession::Private {
    Private(ClipSession& self, Session& session, Session::Private& shared);

    using Cell = std::pair<ObjectId, FrameIndex>;

    // The clip (clip_session.cpp).
    void open(const ItemSummary& item);
    void close();
    void reopen();  ///< its file is back
    void take(ClipAnswer& answer);
    void take(ClipProgress& answer);
    void take(ClipRead& answer);
    void take(ClipShown& answer);
    void take(ClipThumbnailed& answer);
    FrameIndex clamped(FrameIndex frame) const;
    void moveTo(FrameIndex frame, ClipWorker::How how);
    void present(const Frame& frame);
    void nextThumbnail();
    void tick();
    double now() const { return double(clockTimer.elapsed()) / 1000.; }

    // Runs (clip_runs.cpp).
    bool refuse(const QString& why);
    bool begin(FrameRange range, PropagateDirection direction, std::vector<ObjectId> objects);
    std::vector<ObjectId> runnable(const std::vector<ObjectId>& wanted) const;
    bool hasSeed(ObjectId object) const;
    void findSeeds();
    void post();
    void startWaiting();
    void endRun();  ///< commits what has come; answers of the run are dropped from now on
    void finish(bool ok, const QString& sentence);
    void commit();
    void noteProgress(FrameIndex frame);
    void tellRun(bool now);
    void take(Tracked& answer);
    void take(RunEnded& answer);
    bool canTake(const LabelRecord& row) const;

    // Lanes (clip_lanes.cpp).
    void react(const ChangeEvent& event);
    void rebuildLanes();
    void refreshCell(ObjectId object, FrameIndex frame);
    LaneCell cellOf(ObjectId object, FrameIndex frame) const;
    void noteDirty(FrameIndex frame);
    void tellLanes();

    // Memory (clip_memory.cpp).
    void loadSettings(const std::map<std::string, std::string>& settings);
    void askMemory();      ///< where clip and model are there: what was saved of the clip
    void forgetMemory();
    void take(MemorySeen& answer);
    void take(MemorySaved& answer);
    void take(MemoryRead& answer);

    ClipSession& q;
    Session& session;
    Session::Private& s;

    // The clip.
    int number = 0;  ///< counts the clips that were opened
    ItemId item;     ///< 0 = none
    ItemKind kind = ItemKind::Picture;
    bool isOpen = false;
    ClipFacts facts;
    ClipInfo info;
    JobId indexJob;
    std::unique_ptr<ClipOpener> opener;
    std::unique_ptr<ClipWorker> screen;
    std::unique_ptr<ClipWorker> filmstrip;

    // The playhead.
    FrameIndex current;
    std::optional<FrameIndex> markIn, markOut;
    int playing = 0;
    double speed = 1;
    PlayClock playClock;
    QTimer playTimer;
    QElapsedTimer clockTimer;
    std::deque<FrameIndex> thumbnails;  ///< wanted, the latest last
    bool thumbnailBusy = false;

    // The run.
    RunStatus run;
    JobId runAnswers;  ///< answers of this job are the run's; another one for each pause
    std::vector<RunLeg> legs;  ///< what is left
    std::map<Cell, LabelRecord> pending;
    std::vector<Cell> seeds;   ///< drafts that it began with
    std::stop_source stopRun{std::nostopstate};
    QElapsedTimer runTime, toldRun;
    qint64 timeBefore = 0;     ///< of the run before its last pause, ms
    bool follows = true;
    bool committing = false;

    // Lanes.
    LaneIndex lanes;
    FrameRange dirty;

    // Memory.
    enum class Memory { None, Reading, Filling, Ready } memory = Memory::None;
    std::vector<MemoryItem> memoryItems;
    qint64 memoryBytes = 0;
    MemoryOptions memoryOptions;
};

}  // namespace fs2
