// Runs: masks carried through the open clip.
#include <algorithm>

#include "annotation/document/edits.h"
#include "app/session/clip_session_private.h"

namespace fs2 {
namespace {

constexpr int kTellEveryMs = 50;

int framesOf(const RunLeg& leg) { return std::abs(leg.last.value - leg.first.value) + 1; }

bool contains(const RunLeg& leg, FrameIndex frame) {
    return leg.forward ? frame >= leg.first && frame <= leg.last : frame <= leg.first && frame >= leg.last;
}

std::vector<RunLeg> legsOf(FrameRange range, PropagateDirection direction, FrameIndex at) {
    switch (direction) {
        case PropagateDirection::Forward: return {{at, range.last, true}};
        case PropagateDirection::Backward: return {{at, range.first, false}};
        case PropagateDirection::Both: break;
    }
    std::vector<RunLeg> both{{at, range.last, true}};
    if (at > range.first) both.push_back({{at.value - 1}, range.first, false});
    return both;
}

/// A person spoke on that very frame: it pins. What was accepted by the range is known, and no more.
bool pins(const LabelRecord& label) {
    return isHeld(label) && label.provenance != Provenance::Model && !label.mask.empty();
}

}  // namespace

bool ClipSession::Private::refuse(const QString& why) {
    Q_EMIT s.q.fault({why, {}, false});
    return false;
}

bool ClipSession::propagate(FrameRange range, PropagateDirection direction, const std::vector<ObjectId>& objects) {
    return d->begin(range, direction, objects);
}

bool ClipSession::rerun(ObjectId object) {
    const bool back = d->run.direction == PropagateDirection::Backward;
    const auto next = nextConfirmed(d->current, back ? -1 : 1, object);
    FrameRange range = allFrames();
    (back ? range.first : range.last) = next ? FrameIndex{next->value + (back ? 1 : -1)} : back ? range.first : range.last;
    (back ? range.last : range.first) = d->current;
    return d->begin(range, back ? PropagateDirection::Backward : PropagateDirection::Forward, {object});
}

bool ClipSession::Private::hasSeed(ObjectId object) const {
    const auto labels = s.document.labelsOf(object);
    return std::any_of(labels.begin(), labels.end(), [](const LabelRecord* label) { return pins(*label); });
}

std::vector<ObjectId> ClipSession::Private::runnable(const std::vector<ObjectId>& wanted) const {
    std::vector<ObjectId> ids;
    for (const ObjectRecord& object : s.document.objects()) {
        const bool chosen = wanted.empty() || std::find(wanted.begin(), wanted.end(), object.id) != wanted.end();
        if (chosen && !object.locked && hasSeed(object.id)) ids.push_back(object.id);
    }
    return ids;
}

bool ClipSession::Private::begin(FrameRange range, PropagateDirection direction, std::vector<ObjectId> objects) {
    if (!isOpen || s.phase != Session::Phase::Ready) return refuse(ClipSession::tr("The clip is still loading."));
    if (s.model.state == ModelStatus::State::Failed) return refuse(s.model.sentence);
    if (s.model.state == ModelStatus::State::Ready && !s.model.abilities.memory) {
        const QString& why = s.model.abilities.whyNoMemory;
        return refuse(why.isEmpty() ? ClipSession::tr("This model does not propagate through video.") : why);
    }
    endRun();
    objects = runnable(objects);
    if (objects.empty()) {
        return refuse(ClipSession::tr("No object has a mask to start from: click one, or unlock it."));
    }
    range = {clamped(range.first), clamped(range.last)};
    if (range.empty()) return refuse(ClipSession::tr("The range is empty."));
    q.pause();
    const FrameIndex at = std::clamp(current, range.first, range.last);
    legs = legsOf(range, direction, at);
    run = {};
    run.state = RunStatus::State::Waiting;
    run.job = s.newJob();
    run.direction = direction;
    run.range = range;
    run.objects = std::move(objects);
    run.frame = at;
    for (const RunLeg& leg : legs) run.total += framesOf(leg);
    timeBefore = 0;
    follows = true;
    findSeeds();
    Session::Private::Job& job = s.jobs[run.job];
    job.info = {run.job, ClipSession::tr("Propagate"), 0, run.total, -1};
    job.since.start();
    tellRun(true);
    startWaiting();
    return true;
}

void ClipSession::Private::findSeeds() {
    seeds.clear();
    for (ObjectId object : run.objects) {
        for (const LabelRecord* label : s.document.labelsOf(object)) {
            if (!label->confirmed && pins(*label)) seeds.push_back({object, label->frame});
        }
    }
}

/// A run waits for the model, and for what memory it had of this clip.
void ClipSession::Private::startWaiting() {
    if (run.state != RunStatus::State::Waiting) return;
    if (s.model.state == ModelStatus::State::Failed) return finish(false, s.model.sentence);
    if (s.model.state == ModelStatus::State::Ready && !s.model.abilities.memory) {
        return finish(false, s.model.abilities.whyNoMemory);
    }
    if (s.model.state == ModelStatus::State::Ready && memory == Memory::Ready) post();
}

void ClipSession::Private::post() {
    RunRequest request;
    request.job = runAnswers = s.newJob();
    request.item = item;
    request.legs = legs;
    request.objects = run.objects;
    for (const ObjectRecord& object : s.document.objects()) request.existing.insert(object.id);
    for (ObjectId object : run.objects) {
        for (const LabelRecord* label : s.document.labelsOf(object)) {
            if (isHeld(*label)) request.held.insert({label->frame, object});
            if (!pending.count({object, label->frame})) {
                request.known.push_back({label->frame, object, label->mask, pins(*label)});
            }
        }
    }
    for (const auto& [cell, row] : pending) request.known.push_back({cell.second, cell.first, row.mask, false});
    request.open = facts.open;
    request.shown = s.frame;
    stopRun = std::stop_source();
    request.stop = stopRun.get_token();
    run.state = RunStatus::State::Running;
    runTime.start();
    s.inference->post(std::move(request));
    tellRun(true);
}

void ClipSession::pauseRun() {
    if (d->run.state != RunStatus::State::Running) return;
    d->run.state = RunStatus::State::Paused;
    d->stopRun.request_stop();
    d->timeBefore += d->runTime.elapsed();
    d->tellRun(true);
}

void ClipSession::resumeRun() {
    if (d->run.state != RunStatus::State::Paused) return;
    if (d->legs.empty()) return d->finish(true, {});
    d->run.state = RunStatus::State::Waiting;
    d->startWaiting();
}

void ClipSession::cancelRun() { d->endRun(); }
const RunStatus& ClipSession::run() const { return d->run; }
bool ClipSession::followsRun() const { return d->follows; }
void ClipSession::setFollowsRun(bool follows) { d->follows = follows; }

void ClipSession::Private::endRun() {
    if (run.state != RunStatus::State::Idle) finish(false, {});
}

/// The run is over here and now, whatever the worker is still at: its later answers are dropped.
void ClipSession::Private::finish(bool ok, const QString& sentence) {
    stopRun.request_stop();
    runAnswers = {};
    run.state = RunStatus::State::Idle;
    commit();
    s.inference->post(InferenceWorker::SaveMemory{item});
    s.endJob(std::exchange(run.job, {}), ok, sentence);
    Q_EMIT q.runChanged();
    Q_EMIT q.runFinished(ok, sentence);
}

void ClipSession::Private::commit() {
    std::vector<LabelRecord> rows;
    rows.reserve(pending.size());
    FrameRange frames{{info.frames}, {-1}};
    for (auto& [cell, row] : std::exchange(pending, {})) {
        frames = {std::min(frames.first, row.frame), std::max(frames.last, row.frame)};
        rows.push_back(row);
    }
    if (rows.empty()) return;
    committing = true;
    edit::addRun(s.document, rows, seeds);
    committing = false;
    for (const LabelRecord& row : rows) refreshCell(row.object, row.frame);
    tellLanes();
    Q_EMIT q.pendingChanged(frames);
}

bool ClipSession::Private::canTake(const LabelRecord& row) const {
    const ObjectRecord* object = s.document.object(row.object);
    const LabelRecord* label = s.document.label(row.object, row.frame);
    return object && !object->locked && !(label && isHeld(*label));
}

void ClipSession::Private::take(Tracked& answer) {
    if (answer.job != runAnswers) return;
    std::vector<Change> journal;  // a crash loses no more than what has not come yet
    for (LabelRecord& row : answer.labels) {
        if (!canTake(row)) continue;
        RowChange<LabelRecord> written;
        written.hasAfter = true;
        written.after = row;
        journal.push_back(std::move(written));
        const Cell cell{row.object, row.frame};
        pending.insert_or_assign(cell, std::move(row));
        refreshCell(cell.first, cell.second);
    }
    if (!journal.empty()) s.noteChanges(journal);
    noteProgress(answer.frame);
    if (follows) {
        const bool moved = std::exchange(current, answer.frame) != answer.frame;
        present(answer.picture);
        if (moved) Q_EMIT q.currentFrameChanged();
    }
    tellLanes();
    Q_EMIT q.pendingChanged({answer.frame, answer.frame});
    tellRun(false);
}

void ClipSession::Private::noteProgress(FrameIndex frame) {
    while (!legs.empty() && !contains(legs.front(), frame)) legs.erase(legs.begin());
    if (!legs.empty()) {
        RunLeg& leg = legs.front();
        if (frame == leg.last) {
            legs.erase(legs.begin());
        } else {
            leg.first = {frame.value + (leg.forward ? 1 : -1)};
        }
    }
    int left = 0;
    for (const RunLeg& leg : legs) left += framesOf(leg);
    run.frame = frame;
    run.done = run.total - left;
    const qint64 running = run.state == RunStatus::State::Running ? runTime.elapsed() : 0;
    const double seconds = double(timeBefore + running) / 1000.;
    if (seconds > 0 && run.done > 0) {
        run.framesPerSecond = run.done / seconds;
        run.secondsLeft = left / run.framesPerSecond;
    }
}

void ClipSession::Private::tellRun(bool now) {
    if (!now && toldRun.isValid() && toldRun.elapsed() < kTellEveryMs) return;
    toldRun.start();
    const auto job = s.jobs.find(run.job);
    if (job != s.jobs.end()) {
        job->second.info.done = run.done;
        job->second.info.secondsLeft = run.secondsLeft;
        Q_EMIT s.q.jobsChanged();
    }
    Q_EMIT q.runChanged();
}

void ClipSession::Private::take(RunEnded& answer) {
    if (answer.job != runAnswers) return;
    const bool paused = run.state == RunStatus::State::Paused;
    if (!answer.done) {
        const Error& error = answer.done.error();
        if (error.code == ErrorCode::Cancelled) {
            if (!paused) finish(false, {});
            return;
        }
        s.report(error, Doing::Propagate);
        return finish(false, sentenceOf(error, Doing::Propagate));
    }
    QString sentence;
    if (answer.lost > 0) {
        sentence = ClipSession::tr("%n frame(s) could not be decoded and were left out.", nullptr, answer.lost);
        Q_EMIT s.q.fault({sentence, {}, false});
    }
    legs.clear();
    finish(true, sentence);
}

const LabelRecord* ClipSession::pendingLabel(ObjectId object, FrameIndex frame) const {
    const auto at = d->pending.find({object, frame});
    return at == d->pending.end() ? nullptr : &at->second;
}

const LabelRecord* ClipSession::shownLabel(ObjectId object, FrameIndex frame) const {
    const LabelRecord* coming = pendingLabel(object, frame);
    return coming ? coming : d->s.document.label(object, frame);
}

}  // namespace fs2
