// ClipSession: the open clip (a film, or a folder of frames): its frames and playing, thumbnails, runs that
// carry masks through it, the model's memory. Owned by the Session (Session::clip()) and always there; with a
// picture open it is closed, and its only frame is 0. Calls return at once, answers come as signals. GUI thread.
#pragma once
#include <QImage>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

#include "annotation/core/ids.h"
#include "annotation/core/records.h"
#include "app/session/lane_index.h"
#include "app/session/session.h"

namespace fs2 {

struct ClipInfo {
    int frames = 0;
    double framesPerSecond = 0;         ///< of the whole clip, on average
    bool isFilm = false;                ///< else a folder of pictures
    std::vector<FrameIndex> keyFrames;  ///< rising; of a folder none: each frame is as quick as another
    QString cut;                        ///< where and why the film ends early; empty = it is whole
};

enum class PropagateDirection { Forward, Backward, Both };

struct RunStatus {
    enum class State { Idle, Waiting, Running, Paused } state = State::Idle;  ///< Waiting: for the model or its memory
    JobId job;                     ///< also in Session::jobs()
    PropagateDirection direction = PropagateDirection::Forward;
    FrameRange range;
    std::vector<ObjectId> objects;
    FrameIndex frame;              ///< the last one that is done
    int done = 0;                  ///< frames
    int total = 0;
    double framesPerSecond = 0;    ///< 0 = not known yet
    double secondsLeft = -1;       ///< -1 = not known yet
};

/// An entry of the model's memory, for the memory view.
struct MemoryItem {
    enum class Kind { Pinned, Short, Long } kind = Kind::Short;
    FrameIndex frame;
    ObjectId object;
    qint64 bytes = 0;
    float quality = 0;   ///< 0 to 1; 1 for what a person confirmed
    QString why;         ///< a sentence: why it is kept
};
struct MemoryOptions {
    enum class Policy { Fifo, Quality, Adaptive } policy = Policy::Adaptive;
    int longEntries = 10;  ///< per object, 1 to 64
    int shortEntries = 5;  ///< per object, 1 to 64
    int writeEvery = 5;    ///< frames, 1 to 100
    friend bool operator==(const MemoryOptions&, const MemoryOptions&) = default;
};

struct Doubt {
    FrameIndex frame;
    ObjectId object;  ///< the most doubtful one there
    DoubtCause cause = DoubtCause::None;
    float value = 0;  ///< 0 to 1
};

class ClipSession : public QObject {
    Q_OBJECT
  public:
    ClipSession(Session& session, Session::Private& shared);
    ~ClipSession() override;

    // --- The clip. While its film is indexed Session::phase() is Loading and a job tells how far it is.
    bool isClip() const;              ///< the open item is one, loaded or not
    bool isOpen() const;              ///< its frames are known
    const ClipInfo& info() const;
    FrameRange allFrames() const;
    double seconds(FrameIndex frame) const;   ///< since the first frame
    FrameIndex frameAt(double seconds) const; ///< the last frame that is shown by then, clamped

    // --- The playhead. Session::frame() is what is shown; frameShown() follows each change of it.
    FrameIndex currentFrame() const;  ///< 0 for a picture
    /// Shows the exact frame; clamped. Ends playing.
    void setCurrentFrame(FrameIndex frame);
    /// While dragging: where the frame is not at hand, the nearest key frame is shown first, then the exact
    /// one.
    void scrubTo(FrameIndex frame);
    /// Session::frame() is a key frame near currentFrame(), or still a former frame: no clicks yet.
    bool frameIsApproximate() const;
    FrameIndex shownFrame() const;    ///< whose pixels Session::frame() has
    /// At the clip's own rate; frames that come too late are not shown. Ends at the clip's end.
    void play(int direction = 1);     ///< 1 or -1
    void pause();
    bool isPlaying() const;
    int playDirection() const;        ///< 0 where it does not play
    /// Times the clip's own rate, 1/8 to 8; 1 at first.
    void setSpeed(double speed);
    double speed() const;
    /// In and out marks; all frames unless set. Not part of the history.
    FrameRange marks() const;
    void setMarkIn(FrameIndex frame);
    void setMarkOut(FrameIndex frame);
    void clearMarks();

    // --- Thumbnails, about 96 pixels wide; the latest wish comes first, at most 256 wait.
    void requestThumbnail(FrameIndex frame);
    void dropThumbnailRequests();     ///< of what was scrolled away

    // --- Runs. One at a time; a click, an edit of its objects, undo and redo end it: what has come is
    // committed as one undo step. Masks that a person made are never overwritten.
    /// From currentFrame() on, inside `range`. `objects` empty = all that are not locked and have a mask to
    /// start from. False (and a fault that says why) where it cannot begin.
    bool propagate(FrameRange range, PropagateDirection direction, const std::vector<ObjectId>& objects = {});
    /// Only this object, from currentFrame() to the frame before the next one that a person confirmed, in the
    /// direction of the last run.
    bool rerun(ObjectId object);
    void pauseRun();                  ///< what has come stays pending
    void resumeRun();
    void cancelRun();                 ///< what has come is committed
    const RunStatus& run() const;
    /// Off: the playhead stays where it is while a run goes on. A run switches it on; moving the playhead
    /// by hand switches it off.
    bool followsRun() const;
    void setFollowsRun(bool follows);
    /// What a run has brought and not committed yet; null where nothing. Valid until the next event.
    const LabelRecord* pendingLabel(ObjectId object, FrameIndex frame) const;
    /// The pending label, else the document's.
    const LabelRecord* shownLabel(ObjectId object, FrameIndex frame) const;

    // --- Lanes and doubts; quick for any range (see LaneIndex).
    std::vector<LaneCell> lane(ObjectId object, FrameRange range, int columns) const;
    LaneCell laneCell(ObjectId object, FrameIndex frame) const;
    std::vector<float> doubts(FrameRange range, int columns) const;  ///< the greatest of each column
    std::optional<Doubt> doubtAt(FrameIndex frame) const;  ///< the greatest one, where there is any
    /// The next frame, from `from` on but without it, in that direction (1, -1).
    std::optional<FrameIndex> nextDoubt(FrameIndex from, int direction = 1) const;  ///< of >= kDoubtful
    std::optional<FrameIndex> nextConfirmed(FrameIndex from, int direction, ObjectId object = {}) const;
    static constexpr float kDoubtful = .5f;

    // --- Edits of ranges, one undo step each. False where nothing changes.
    bool mark(const std::vector<ObjectId>& objects, FrameRange range, LabelState state);  ///< Absent, Occluded
    bool accept(const std::vector<ObjectId>& objects, FrameRange range);   ///< confirms, without pinning
    bool clear(const std::vector<ObjectId>& objects, FrameRange range);    ///< of what no person made

    // --- The model's memory: as at the end of the last run or request. Each call is answered by
    // memoryChanged or a fault.
    std::vector<MemoryItem> memoryItems() const;
    qint64 memoryBytes() const;
    void pinMemory(FrameIndex frame, ObjectId object);
    void evictMemory(FrameIndex frame, ObjectId object);
    void clearMemory();
    MemoryOptions memoryOptions() const;
    void setMemoryOptions(const MemoryOptions& options);  ///< kept with the project

  Q_SIGNALS:
    void clipChanged();          ///< isClip, isOpen, info
    void currentFrameChanged();
    void frameShown();           ///< Session::frame(), frameIsApproximate()
    void playingChanged();
    void marksChanged();
    void thumbnailReady(fs2::FrameIndex frame, const QImage& image);  ///< null: it cannot be made
    void runChanged();           ///< run(); at most some 20 times a second
    void pendingChanged(fs2::FrameRange frames);  ///< pendingLabel, lanes and doubts of these frames
    void runFinished(bool ok, const QString& sentence);  ///< after the commit
    void lanesChanged(fs2::FrameRange frames);    ///< lane() and doubts() of these frames, by any edit
    void memoryChanged();

  private:
    friend class Session;
    friend struct Session::Private;
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace fs2
