// Session::Private: what the Session owns, and what it does with the workers' answers. GUI thread. Its
// functions are in session_projects.cpp, session.cpp (items), session_model.cpp (requests) and
// session_jobs.cpp (saving, exports).
#pragma once
#include <QElapsedTimer>
#include <QFileSystemWatcher>
#include <QTimer>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <utility>
#include <vector>

#include "annotation/core/inbox.h"
#include "annotation/document/edits.h"
#include "app/session/answers.h"
#include "app/session/autosave.h"
#include "app/session/clip_session.h"
#include "app/session/decode_worker.h"
#include "app/session/exporter.h"
#include "app/session/inference_worker.h"
#include "app/session/sentences.h"
#include "app/session/session.h"

namespace fs2 {

struct Session::Private {
    Private(Session& session, Options given);
    ~Private();

    using Key = std::pair<FrameIndex, ObjectId>;
    struct InFlight {
        JobId id;
        ClassId cls;
        bool accept = false;  ///< Enter was pressed before the answer came
    };
    struct Job {
        JobInfo info;
        QElapsedTimer since;
        std::stop_source stop;
        ExportPlan plan;
        std::unique_ptr<Exporter> exporter;
    };

    // Projects (session_projects.cpp).
    void open(const QString& folder, const QStringList& files, const QString& projectFile,
              bool sequence = false);
    void take(ProjectAnswer& answer);
    void take(FolderSeen& answer);
    void hurryToFolder();
    void relist(FolderSeen& answer);

    // Items (session.cpp).
    void enterPhase(Phase next, const QString& why = {});
    void finishOpen();
    void askThumbnail(ItemId item);
    void nextThumbnail();
    std::string fileOf(ItemId item) const;
    void showStep(const Step& step);
    bool isCorrection(const Prompt& prompt) const;
    void drain();
    void report(const Error& error, Doing doing, bool lasting = false);
    void take(ItemRead& answer);
    void take(Decoded& answer);
    void take(Thumbnailed& answer);

    // The model (session_model.cpp).
    JobId newJob() { return {++lastJob}; }
    void loadModel();
    void retireRequests();
    void retire(Key key);  ///< by value: it may be the map's own
    void failLater(const Prompt& prompt, const QString& sentence);
    Mask priorOf(const Prompt& prompt) const;
    void settle(const InFlight& request, Clicked& answer);
    void clearPreview();
    void prefetchIdle();
    void take(ModelLoaded& answer);
    void take(ModelsFound& answer);
    void take(Clicked& answer);
    void take(Previewed& answer);
    void take(SceneSeen& answer);
    void take(Prefetched& answer);

    // Saving and jobs (session_jobs.cpp).
    void noteChanges(const std::vector<Change>& changes);
    void writeNow(bool checkpoint = false);
    void setSave(SaveStatus::State state, const QString& why = {});
    void clearFaults();
    void startExport(ExportPlan plan, const QString& title, const ExportOptions& wanted);
    bool exportsClips(const ExportFormat& format, const ExportOptions& wanted) const;
    std::string indexFolder() const;  ///< where films' indexes lie, beside the project
    void endJob(JobId id, bool ok, const QString& sentence);
    void take(Saved& answer);
    void take(JobProgress& answer);
    void take(Collected& answer);
    void take(Exported& answer);
    void take(ClipAnswer& answer);  ///< to the ClipSession

    Session& q;
    Options options;
    Document document;
    ItemListModel items{document};
    ObjectListModel objects{document};
    ClassListModel classes{document};
    Inbox<Answer> inbox;
    const Deliver deliver = [this](Answer answer) { inbox.deliver(std::move(answer)); };

    int project = 0;  ///< counts the projects that were opened
    bool isOpen = false;
    bool isListing = false;
    QString folder;
    QString projectPath;
    bool isElsewhere = false;
    bool folderGone = false;
    bool folderChanged = false;  ///< after the look that is under way began
    QTimer folderTimer;
    QFileSystemWatcher folderWatch;

    Phase phase = Phase::None;
    QString phaseWhy;
    Frame frame;
    std::vector<Frame> halves;
    std::optional<ItemContent> content;  ///< read, and waiting for the picture
    std::deque<ItemId> thumbnails;       ///< wanted, the latest last
    bool thumbnailBusy = false;

    std::int64_t lastJob = 0;
    std::map<Key, InFlight> inFlight;
    Key lastAsked;
    JobId previewJob;
    JobId sceneJob;
    JobId modelJob;
    ModelStatus model;
    std::vector<ModelChoice> choices;
    std::map<Key, std::vector<Prediction::Alternative>> readings;  ///< of the open item's last answers
    QTimer idleTimer;
    Frame hovered;
    bool neighbourAsked = false;
    std::set<std::int64_t> encoded;  ///< Frame sources

    std::vector<Change> pending;  ///< not handed to the save thread yet
    int writes = 0;               ///< handed over and not answered
    QTimer saveTimer;
    SaveStatus save;
    std::map<JobId, Job> jobs;
    edit::Clip clip;

    // Last: these join before anything above dies.
    std::unique_ptr<Autosave> autosave;
    std::unique_ptr<DecodeWorker> decoder;
    std::unique_ptr<InferenceWorker> inference;
    std::unique_ptr<ClipSession> clips;
};

}  // namespace fs2
