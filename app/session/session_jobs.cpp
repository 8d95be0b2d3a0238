#include <QFileInfo>

#include <algorithm>

#include "app/session/session_private.h"

namespace fs2 {
namespace {

constexpr int kRetryMs = 1000;

}  // namespace

// --- saving

void Session::Private::noteChanges(const std::vector<Change>& changes) {
    pending.insert(pending.end(), changes.begin(), changes.end());
    if (!saveTimer.isActive()) saveTimer.start(options.saveDelayMs);
    if (save.state == SaveStatus::State::Saved) setSave(SaveStatus::State::Saving);
}

void Session::Private::writeNow(bool checkpoint) {
    saveTimer.stop();
    const bool retry = save.state == SaveStatus::State::Failed;
    if (!isOpen || (pending.empty() && !retry && !checkpoint)) return;
    ++writes;
    autosave->post(Autosave::Write{project, std::exchange(pending, {}), checkpoint});
}

void Session::Private::setSave(SaveStatus::State state, const QString& why) {
    save.state = state;
    save.sentence = why;
    Q_EMIT q.saveChanged();
}

void Session::Private::take(Saved& answer) {
    if (answer.project != project) return;
    --writes;
    const bool failedBefore = save.state == SaveStatus::State::Failed;
    if (!answer.done) {
        setSave(SaveStatus::State::Failed, sentenceOf(answer.done.error(), Doing::Save));
        if (!failedBefore) report(answer.done.error(), Doing::Save, true);
        if (!saveTimer.isActive()) saveTimer.start(kRetryMs);
        return;
    }
    save.lastSaved = QDateTime::currentDateTime();
    const bool allWritten = writes == 0 && pending.empty();
    setSave(allWritten ? SaveStatus::State::Saved : SaveStatus::State::Saving);
    if (failedBefore) clearFaults();
}

void Session::Private::clearFaults() {
    if (!folderGone && save.state != SaveStatus::State::Failed) Q_EMIT q.faultCleared();
}

SaveStatus Session::saveStatus() const { return d->save; }
void Session::saveNow() { d->writeNow(true); }

// --- exports

void Session::exportCoco(const QString& jsonPath, const ExportOptions& options) {
    ExportPlan plan;
    plan.kind = ExportPlan::Kind::Coco;
    plan.target = jsonPath.toStdString();
    d->startExport(std::move(plan), tr("Export COCO"), options);
}

void Session::exportMasksPng(const QString& folder, const ExportOptions& options) {
    ExportPlan plan;
    plan.kind = ExportPlan::Kind::MasksPng;
    plan.target = folder.toStdString();
    d->startExport(std::move(plan), tr("Export masks"), options);
}

std::vector<ExportFormat> Session::exportFormats() {
    const auto name = [](const char* text) { return QString::fromLatin1(text); };
    return {{name("coco"), tr("COCO"), name(".json"), true, true},
            {name("png"), tr("PNG masks"), {}, true, true},
            {name("davis"), tr("DAVIS"), {}, false, true},
            {name("ytvis"), tr("YouTube-VIS"), name(".json"), false, true},
            {name("mots"), tr("MOTS"), {}, false, true},
            {name("overlay"), tr("Overlay film"), name(".mp4"), false, true}};
}

std::string Session::Private::indexFolder() const {
    const QFileInfo file(projectPath);
    return (file.path() + u'/' + file.completeBaseName() + QStringLiteral(".index")).toStdString();
}

/// Where there are pictures and clips, those of the open item's kind are written.
bool Session::Private::exportsClips(const ExportFormat& format, const ExportOptions& wanted) const {
    if (!format.pictures || !format.clips) return format.clips;
    const ItemSummary* open = document.item(wanted.only != ItemId{} ? wanted.only : document.openItem());
    if (open) return open->isClip();
    for (int row = 0; row < document.itemCount(); ++row) {
        const ItemSummary& item = document.itemAt(row);
        if (item.objects > 0 && !item.isClip()) return false;
    }
    return true;
}

void Session::exportAs(const QString& format, const QString& path, const ExportOptions& options) {
    const auto formats = exportFormats();
    const auto at = std::find_if(formats.begin(), formats.end(), [&](const auto& f) { return f.name == format; });
    if (at == formats.end()) {
        return d->report({ErrorCode::Unsupported, format.toStdString()}, Doing::Export);
    }
    ExportPlan plan;
    plan.target = path.toStdString();
    if (d->exportsClips(*at, options)) plan.clips = clipFormatOf(format.toStdString());
    plan.kind = format == QLatin1String("png") ? ExportPlan::Kind::MasksPng : ExportPlan::Kind::Coco;
    d->startExport(std::move(plan), tr("Export %1").arg(at->title), options);
}

void Session::Private::startExport(ExportPlan plan, const QString& title, const ExportOptions& wanted) {
    if (!isOpen) return;
    clips->cancelRun();  // what it has brought is exported too
    writeNow();
    plan.job = newJob();
    plan.folder = folder.toStdString();
    plan.indexFolder = indexFolder();
    plan.classes = document.classes();
    plan.options = wanted;
    Autosave::Collect collect;
    collect.job = plan.job;
    for (int row = 0; row < document.itemCount(); ++row) {
        const ItemSummary& item = document.itemAt(row);
        if (item.isClip() != plan.clips.has_value() || !takes(wanted, item)) continue;
        if (!plan.clips || item.objects > 0) collect.items.push_back(item.record);
    }
    Job& job = jobs[plan.job];
    const auto wait = qint64(collect.items.size());  // collected, then written
    job.info = {plan.job, title, 0, wait + (plan.clips ? kClipExportSteps : wait), -1};
    job.since.start();
    job.plan = std::move(plan);
    collect.stop = job.stop.get_token();
    autosave->post(std::move(collect));
    Q_EMIT q.jobsChanged();
}

std::vector<JobInfo> Session::jobs() const {
    std::vector<JobInfo> list;
    for (const auto& [id, job] : d->jobs) list.push_back(job.info);
    return list;
}

void Session::cancelJob(JobId id) {
    if (id == d->clips->run().job && id != JobId{}) return d->clips->cancelRun();
    const auto at = d->jobs.find(id);
    if (at != d->jobs.end()) at->second.stop.request_stop();
}

void Session::Private::take(JobProgress& answer) {
    const auto at = jobs.find(answer.job);
    if (at == jobs.end()) return;
    JobInfo& info = at->second.info;
    info.done = answer.done;
    if (info.done > 0) {
        const double perItem = double(at->second.since.elapsed()) / 1000. / double(info.done);
        info.secondsLeft = perItem * double(info.total - info.done);
    }
    Q_EMIT q.jobsChanged();
}

void Session::Private::take(Collected& answer) {
    const auto at = jobs.find(answer.job);
    if (at == jobs.end()) return;
    Job& job = at->second;
    if (!answer.items) {
        const bool cancelled = answer.items.error().code == ErrorCode::Cancelled;
        if (!cancelled) report(answer.items.error(), Doing::Export);
        return endJob(answer.job, false, sentenceOf(answer.items.error(), Doing::Export));
    }
    job.exporter = std::make_unique<Exporter>(job.plan, std::move(answer.items).value(),
                                              job.stop.get_token(),
                                              [this](Answer a) { inbox.deliver(std::move(a)); });
}

void Session::Private::take(Exported& answer) {
    const auto at = jobs.find(answer.job);
    if (at == jobs.end()) return;
    if (!answer.done) {
        const bool cancelled = answer.done.error().code == ErrorCode::Cancelled;
        if (!cancelled) report(answer.done.error(), Doing::Export);
        return endJob(answer.job, false, sentenceOf(answer.done.error(), Doing::Export));
    }
    const Exported::Count& count = *answer.done;
    const QString what = count.clips > 0 ? Session::tr("%1 objects in %2 frames written to %3.")
                                         : Session::tr("%1 objects in %2 images written to %3.");
    QString sentence = what.arg(count.objects)
                           .arg(count.images)
                           .arg(QString::fromStdString(at->second.plan.target));
    for (const std::string& warning : count.warnings) sentence += u'\n' + QString::fromStdString(warning);
    if (count.unread > 0) {
        sentence += u' ' + Session::tr("%1 images could not be read and were left out.").arg(count.unread);
    }
    endJob(answer.job, true, sentence);
}

void Session::Private::endJob(JobId id, bool ok, const QString& sentence) {
    jobs.erase(id);
    Q_EMIT q.jobsChanged();
    Q_EMIT q.jobFinished(id, ok, sentence);
}

}  // namespace fs2
