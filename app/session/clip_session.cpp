#include "app/session/clip_session.h"

#include <QFileInfo>

#include <algorithm>

#include "app/session/clip_session_private.h"

namespace fs2 {
namespace {

constexpr std::size_t kScreenBytes = 384u << 20;
constexpr std::size_t kFilmstripBytes = 32u << 20;
constexpr std::size_t kMaxThumbnailsWaiting = 256;
constexpr int kIndexSteps = 1000;
constexpr int kListThumbnailSide = 96;

QImage thumbnailOf(const FrameData& frame) {
    const QImage whole(frame.pixels.data(), frame.width, frame.height, frame.stride, QImage::Format_RGBX8888);
    return whole.scaled(kListThumbnailSide, kListThumbnailSide, Qt::KeepAspectRatio);
}

}  // namespace

ClipSession::Private::Private(ClipSession& self, Session& session_, Session::Private& shared)
    : q(self), session(session_), s(shared) {
    clockTimer.start();
    playTimer.setSingleShot(true);
    playTimer.setTimerType(Qt::PreciseTimer);
    connect(&q, &ClipSession::currentFrameChanged, &q, [this] { s.objects.setFrame(current); });
    connect(&playTimer, &QTimer::timeout, &q, [this] { tick(); });
    connect(&s.document, &Document::changed, &q, [this](const ChangeEvent& event) { react(event); });
}

ClipSession::ClipSession(Session& session, Session::Private& shared)
    : d(std::make_unique<Private>(*this, session, shared)) {}

ClipSession::~ClipSession() = default;

// --- the clip

void ClipSession::Private::open(const ItemSummary& opened) {
    item = opened.record.id;
    kind = opened.kind;
    ++number;
    indexJob = s.newJob();
    Session::Private::Job& job = s.jobs[indexJob];
    const QString name = QFileInfo(QString::fromStdString(opened.record.path)).fileName();
    job.info = {indexJob, ClipSession::tr("Read %1").arg(name), 0, kIndexSteps, -1};
    job.since.start();
    ClipOpener::Wish wish{number, s.fileOf(item), kind, s.indexFolder(), job.stop};
    opener = std::make_unique<ClipOpener>(std::move(wish), s.deliver);
    Q_EMIT s.q.jobsChanged();
    Q_EMIT q.clipChanged();
}

void ClipSession::Private::close() {
    if (item == ItemId{}) return;
    endRun();
    q.pause();
    forgetMemory();
    opener.reset();
    screen.reset();
    filmstrip.reset();
    ++number;
    if (s.jobs.erase(std::exchange(indexJob, {})) > 0) Q_EMIT s.q.jobsChanged();
    thumbnails.clear();
    thumbnailBusy = false;
    item = {};
    kind = ItemKind::Picture;
    isOpen = false;
    facts = {};
    info = {};
    current = {};
    markIn.reset();
    markOut.reset();
    lanes.reset(0);
    Q_EMIT q.clipChanged();
    Q_EMIT q.currentFrameChanged();
}

void ClipSession::Private::reopen() {
    if (!isOpen) return;
    screen = std::make_unique<ClipWorker>(number, facts.open, s.deliver, kScreenBytes);
    filmstrip = std::make_unique<ClipWorker>(number, facts.open, s.deliver, kFilmstripBytes);
    thumbnailBusy = false;
    screen->show(current, ClipWorker::How::Exact, Playing::Steps);
}

void ClipSession::Private::take(ClipAnswer& answer) {
    std::visit([this](auto& a) { take(a); }, answer);
}

void ClipSession::Private::take(ClipProgress& answer) {
    const auto job = s.jobs.find(indexJob);
    if (answer.clip != number || job == s.jobs.end()) return;
    JobProgress progress{indexJob, std::int64_t(answer.share * kIndexSteps)};
    s.take(progress);
}

void ClipSession::Private::take(ClipRead& answer) {
    if (answer.clip != number) return;
    s.endJob(std::exchange(indexJob, {}), bool(answer.facts), {});
    if (!answer.facts) {
        const Error& error = answer.facts.error();
        if (error.code == ErrorCode::NotFound) s.document.setMissing(item, true);
        if (error.code != ErrorCode::Cancelled) s.report(error, Doing::OpenClip);
        return s.enterPhase(Session::Phase::Failed, sentenceOf(error, Doing::OpenClip));
    }
    facts = std::move(answer.facts).value();
    info.frames = int(facts.times.size());
    info.isFilm = facts.isFilm;
    info.keyFrames = facts.keyFrames;
    info.cut = QString::fromStdString(facts.cut);
    const double length = facts.times.back() - facts.times.front();
    if (length > 0) info.framesPerSecond = (info.frames - 1) / length;
    isOpen = true;
    s.document.setMissing(item, false);
    if (!facts.cut.empty()) {
        Q_EMIT s.q.fault({ClipSession::tr("The film ends early: it opens up to where it breaks."), info.cut, false});
    }
    reopen();
    Q_EMIT q.clipChanged();
}

bool ClipSession::isClip() const { return d->item != ItemId{}; }
bool ClipSession::isOpen() const { return d->isOpen; }
const ClipInfo& ClipSession::info() const { return d->info; }
FrameRange ClipSession::allFrames() const { return {{0}, {std::max(1, d->info.frames) - 1}}; }

double ClipSession::seconds(FrameIndex frame) const {
    return d->isOpen ? d->facts.times[std::size_t(d->clamped(frame).value)] : 0;
}

FrameIndex ClipSession::frameAt(double seconds) const {
    return d->isOpen ? fs2::frameAt(d->facts.times, seconds) : FrameIndex{};
}

FrameIndex ClipSession::Private::clamped(FrameIndex frame) const {
    return {std::clamp(frame.value, 0, std::max(0, info.frames - 1))};
}

// --- the playhead

FrameIndex ClipSession::currentFrame() const { return d->current; }
FrameIndex ClipSession::shownFrame() const {
    return d->s.frame && d->isOpen ? d->s.frame->index : FrameIndex{};
}
bool ClipSession::frameIsApproximate() const { return d->isOpen && (!d->s.frame || shownFrame() != d->current); }

void ClipSession::Private::moveTo(FrameIndex frame, ClipWorker::How how) {
    if (!isOpen) return;
    frame = clamped(frame);
    const bool moved = frame != current;
    if (!moved && s.frame && s.frame->index == frame) return;
    current = frame;
    s.clearPreview();
    const Playing way = playing > 0 ? Playing::Forward : playing < 0 ? Playing::Backward : Playing::Steps;
    screen->show(frame, how, way);
    if (moved) Q_EMIT q.currentFrameChanged();
}

void ClipSession::setCurrentFrame(FrameIndex frame) {
    pause();
    d->follows = false;
    d->moveTo(frame, ClipWorker::How::Exact);
}

void ClipSession::scrubTo(FrameIndex frame) {
    pause();
    d->follows = false;
    d->moveTo(frame, ClipWorker::How::Scrub);
}

void ClipSession::Private::present(const Frame& frame) {
    s.frame = frame;
    s.halves.clear();
    Q_EMIT q.frameShown();
}

void ClipSession::Private::take(ClipShown& answer) {
    if (answer.clip != number) return;
    const bool first = s.phase == Session::Phase::Loading && !s.frame;
    if (!answer.frame) {
        const Error& error = answer.frame.error();
        if (first) s.enterPhase(Session::Phase::Failed, sentenceOf(error, Doing::OpenClip));
        if (answer.asked == current) s.report(error, Doing::ShowFrame);
        if (playing != 0) q.pause();
        return;
    }
    const Frame& frame = *answer.frame;
    if (!first && answer.asked != current) return;  // overtaken
    present(frame);
    if (first) {
        s.document.setItemSize(item, frame->fullWidth, frame->fullHeight, info.frames);
        Q_EMIT s.q.phaseChanged();
        s.items.setThumbnail(item, thumbnailOf(*frame));  // a film has none until it was opened
        s.finishOpen();
    }
    if (playing != 0) {
        tick();
    } else if (frame->index == current) {
        s.idleTimer.start();
    }
}

// --- playing

void ClipSession::play(int direction) {
    if (!d->isOpen || direction == 0) return;
    const int way = direction < 0 ? -1 : 1;
    if (d->current == (way < 0 ? allFrames().first : allFrames().last)) return;
    d->follows = false;
    d->playing = way;
    d->playClock = {d->now(), seconds(d->current), way * d->speed};
    Q_EMIT playingChanged();
    if (!frameIsApproximate()) d->tick();
}

/// Shows what is due. A frame that is not there yet is asked for, and the film goes on when it comes.
void ClipSession::Private::tick() {
    if (playing == 0 || !s.frame) return;
    const PlayStep step = playStep(facts.times, playClock, s.frame->index, now());
    playClock = step.clock;
    if (step.show != s.frame->index) return moveTo(step.show, ClipWorker::How::Play);
    if (step.ended) return q.pause();
    playTimer.start(std::max(1, int(step.wait * 1000)));
}

void ClipSession::pause() {
    d->playTimer.stop();
    if (std::exchange(d->playing, 0) != 0) Q_EMIT playingChanged();
}

bool ClipSession::isPlaying() const { return d->playing != 0; }
int ClipSession::playDirection() const { return d->playing; }
double ClipSession::speed() const { return d->speed; }

void ClipSession::setSpeed(double speed) {
    constexpr double kSlowest = 1. / 8, kFastest = 8;
    d->speed = std::clamp(speed, kSlowest, kFastest);
    if (d->playing != 0) d->playClock = {d->now(), seconds(d->current), d->playing * d->speed};
}

// --- marks

FrameRange ClipSession::marks() const {
    const FrameRange all = allFrames();
    return {d->markIn.value_or(all.first), d->markOut.value_or(all.last)};
}

void ClipSession::setMarkIn(FrameIndex frame) {
    d->markIn = d->clamped(frame);
    if (d->markOut && *d->markOut < *d->markIn) d->markOut.reset();
    Q_EMIT marksChanged();
}

void ClipSession::setMarkOut(FrameIndex frame) {
    d->markOut = d->clamped(frame);
    if (d->markIn && *d->markOut < *d->markIn) d->markIn.reset();
    Q_EMIT marksChanged();
}

void ClipSession::clearMarks() {
    d->markIn.reset();
    d->markOut.reset();
    Q_EMIT marksChanged();
}

// --- thumbnails: one at a time, the latest wish first

void ClipSession::requestThumbnail(FrameIndex frame) {
    if (!d->isOpen) return;
    std::erase(d->thumbnails, frame);
    d->thumbnails.push_back(d->clamped(frame));
    if (d->thumbnails.size() > kMaxThumbnailsWaiting) d->thumbnails.pop_front();
    d->nextThumbnail();
}

void ClipSession::dropThumbnailRequests() { d->thumbnails.clear(); }

void ClipSession::Private::nextThumbnail() {
    if (thumbnailBusy || thumbnails.empty()) return;
    thumbnailBusy = true;
    filmstrip->thumbnail(thumbnails.back());
    thumbnails.pop_back();
}

void ClipSession::Private::take(ClipThumbnailed& answer) {
    if (answer.clip != number) return;
    thumbnailBusy = false;
    Q_EMIT q.thumbnailReady(answer.frame, answer.image);
    nextThumbnail();
}

}  // namespace fs2
