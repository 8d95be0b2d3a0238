#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <utility>

#include "app/session/clip_session_private.h"

namespace fs2 {
namespace {

constexpr int kLookAtFolderMs = 2000;
constexpr int kFolderChangedMs = 300;  ///< files mostly come many at a time

OverlapRule overlapOf(const std::map<std::string, std::string>& settings) {
    const auto at = settings.find("overlap");
    if (at != settings.end() && at->second == "existing") return OverlapRule::ExistingWins;
    if (at != settings.end() && at->second == "allow") return OverlapRule::Allow;
    return OverlapRule::NewestWins;
}

}  // namespace

void Session::Private::open(const QString& path, const QStringList& files, const QString& projectFile,
                            bool sequence) {
    if (isOpen) q.closeProject();
    ++project;
    Autosave::Open request;
    request.project = project;
    request.folder = QDir::cleanPath(QFileInfo(path).absoluteFilePath()).toStdString();
    for (const QString& file : files) {
        request.files.push_back(QDir::cleanPath(QFileInfo(file).absoluteFilePath()).toStdString());
    }
    request.projectFile = projectFile.toStdString();
    request.sequence = sequence;
    request.dataFolder = options.dataFolder.toStdString();
    autosave->post(std::move(request));
    isListing = true;
    Q_EMIT q.listingChanged();
}

void Session::openFolder(const QString& folder) { d->open(folder, {}, {}); }
void Session::openSequence(const QString& folder) { d->open(folder, {}, {}, true); }

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
    clips->d->loadSettings(opened.settings);
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
    if (openIsBack && phase == Phase::Failed) {
        q.openItem(open);
    } else if (openIsBack) {
        clips->d->reopen();
    }
}

}  // namespace fs2
