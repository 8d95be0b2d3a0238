#include "app/session/session.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

#include "annotation/media/image_decode.h"
#include "app/session/clip_session_private.h"

namespace fs2 {
namespace {

constexpr std::size_t kMaxThumbnailsWaiting = 256;

QString overlapName(OverlapRule rule) {
    switch (rule) {
        case OverlapRule::ExistingWins: return QStringLiteral("existing");
        case OverlapRule::Allow: return QStringLiteral("allow");
        case OverlapRule::NewestWins: break;
    }
    return QStringLiteral("newest");
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
    if (options.dataFolder.isEmpty()) {
        options.dataFolder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    }
    if (!options.makeSegmenter) options.makeSegmenter = fs2::makeSegmenter;
    capImageThreads();
    document.history().setByteLimit(options.undoBytes);
    autosave = std::make_unique<Autosave>(deliver);
    decoder = std::make_unique<DecodeWorker>(deliver);
    inference = std::make_unique<InferenceWorker>(options.makeSegmenter, deliver);
    clips = std::make_unique<ClipSession>(q, *this);

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
    q.blockSignals(true);
    clips->blockSignals(true);
    clips->d->close();  // what a run has brought is written too
    inference.reset();  // saves what the model remembers
    for (Answer& answer : inbox.takeAll()) {
        auto* late = std::get_if<ClipAnswer>(&answer);
        if (late && std::holds_alternative<MemorySaved>(*late)) take(*late);
    }
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
ClipSession& Session::clip() { return *d->clips; }
void Session::Private::take(ClipAnswer& answer) { clips->d->take(answer); }

void Session::Private::drain() {
    for (Answer& answer : inbox.takeAll()) {
        std::visit([this](auto& a) { take(a); }, answer);
    }
}

void Session::Private::report(const Error& error, Doing doing, bool lasting) {
    Q_EMIT q.fault({sentenceOf(error, doing), QString::fromStdString(error.detail), lasting});
}

// --- the open item

std::string Session::Private::fileOf(ItemId item) const {
    const ItemSummary* known = document.item(item);
    if (!known) return {};
    return QDir::cleanPath(QDir(folder).filePath(QString::fromStdString(known->record.path))).toStdString();
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
    d->clips->d->close();
    d->readings.clear();
    d->frame.reset();
    d->halves.clear();
    d->content.reset();
    d->neighbourAsked = false;
    d->document.beginOpen(item);
    if (d->document.openItem() == ItemId{}) return d->enterPhase(Phase::None);
    d->writeNow();
    d->autosave->post(Autosave::Read{d->project, item});
    if (const ItemSummary* opened = d->document.item(item); opened->isClip()) {
        d->enterPhase(Phase::Loading);
        d->clips->d->open(*opened);
        return;
    }
    d->decoder->decode(item, d->fileOf(item), DecodeFor::Open);
    d->enterPhase(Phase::Loading);
}

Session::Phase Session::phase() const { return d->phase; }
Frame Session::frame() const { return d->frame; }
std::vector<Frame> Session::halves() const { return d->halves; }
QString Session::phaseSentence() const { return d->phaseWhy; }

void Session::prefetchItem(ItemId item) {
    const ItemSummary* known = d->document.item(item);
    if (item == d->document.openItem() || !known || known->isClip()) return;
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

/// Opens the item that the step changed, and the frame where it is one.
void Session::Private::showStep(const Step& step) {
    if (step.item == ItemId{}) return;
    q.openItem(step.item);
    std::optional<FrameRange> frames;
    for (const Change& change : step.changes) {
        const auto* label = std::get_if<RowChange<LabelRecord>>(&change);
        if (!label) continue;
        const FrameIndex at = (label->hasAfter ? label->after : label->before).frame;
        if (!frames) frames = FrameRange{at, at};
        *frames = {std::min(frames->first, at), std::max(frames->last, at)};
    }
    if (frames && frames->count() == 1 && clips->isOpen()) clips->setCurrentFrame(frames->first);
}

void Session::undo() {
    d->clips->cancelRun();  // what it has brought is a step, and the one to undo
    if (!d->document.canUndo()) return;
    const Step step = d->document.history().nextUndo();
    d->retireRequests();
    if (d->document.undo()) d->showStep(step);
}

void Session::redo() {
    d->clips->cancelRun();
    if (!d->document.canRedo()) return;
    const Step step = d->document.history().nextRedo();
    d->retireRequests();
    if (d->document.redo()) d->showStep(step);
}

void Session::copySelection() {
    edit::Clip clip = edit::copy(d->document, d->document.selection(), d->clips->currentFrame());
    if (!clip.empty()) d->clip = std::move(clip);
}

bool Session::canPaste() const { return !d->clip.empty() && d->document.isLoaded(); }
bool Session::paste() { return edit::paste(d->document, d->clip, 0, 0, d->clips->currentFrame()); }

bool Session::duplicateSelection() {
    constexpr int kShift = 10;
    return edit::duplicate(d->document, d->document.selection(), kShift, kShift, d->clips->currentFrame());
}

bool Session::acceptDrafts() {
    const bool waiting = !d->inFlight.empty();
    for (auto& [key, request] : d->inFlight) request.accept = true;
    const bool accepted = edit::accept(d->document, d->document.selection(), d->clips->currentFrame());
    d->document.select({});
    return accepted || waiting;
}

bool Session::dropDrafts() {
    const bool waiting = !d->inFlight.empty();
    d->retireRequests();
    return edit::dropDrafts(d->document, d->document.selection(), d->clips->currentFrame()) || waiting;
}

void Session::setOverlapRule(OverlapRule rule) {
    d->document.setOverlapRule(rule);
    if (d->isOpen) d->autosave->post(Autosave::Set{"overlap", overlapName(rule).toStdString()});
}

}  // namespace fs2
