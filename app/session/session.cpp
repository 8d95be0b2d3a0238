#include "app/session/session.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

#include "annotation/media/image_decode.h"
#include "app/session/session_private.h"

namespace fs2 {
namespace {

constexpr std::size_t kMaxThumbnailsWaiting = 256;
constexpr int kLookAtFolderMs = 2000;
constexpr int kFolderChangedMs = 300;  ///< files mostly come many at a time

QString overlapName(OverlapRule rule) {
    switch (rule) {
        case OverlapRule::ExistingWins: return QStringLiteral("existing");
        case OverlapRule::Allow: return QStringLiteral("allow");
        case OverlapRule::NewestWins: break;
    }
    return QStringLiteral("newest");
}

OverlapRule overlapOf(const std::map<std::string, std::string>& settings) {
    const auto at = settings.find("overlap");
    if (at != settings.end() && at->second == "existing") return OverlapRule::ExistingWins;
    if (at != settings.end() && at->second == "allow") return OverlapRule::Allow;
    return OverlapRule::NewestWins;
}

/// The picture was replaced by one of another size: the masks are stretched, their clicks say nothing.
bool fitToPicture(ItemContent& content, int width, int height) {
    bool changed = false;
    for (LabelRecord& label : content.labels) {
        if (label.mask.width() == width && label.mask.height() == height) continue;
        label.mask = resized(label.mask, width, height);
        label.prompt = Prompt{label.frame, label.object, {}, {}, {}};
        changed = true;
    }
    return changed;
}

}  // namespace

Session::Private::Private(Session& session, Options given)
    : q(session), options(std::move(given)), inbox([this] {
          QMetaObject::invokeMethod(&q, [this] { drain(); }, Qt::QueuedConnection);
      }) {
    const Deliver deliver = [this](Answer answer) { inbox.deliver(std::move(answer)); };
    if (options.dataFolder.isEmpty()) {
        options.dataFolder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    }
    if (!options.makeSegmenter) options.makeSegmenter = fs2::makeSegmenter;
    capImageThreads();
    document.history().setByteLimit(options.undoBytes);
    autosave = std::make_unique<Autosave>(deliver);
    decoder = std::make_unique<DecodeWorker>(deliver);
    inference = std::make_unique<InferenceWorker>(options.makeSegmenter, deliver);

    saveTimer.setSingleShot(true);
    connect(&saveTimer, &QTimer::timeout, &q, [this] { writeNow(); });
    idleTimer.setSingleShot(true);
    idleTimer.setInterval(options.prefetchDelayMs);
    connect(&idleTimer, &QTimer::timeout, &q, [this] { prefetchIdle(); });
    folderTimer.setSingleShot(true);
    connect(&folderTimer, &QTimer::timeout, &q,
            [this] { autosave->post(Autosave::LookAtFolder{project}); });
    connect(&folderWatch, &QFileSystemWatcher::directoryChanged, &q, [this] { hurryToFolder(); });
    connect(&document, &Document::rowsChanged, &q,
            [this](const std::vector<Change>& changes) { noteChanges(changes); });
    connect(&items, &ItemListModel::thumbnailWanted, &q,
            [this](qint64 item) { askThumbnail(ItemId{item}); });
    if (options.loadModel) QTimer::singleShot(0, &q, [this] { loadModel(); });
}

Session::Private::~Private() {
    for (auto& [id, job] : jobs) job.stop.request_stop();
    if (!pending.empty()) autosave->post(Autosave::Write{project, std::move(pending), false});
}

Session::Session(Options options, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(*this, std::move(options))) {}

Session::~Session() = default;

Document& Session::document() { return d->document; }
ItemListModel& Session::items() { return d->items; }
ObjectListModel& Session::objects() { return d->objects; }
ClassListModel& Session::classes() { return d->classes; }

void Session::Private::drain() {
    for (Answer& answer : inbox.takeAll()) {
        std::visit([this](auto& a) { take(a); }, answer);
    }
}

void Session::Private::report(const Error& error, Doing doing, bool lasting) {
    Q_EMIT q.fault({sentenceOf(error, doing), QString::fromStdString(error.detail), lasting});
}

// --- projects

void Session::Private::open(const QString& path, const QStringList& files, const QString& projectFile) {
    if (isOpen) q.closeProject();
    ++project;
    Autosave::Open request;
    request.project = project;
    request.folder = QDir::cleanPath(QFileInfo(path).absoluteFilePath()).toStdString();
    for (const QString& file : files) {
        request.files.push_back(QDir::cleanPath(QFileInfo(file).absoluteFilePath()).toStdString());
    }
    request.projectFile = projectFile.toStdString();
    request.dataFolder = options.dataFolder.toStdString();
    autosave->post(std::move(request));
    isListing = true;
    Q_EMIT q.listingChanged();
}

void Session::openFolder(const QString& folder) { d->open(folder, {}, {}); }

void Session::openFiles(const QStringList& files) {
    if (!files.isEmpty()) d->open(QFileInfo(files.first()).absolutePath(), files, {});
}

void Session::openPaths(const QStringList& paths) {
    QStringList files;
    for (const QString& path : paths) {
        const QFileInfo info(path);
        if (info.isDir()) return openFolder(path);
        if (info.suffix().compare(QLatin1String("fs2"), Qt::CaseInsensitive) == 0) {
            return d->open(info.absolutePath(), {}, QDir::cleanPath(info.absoluteFilePath()));
        }
        files.append(path);
    }
    openFiles(files);
}

void Session::closeProject() {
    if (!d->isOpen && !d->isListing) return;
    openItem({});
    d->writeNow();
    d->autosave->post(Autosave::Close{});
    d->decoder->clear();
    d->thumbnails.clear();
    d->thumbnailBusy = false;
    d->folderTimer.stop();
    if (!d->folder.isEmpty()) d->folderWatch.removePath(d->folder);
    d->folderGone = false;
    ++d->project;
    d->writes = 0;
    d->hovered.reset();
    d->isOpen = false;
    d->folder.clear();
    d->projectPath.clear();
    for (auto& [id, job] : d->jobs) {
        if (!job.exporter) job.stop.request_stop();
    }
    d->document.resetItems({}, {});
    d->setSave(SaveStatus::State::Saved);
    if (std::exchange(d->isListing, false)) Q_EMIT listingChanged();
    Q_EMIT projectClosed();
}

bool Session::hasProject() const { return d->isOpen; }
bool Session::isListing() const { return d->isListing; }
QString Session::folder() const { return d->folder; }
QString Session::projectPath() const { return d->projectPath; }
bool Session::isProjectElsewhere() const { return d->isElsewhere; }

void Session::Private::take(ProjectAnswer& answer) {
    if (answer.project != project) return;
    isListing = false;
    Q_EMIT q.listingChanged();
    if (!answer.opened) {
        report(answer.opened.error(), Doing::OpenFolder);
        return;
    }
    OpenedProject opened = std::move(answer.opened).value();
    isOpen = true;
    folder = QString::fromStdString(opened.folder);
    projectPath = QString::fromStdString(opened.path);
    isElsewhere = opened.elsewhere;
    document.setOverlapRule(overlapOf(opened.settings));
    document.resetItems(std::move(opened.items), std::move(opened.classes));
    folderWatch.addPath(folder);
    folderTimer.start(kLookAtFolderMs);
    Q_EMIT q.projectOpened();
}

/// Looks soon; where a look is under way, after it.
void Session::Private::hurryToFolder() {
    folderChanged = true;
    if (folderTimer.isActive() && folderTimer.remainingTime() > kFolderChangedMs) {
        folderTimer.start(kFolderChangedMs);
    }
}

void Session::Private::take(FolderSeen& answer) {
    if (answer.project != project) return;
    folderTimer.start(std::exchange(folderChanged, false) ? kFolderChangedMs : kLookAtFolderMs);
    relist(answer);
    if (answer.there != folderGone) return;
    folderGone = !answer.there;
    if (folderGone) {
        Q_EMIT q.fault({Session::tr("The folder is gone. Changes are kept until it is back."), folder, true});
    } else {
        folderWatch.addPath(folder);  // the watch ended with the folder
        clearFaults();
    }
}

void Session::Private::relist(FolderSeen& answer) {
    if (answer.appeared.empty() && answer.vanished.empty()) return;
    const ItemId open = document.openItem();
    const bool openIsBack = std::any_of(answer.appeared.begin(), answer.appeared.end(),
                                        [&](const ItemSummary& item) { return item.record.id == open; });
    for (const ItemSummary& item : answer.appeared) items.forgetThumbnail(item.record.id);
    document.relist(std::move(answer.appeared), answer.vanished);
    if (openIsBack && phase == Phase::Failed) q.openItem(open);
}

// --- the open item

std::string Session::Private::fileOf(ItemId item) const {
    const ItemSummary* known = document.item(item);
    if (!known) return {};
    return QDir(folder).filePath(QString::fromStdString(known->record.path)).toStdString();
}

QString Session::pathOf(ItemId item) const { return QString::fromStdString(d->fileOf(item)); }

void Session::Private::enterPhase(Phase next, const QString& why) {
    phase = next;
    phaseWhy = why;
    Q_EMIT q.phaseChanged();
}

void Session::openItem(ItemId item) {
    const bool same = item == d->document.openItem() && d->phase != Phase::Failed;
    if (same && item != ItemId{}) return;
    d->retireRequests();
    d->readings.clear();
    d->frame.reset();
    d->halves.clear();
    d->content.reset();
    d->neighbourAsked = false;
    d->document.beginOpen(item);
    if (d->document.openItem() == ItemId{}) return d->enterPhase(Phase::None);
    d->writeNow();
    d->autosave->post(Autosave::Read{d->project, item});
    d->decoder->decode(item, d->fileOf(item), DecodeFor::Open);
    d->enterPhase(Phase::Loading);
}

Session::Phase Session::phase() const { return d->phase; }
Frame Session::frame() const { return d->frame; }
std::vector<Frame> Session::halves() const { return d->halves; }
QString Session::phaseSentence() const { return d->phaseWhy; }

void Session::prefetchItem(ItemId item) {
    if (item == d->document.openItem() || !d->document.item(item)) return;
    d->decoder->decode(item, d->fileOf(item), DecodeFor::Hover);
}

void Session::Private::take(ItemRead& answer) {
    if (answer.project != project || answer.item != document.openItem() || phase != Phase::Loading) {
        return;
    }
    if (!answer.content) {
        report(answer.content.error(), Doing::ReadProject);
        enterPhase(Phase::Failed, sentenceOf(answer.content.error(), Doing::ReadProject));
        return;
    }
    content = std::move(answer.content).value();
    finishOpen();
}

void Session::Private::take(Decoded& answer) {
    if (answer.purpose == DecodeFor::Hover) {
        if (answer.frame) hovered = std::move(answer.frame).value();
        idleTimer.start();
        return;
    }
    if (answer.item != document.openItem() || phase != Phase::Loading) return;
    if (!answer.frame) {
        const Error& error = answer.frame.error();
        if (error.code == ErrorCode::NotFound) document.setMissing(answer.item, true);
        report(error, Doing::OpenPicture);
        enterPhase(Phase::Failed, sentenceOf(error, Doing::OpenPicture));
        return;
    }
    document.setMissing(answer.item, false);
    frame = std::move(answer.frame).value();
    halves = std::move(answer.halves);
    document.setItemSize(answer.item, frame->fullWidth, frame->fullHeight);
    Q_EMIT q.phaseChanged();
    finishOpen();
}

/// Picture and masks come on their own ways; with both here the item can be edited.
void Session::Private::finishOpen() {
    if (!frame || !content) return;
    if (fitToPicture(*content, frame->fullWidth, frame->fullHeight)) {
        Q_EMIT q.fault({Session::tr("The picture has another size than its masks: they were fitted to it."),
                        QString::fromStdString(fileOf(document.openItem())), false});
    }
    document.finishOpen(std::move(*content));
    content.reset();
    enterPhase(Phase::Ready);
    idleTimer.start();
}

// --- thumbnails: one at a time, the latest wish first

void Session::Private::askThumbnail(ItemId item) {
    thumbnails.push_back(item);
    if (thumbnails.size() > kMaxThumbnailsWaiting) {
        items.forgetThumbnail(thumbnails.front());
        thumbnails.pop_front();
    }
    nextThumbnail();
}

void Session::Private::nextThumbnail() {
    if (thumbnailBusy || thumbnails.empty()) return;
    const ItemId item = thumbnails.back();
    thumbnails.pop_back();
    thumbnailBusy = true;
    decoder->thumbnail(item, fileOf(item));
}

void Session::Private::take(Thumbnailed& answer) {
    thumbnailBusy = false;
    if (document.item(answer.item)) items.setThumbnail(answer.item, answer.image);
    nextThumbnail();
}

// --- editing

void Session::undo() {
    if (!d->document.canUndo()) return;
    const ItemId item = d->document.history().nextUndo().item;
    d->retireRequests();
    if (d->document.undo() && item != ItemId{}) openItem(item);
}

void Session::redo() {
    if (!d->document.canRedo()) return;
    const ItemId item = d->document.history().nextRedo().item;
    d->retireRequests();
    if (d->document.redo() && item != ItemId{}) openItem(item);
}

void Session::copySelection() {
    edit::Clip clip = edit::copy(d->document, d->document.selection());
    if (!clip.empty()) d->clip = std::move(clip);
}

bool Session::canPaste() const { return !d->clip.empty() && d->document.isLoaded(); }
bool Session::paste() { return edit::paste(d->document, d->clip); }

bool Session::duplicateSelection() {
    constexpr int kShift = 10;
    return edit::duplicate(d->document, d->document.selection(), kShift, kShift);
}

bool Session::acceptDrafts() {
    const bool waiting = !d->inFlight.empty();
    for (auto& [key, request] : d->inFlight) request.accept = true;
    const bool accepted = edit::accept(d->document, d->document.selection());
    d->document.select({});
    return accepted || waiting;
}

bool Session::dropDrafts() {
    const bool waiting = !d->inFlight.empty();
    d->retireRequests();
    return edit::dropDrafts(d->document, d->document.selection()) || waiting;
}

void Session::setOverlapRule(OverlapRule rule) {
    d->document.setOverlapRule(rule);
    if (d->isOpen) d->autosave->post(Autosave::Set{"overlap", overlapName(rule).toStdString()});
}

}  // namespace fs2
