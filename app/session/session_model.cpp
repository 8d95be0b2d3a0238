#include <QFileInfo>

#include <algorithm>

#include "app/session/models.h"
#include "app/session/clip_session_private.h"

namespace fs2 {
namespace {

TextActivation activationOf(const QString& name) {
    if (name == QStringLiteral("gelu")) return TextActivation::Gelu;
    return name == QStringLiteral("quickgelu") ? TextActivation::QuickGelu : TextActivation::Auto;
}

SegmenterOptions segmenterOptions(const ModelOptions& wanted) {
    SegmenterOptions options;
    options.network = wanted.network.toStdString();
    options.weightsPath = wanted.weightsPath.toStdString();
    options.device = wanted.device.toStdString();
    options.workingSize = wanted.workingSize;
    options.threads = wanted.threads;
    options.featureBytes = wanted.featureBytes;
    options.refineEdges = wanted.refineEdges;
    options.text.towerPath = wanted.textTower.toStdString();
    options.text.activation = activationOf(wanted.textActivation);
    options.text.tablePath = wanted.classTable.toStdString();
    options.text.classes = wanted.classNames.toStdString();
    return options;
}

/// Part, whole, more: by area, equal ones once.
std::vector<Prediction::Alternative> readingsOf(const Prediction& answer) {
    std::vector<Prediction::Alternative> all = answer.alternatives;
    all.insert(all.begin(), {answer.mask, answer.score});
    std::erase_if(all, [](const auto& reading) { return reading.mask.empty(); });
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.mask.area() < b.mask.area(); });
    all.erase(std::unique(all.begin(), all.end(),
                          [](const auto& a, const auto& b) { return a.mask == b.mask; }),
              all.end());
    return all;
}

}  // namespace

void Session::Private::loadModel() {
    clips->d->endRun();
    clips->d->forgetMemory();
    retireRequests();
    encoded.clear();
    modelJob = newJob();
    model = ModelStatus{};
    model.network = options.model.network;
    inference->post(InferenceWorker::Load{modelJob, segmenterOptions(options.model)});
    Q_EMIT q.modelChanged();
}

void Session::setModelOptions(const ModelOptions& options) {
    d->options.model = options;
    d->loadModel();
}

ModelOptions Session::modelOptions() const { return d->options.model; }
ModelStatus Session::modelStatus() const { return d->model; }
std::vector<ModelChoice> Session::modelChoices() const { return d->choices; }
void Session::lookForModels() { d->inference->post(InferenceWorker::Find{}); }

void Session::Private::take(ModelsFound& answer) {
    if (answer.choices == choices) return;
    choices = std::move(answer.choices);
    Q_EMIT q.modelChoicesChanged();
}

void Session::Private::take(ModelLoaded& answer) {
    if (answer.job != modelJob) return;
    if (!answer.info) {
        model.state = ModelStatus::State::Failed;
        model.sentence = sentenceOf(answer.info.error(), Doing::LoadModel);
        Q_EMIT q.modelChanged();
        report(answer.info.error(), Doing::LoadModel);
        clips->d->startWaiting();
        return;
    }
    const SegmenterInfo& info = *answer.info;
    const QString file = QFileInfo(QString::fromStdString(info.weightsPath)).fileName();
    model.state = ModelStatus::State::Ready;
    model.network = QString::fromStdString(info.network);
    model.weightsName = file.isEmpty() ? QStringLiteral("none") : file;
    model.weightsId = QString::fromStdString(info.weightsId);
    model.device = QString::fromStdString(info.device);
    model.abilities = abilitiesOf(info);
    if (!options.model.weightsPath.isEmpty() && !info.weightsPath.empty()) {
        options.model.weightsPath = QString::fromStdString(info.weightsPath);  // it may be imported
    }
    Q_EMIT q.modelChanged();
    idleTimer.start();
    clips->d->askMemory();
}

// --- clicks

Mask Session::Private::priorOf(const Prompt& prompt) const {
    const LabelRecord* label = document.label(prompt.object, prompt.frame);
    return label ? label->mask : Mask();
}

void Session::Private::failLater(const Prompt& prompt, const QString& sentence) {
    const auto fail = [this, object = prompt.object, frame_ = prompt.frame, sentence] {
        Q_EMIT q.fault({sentence, {}, false});
        Q_EMIT q.requestFinished(object, frame_, false, sentence);
    };
    QMetaObject::invokeMethod(&q, fail, Qt::QueuedConnection);
}

void Session::requestMask(const Prompt& prompt, ClassId cls) {
    const Private::Key key{prompt.frame, prompt.object};
    d->clearPreview();
    d->clips->cancelRun();
    if (prompt.empty()) {
        d->retire(key);
        edit::setMask(d->document, prompt.object, Mask(), tr("remove clicks"), {}, prompt.frame);
        return;
    }
    const ObjectRecord* known = d->document.object(prompt.object);
    const bool clear = !d->clips->isClip() || (d->frame && d->frame->index == prompt.frame);
    if (d->phase == Phase::Ready && !clear) return d->failLater(prompt, tr("The frame is still loading."));
    if (d->phase != Phase::Ready) return d->failLater(prompt, tr("The picture is still loading."));
    if (d->model.state == ModelStatus::State::Failed) return d->failLater(prompt, d->model.sentence);
    if (known && known->locked) return d->failLater(prompt, tr("The object is locked."));
    const JobId id = d->newJob();
    const auto [at, isNew] = d->inFlight.insert_or_assign(key, Private::InFlight{id, cls, false});
    d->lastAsked = key;
    d->inference->post(InferenceWorker::Click{id, d->frame, prompt, d->priorOf(prompt)});
    d->idleTimer.start();
    if (isNew) Q_EMIT requestStarted(prompt.object, prompt.frame);
}

bool Session::isPending(ObjectId object, FrameIndex frame) const {
    return d->inFlight.count({frame, object}) > 0;
}

void Session::Private::retire(Key key) {
    if (inFlight.erase(key) == 0) return;
    inference->dropClick(key.first, key.second);
    Q_EMIT q.requestFinished(key.second, key.first, false, {});
}

void Session::Private::retireRequests() {
    clearPreview();
    while (!inFlight.empty()) retire(inFlight.begin()->first);
}

void Session::Private::take(Clicked& answer) {
    const auto at = inFlight.find({answer.prompt.frame, answer.prompt.object});
    if (at == inFlight.end() || at->second.id != answer.job) return;
    const InFlight request = at->second;
    inFlight.erase(at);
    clearPreview();
    idleTimer.start();
    settle(request, answer);
}

/// In a clip, a click on what a run made, or on a frame where a known object has no mask, is a person's word at
/// once; only a new object's first mask is a draft.
bool Session::Private::isCorrection(const Prompt& prompt) const {
    if (!clips->isClip() || !document.object(prompt.object)) return false;
    const LabelRecord* label = document.label(prompt.object, prompt.frame);
    return !label || label->provenance == Provenance::Model;
}

/// One answer, one undo step.
void Session::Private::settle(const InFlight& request, Clicked& answer) {
    const Prompt& prompt = answer.prompt;
    const Key key{prompt.frame, prompt.object};
    const auto fail = [&](const QString& sentence, const QString& detail = {}) {
        Q_EMIT q.fault({sentence, detail, false});
        Q_EMIT q.requestFinished(prompt.object, prompt.frame, false, sentence);
    };
    if (!answer.answer) {
        const Error& error = answer.answer.error();
        return fail(sentenceOf(error, Doing::Predict), QString::fromStdString(error.detail));
    }
    const Prediction& prediction = *answer.answer;
    model.lastClickMs = prediction.milliseconds;
    Q_EMIT q.modelChanged();
    if (prediction.mask.empty()) return fail(Session::tr("The model found nothing here."));
    const bool isNew = !document.object(prompt.object);
    edit::setAnswer(document, prompt, prediction, request.cls, isCorrection(prompt));
    const LabelRecord* label = document.label(prompt.object, prompt.frame);
    if (!label || !(label->prompt == prompt)) {
        return fail(Session::tr("Other objects have all of these pixels."));
    }
    readings[key] = readingsOf(prediction);
    if (request.accept) {
        edit::accept(document, {prompt.object}, prompt.frame);
    } else if (isNew && key == lastAsked) {
        document.select({prompt.object});
    }
    Q_EMIT q.requestFinished(prompt.object, prompt.frame, true, {});
}

bool Session::cycleAlternative(ObjectId object, int step) {
    const auto at = d->readings.find({d->clips->currentFrame(), object});
    const LabelRecord* label = d->document.label(object, d->clips->currentFrame());
    if (at == d->readings.end() || !label || at->second.size() < 2) return false;
    const auto& readings = at->second;
    const auto shown = std::find_if(readings.begin(), readings.end(),
                                    [&](const auto& r) { return r.mask == label->mask; });
    const int n = int(readings.size());
    const int now = shown == readings.end() ? 0 : int(shown - readings.begin());
    const auto& next = readings[std::size_t(((now + step) % n + n) % n)];
    return edit::setAlternative(d->document, object, next.mask, next.score, d->clips->currentFrame());
}

int Session::alternativeCount(ObjectId object) const {
    const auto at = d->readings.find({d->clips->currentFrame(), object});
    return at == d->readings.end() ? 0 : int(at->second.size());
}

// --- preview

void Session::requestPreview(const Prompt& prompt) {
    if (d->phase != Phase::Ready || d->model.state != ModelStatus::State::Ready || prompt.empty()) return;
    if (d->clips->isClip() && d->frame->index != prompt.frame) return;
    d->previewJob = d->newJob();
    d->inference->post(
        InferenceWorker::Preview{d->previewJob, d->frame, prompt, d->priorOf(prompt)});
    d->idleTimer.start();
}

void Session::cancelPreview() { d->clearPreview(); }

void Session::Private::clearPreview() {
    inference->dropPreview();
    previewJob = {};
    Q_EMIT q.previewCleared();
}

void Session::Private::take(Previewed& answer) {
    if (answer.job != previewJob || !answer.answer) return;
    Q_EMIT q.previewReady(answer.answer->mask, answer.answer->score);
}

// --- whole scenes

void Session::labelScene() {
    if (d->phase != Phase::Ready || d->model.state != ModelStatus::State::Ready) return;
    if (d->sceneJob != JobId{} && d->jobs.count(d->sceneJob)) return;  // one at a time
    const JobId id = d->newJob();
    d->sceneJob = id;
    Private::Job& job = d->jobs[id];
    job.info = {id, tr("Label the scene"), 0, 0, -1};
    job.since.start();
    d->inference->post(InferenceWorker::LookAtScene{id, d->frame, job.stop.get_token()});
    Q_EMIT jobsChanged();
}

void Session::Private::take(SceneSeen& answer) {
    const auto at = jobs.find(answer.job);
    if (at == jobs.end()) return;
    if (!answer.scene) {
        const Error& error = answer.scene.error();
        if (error.code != ErrorCode::Cancelled) report(error, Doing::Predict);
        return endJob(answer.job, false, sentenceOf(error, Doing::Predict));
    }
    const bool stale = at->second.stop.stop_requested() || !frame || frame->source != answer.source;
    if (stale || !edit::addScene(document, *answer.scene)) {
        return endJob(answer.job, false, stale ? QString() : Session::tr("The model found nothing here."));
    }
    endJob(answer.job, true,
           Session::tr("%n object(s) found: accept or drop them.", nullptr,
                       int(answer.scene->segments.size())));
}

// --- prefetch: the open picture, the hovered one, then the next of the list

void Session::Private::prefetchIdle() {
    if (model.state != ModelStatus::State::Ready || !inFlight.empty()) return;
    const Frame next = frame && !encoded.count(frame->source) ? frame : hovered;
    if (next && !encoded.count(next->source)) {
        inference->post(InferenceWorker::Prefetch{next});
        return;
    }
    const int row = document.rowOf(document.openItem()) + 1;
    if (frame && !neighbourAsked && !clips->isClip() && row < document.itemCount()) {
        neighbourAsked = true;
        q.prefetchItem(document.itemAt(row).record.id);
    }
}

void Session::Private::take(Prefetched& answer) {
    if (answer.done) {
        encoded.insert(answer.source);
        if (hovered && hovered->source == answer.source) hovered.reset();
        idleTimer.start();
    }
}

}  // namespace fs2
