// Session: joins the Document with the workers (decode, inference, save) and is all that ui/ talks to
// besides the Document. Calls return at once; answers come as signals. GUI thread; made in main before
// the window, destroyed after it. Its destructor joins the workers and flushes the store.
#pragma once
#include <QDateTime>
#include <QImage>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/prediction.h"
#include "annotation/core/prompt.h"
#include "annotation/core/result.h"
#include "annotation/document/document.h"
#include "annotation/document/item_models.h"

namespace fs2 {

class ClipSession;
class Segmenter;
struct SegmenterOptions;

/// What a model can besides clicks that add.
struct ModelAbilities {
    bool negativeClicks = true;
    bool subtractsNegatives = false;  ///< it never learned them: the click's own mask is taken away
    bool box = true;
    bool text = false;
    bool memory = false;    ///< propagates through video
    bool panoptic = false;
    QString whyNoText;      ///< the model's own words; may be empty
    QString whyNoMemory;
    QString whyNoPanoptic;
    friend bool operator==(const ModelAbilities&, const ModelAbilities&) = default;
};

/// Weights that can be chosen.
struct ModelChoice {
    QString name;
    QString network;
    QString weights;  ///< file; empty = the bundled one
    ModelAbilities abilities;
    friend bool operator==(const ModelChoice&, const ModelChoice&) = default;
};

/// What the settings say about the model; the same meaning as in SegmenterOptions.
struct ModelOptions {
    QString network = QStringLiteral("fastsam2_s");  ///< where the weights file does not say it
    QString weightsPath;                             ///< empty = the bundled file
    QString device = QStringLiteral("auto");         ///< auto | cpu | cuda:N
    int workingSize = 0;                             ///< 0 = by device
    int threads = 0;                                 ///< 0 = all cores
    qint64 featureBytes = 512ll << 20;               ///< budget of the feature cache
    bool refineEdges = true;
    QString textTower;   ///< OpenCLIP file for networks that take words; empty = none
    QString textActivation = QStringLiteral("auto");  ///< the tower's: auto | gelu | quickgelu
    QString classTable;  ///< ready vectors of class names; empty = none
    QString classNames;  ///< of whole scenes, between commas; empty = the table's
    friend bool operator==(const ModelOptions&, const ModelOptions&) = default;
};

struct ModelStatus {
    enum class State { Loading, Ready, Failed } state = State::Loading;
    QString network;
    QString weightsName;       ///< file name, "none" for a double
    QString weightsId;
    QString device;            ///< "cpu", "cuda:0"
    double lastClickMs = -1;   ///< of the last answer, as the model measured it; -1 = none yet
    QString sentence;          ///< why it failed
    ModelAbilities abilities;
};

struct SaveStatus {
    enum class State { Saved, Saving, Failed } state = State::Saved;
    QDateTime lastSaved;  ///< invalid before the first
    QString sentence;     ///< why it failed; the changes are kept and tried again
};

/// A fault for the quiet bar over the canvas.
struct Fault {
    QString sentence;  ///< what happened and what to do, translated
    QString detail;    ///< file, number, reason
    bool lasting = false;  ///< stays until the cause is gone (faultCleared) or the user closes it
};

struct JobInfo {
    JobId id;
    QString title;            ///< "Export COCO"
    qint64 done = 0;
    qint64 total = 0;         ///< 0 = unknown
    double secondsLeft = -1;  ///< -1 = not known yet
};

struct ExportOptions {
    bool alwaysRle = false;      ///< else polygons where a mask has no hole
    bool confirmedOnly = false;  ///< leave drafts out
    bool doneOnly = false;       ///< only items whose state is done
    ItemId only;                 ///< this item alone; 0 = all
    FrameRange frames;           ///< of a clip; empty = all
    bool copyPictures = false;   ///< of clips: the frames too, as JPEG
    bool sourceNumbers = false;  ///< of clips: frames keep their numbers, else from 0
};

/// A kind of file that can be written.
struct ExportFormat {
    QString name;           ///< coco, png, davis, ytvis, mots, overlay
    QString title;          ///< translated
    QString fileEnding;     ///< of the target, as ".json"; empty: the target is a folder
    bool pictures = true;   ///< it takes single pictures
    bool clips = true;      ///< it takes clips
};

class Session : public QObject {
    Q_OBJECT
  public:
    using SegmenterFactory =
        std::function<Result<std::unique_ptr<Segmenter>>(const SegmenterOptions&)>;
    struct Options {
        ModelOptions model;
        bool loadModel = true;             ///< false: wait for setModelOptions
        SegmenterFactory makeSegmenter;    ///< empty = fs2::makeSegmenter; tests pass their double
        QString dataFolder;                ///< for projects of read-only folders; empty = the user's
        std::size_t undoBytes = 256u << 20;
        int saveDelayMs = 500;             ///< changes wait so long for others to be written with them
        int prefetchDelayMs = 200;         ///< idle time after which the open picture is encoded
    };
    explicit Session(Options options, QObject* parent = nullptr);
    ~Session() override;

    Document& document();
    ItemListModel& items();
    ObjectListModel& objects();
    ClassListModel& classes();
    ClipSession& clip();  ///< frames, playing and runs of the open clip; see clip_session.h

    // --- Projects. The .fs2 file is <folder>/<folder name>.fs2, or in the data folder where the folder
    // cannot be written.
    /// Lists the pictures in `folder` and joins them with what its project knows. Ends in
    /// projectOpened or fault.
    void openFolder(const QString& folder);
    /// Pictures by path: the project is that of the first one's folder, and lists these alone.
    void openFiles(const QStringList& files);
    /// What was dropped on the window or given as arguments: one folder, an .fs2 file, or pictures and films.
    void openPaths(const QStringList& paths);
    /// The pictures of `folder` are the frames of one clip. (A folder with the DAVIS layout lists its
    /// sequences as clips without being asked.)
    void openSequence(const QString& folder);
    void closeProject();            ///< writes what waits first
    bool hasProject() const;
    bool isListing() const;         ///< a folder is being read
    QString folder() const;
    QString projectPath() const;    ///< the .fs2 file
    bool isProjectElsewhere() const;  ///< in the data folder, for the folder is read-only

    // --- The open item.
    enum class Phase { None, Loading, Ready, Failed };
    void openItem(ItemId item);     ///< 0 closes it
    Phase phase() const;            ///< Ready: frame() is there and the document is loaded
    Frame frame() const;            ///< null unless decoded; may be there before the masks; of a clip see ClipSession
    std::vector<Frame> halves() const;  ///< of frame(), each half the size of the former; may be empty
    QString phaseSentence() const;  ///< why it failed
    void prefetchItem(ItemId item); ///< hovered: decode (and, if the model is idle, encode) it
    QString pathOf(ItemId item) const;  ///< absolute

    // --- The model. Prompts are in full image pixels and hold *all* clicks of the object.
    /// One answer, one undo step. `prompt.object` is an object of the open item, or a fresh id of
    /// Document::reserveObjectId(): then the answer adds the object with class `cls`. A newer request for the
    /// same (frame, object) replaces the older. Ends in requestFinished exactly once per (frame,
    /// object) in flight; on failure `sentence` says why (and fault is emitted), the document is as
    /// before, and the tool drops its dots. Undo, redo, another item and new weights end it with
    /// ok = false and an empty sentence. An empty prompt of a known object removes its label.
    void requestMask(const Prompt& prompt, ClassId cls = {});
    bool isPending(ObjectId object, FrameIndex frame = {}) const;
    /// The mask that a click would give; to the canvas only. The latest wins.
    void requestPreview(const Prompt& prompt);
    void cancelPreview();
    /// The next reading (part, whole, more) of the object's last answer, as an undo step. False where
    /// there is only one.
    bool cycleAlternative(ObjectId object, int step = 1);
    int alternativeCount(ObjectId object) const;
    /// All things and stuff of the open picture become drafts, one undo step; a job. Ends in jobFinished.
    void labelScene();
    void setModelOptions(const ModelOptions& options);  ///< loads anew; modelChanged follows
    ModelOptions modelOptions() const;
    ModelStatus modelStatus() const;
    /// The bundled weights and the imported ones, as at the last lookForModels().
    std::vector<ModelChoice> modelChoices() const;
    void lookForModels();  ///< modelChoicesChanged follows where they differ

    // --- Editing that needs more than edits.h.
    void undo();  ///< also retires the requests in flight; opens the item that the step changed
    void redo();
    void copySelection();
    bool canPaste() const;
    bool paste();      ///< at the same place, onto the open item
    bool duplicateSelection();  ///< moved by 10 pixels
    /// Enter: the selected drafts become confirmed and nothing is selected any more, so that the next click
    /// begins a new object; an answer in flight is accepted as soon as it comes.
    bool acceptDrafts();  ///< false where there is nothing to accept
    /// Esc: the selected drafts vanish, requests in flight too. False where there is none.
    bool dropDrafts();
    /// Kept in the project; applied by the next edit.
    void setOverlapRule(OverlapRule rule);

    // --- Saving and jobs.
    SaveStatus saveStatus() const;
    void saveNow();  ///< writes what waits; saveChanged follows
    void exportCoco(const QString& jsonPath, const ExportOptions& options = {});
    /// One PNG per image: 0 = background, n = n-th object of the list; 8 bits with a palette, above 255
    /// objects 16-bit grey.
    void exportMasksPng(const QString& folder, const ExportOptions& options = {});
    static std::vector<ExportFormat> exportFormats();
    /// A job; `format` is the name of one of exportFormats(), `path` its file or folder. Ends in jobFinished, whose
    /// sentence holds the format's warnings.
    void exportAs(const QString& format, const QString& path, const ExportOptions& options = {});
    std::vector<JobInfo> jobs() const;
    void cancelJob(JobId job);

  Q_SIGNALS:
    void projectOpened();   ///< items are listed; the window opens the one it likes
    void projectClosed();
    void listingChanged();  ///< isListing()
    void phaseChanged();    ///< phase(), frame()
    void requestStarted(fs2::ObjectId object, fs2::FrameIndex frame);
    void requestFinished(fs2::ObjectId object, fs2::FrameIndex frame, bool ok, const QString& sentence);
    void previewReady(const fs2::Mask& mask, float score);
    void previewCleared();  ///< what is shown is stale
    void modelChanged();    ///< modelStatus()
    void modelChoicesChanged();
    void saveChanged();     ///< saveStatus()
    void jobsChanged();     ///< jobs()
    void jobFinished(fs2::JobId job, bool ok, const QString& sentence);
    void fault(const fs2::Fault& fault);
    void faultCleared();    ///< the lasting one is over (saving works again, the folder is back)

  private:
    friend class ClipSession;
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace fs2
