#include "ui/main_window/status_line.h"

#include <QAction>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QToolButton>

#include "app/session/clip_session.h"
#include "ui/main_window/model_menu.h"
#include "ui/main_window/theme.h"
#include "ui/panels/elided_label.h"

namespace fs2 {
namespace {

QString timeLeft(double seconds) {
    const int whole = int(seconds + .5);
    return QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
}

}  // namespace

StatusLine::StatusLine(Session& session, QMenu& modelMenu, QAction& cancelJob, QWidget* parent)
    : QStatusBar(parent), session_(session) {
    hint_ = new ElidedLabel(this);
    addWidget(hint_, 1);
    pixel_ = addLabel(tr("Pixel under the cursor"));
    zoom_ = addLabel(tr("Zoom"));
    model_ = new QToolButton(this);
    model_->setAutoRaise(true);
    model_->setMenu(&modelMenu);
    model_->setPopupMode(QToolButton::InstantPopup);
    model_->setAccessibleName(tr("Model"));
    addPermanentWidget(model_);
    device_ = addLabel(tr("Device"));
    click_ = addLabel(tr("Time of the last click"));
    saved_ = addLabel(tr("Saved"));
    job_ = addLabel(tr("Job"));
    progress_ = new QProgressBar(this);
    progress_->setMaximumWidth(140);
    progress_->setTextVisible(false);
    progress_->setAccessibleName(tr("Progress of the job"));
    addPermanentWidget(progress_);
    cancel_ = new QToolButton(this);
    cancel_->setDefaultAction(&cancelJob);
    cancel_->setIcon(themeIcon(QStringLiteral("close")));
    cancel_->setAutoRaise(true);
    addPermanentWidget(cancel_);

    connect(&session, &Session::modelChanged, this, &StatusLine::showModel);
    connect(&session, &Session::saveChanged, this, &StatusLine::showSaved);
    connect(&session, &Session::projectOpened, this, &StatusLine::showSaved);
    connect(&session, &Session::projectClosed, this, &StatusLine::showSaved);
    connect(&session, &Session::jobsChanged, this, &StatusLine::showJob);
    connect(&session, &Session::requestFinished, this, &StatusLine::showModel);
    connect(&session.clip(), &ClipSession::runChanged, this, &StatusLine::showJob);
    showModel();
    showSaved();
    showJob();
}

QLabel* StatusLine::addLabel(const QString& accessibleName) {
    auto* label = new QLabel(this);
    label->setAccessibleName(accessibleName);
    label->setContentsMargins(6, 0, 6, 0);
    addPermanentWidget(label);
    return label;
}

void StatusLine::setHint(const QString& hint) {
    hint_->setText(hint);
}

void StatusLine::setPixel(QPoint imagePixel) {
    pixel_->setText(imagePixel.x() < 0
                        ? QString()
                        : QStringLiteral("%1, %2").arg(imagePixel.x()).arg(imagePixel.y()));
}

void StatusLine::setZoom(double devicePixelsPerImagePixel) {
    const double percent = devicePixelsPerImagePixel * 100;
    zoom_->setText(QStringLiteral("%1 %").arg(percent, 0, 'f', percent < 10 ? 1 : 0));
}

void StatusLine::showModel() {
    const ModelStatus status = session_.modelStatus();
    using State = ModelStatus::State;
    if (status.state == State::Loading) {
        model_->setText(tr("Loading the model…"));
    } else if (status.state == State::Failed) {
        model_->setText(tr("No model"));
    } else {
        const QString weights = QFileInfo(status.weightsName).completeBaseName();
        const bool plain = weights == status.network || weights == QStringLiteral("none");
        const QString text =
            plain ? status.network : QStringLiteral("%1 · %2").arg(status.network, weights);
        model_->setText(text + QStringLiteral("  "));  // room for the menu's arrow
    }
    model_->setToolTip(status.state == State::Failed
                           ? status.sentence
                           : tr("Weights: %1 (%2)").arg(status.weightsName, status.weightsId) +
                                 QLatin1Char('\n') + ModelMenu::describe(status.abilities));
    const bool ready = status.state == State::Ready;
    device_->setText(ready ? status.device : QString());
    click_->setText(ready && status.lastClickMs >= 0
                        ? tr("last click %1 ms").arg(qRound(status.lastClickMs))
                        : QString());
}

void StatusLine::showSaved() {
    const SaveStatus status = session_.saveStatus();
    saved_->setToolTip(session_.hasProject() ? session_.projectPath() : QString());
    if (!session_.hasProject()) {
        saved_->clear();
    } else if (status.state == SaveStatus::State::Saving) {
        saved_->setText(tr("saving…"));
    } else if (status.state == SaveStatus::State::Failed) {
        saved_->setText(tr("not saved"));
        saved_->setToolTip(status.sentence);
    } else if (status.lastSaved.isValid()) {
        saved_->setText(
            tr("saved %1")
                .arg(QLocale().toString(status.lastSaved.time(), QStringLiteral("HH:mm"))));
    } else {
        saved_->setText(tr("no changes"));
    }
}

/// " 312/900 · 4.2 frames/s", or what it waits for.
QString StatusLine::runText(const RunStatus& run) {
    QString text = QStringLiteral(" %L1/%L2").arg(run.done).arg(run.total);
    if (run.state == RunStatus::State::Paused)
        text += tr(" · paused");
    else if (run.state == RunStatus::State::Waiting)
        text += tr(" · waits for the model");
    else if (run.framesPerSecond > 0)
        text += tr(" · %L1 frames/s").arg(run.framesPerSecond, 0, 'f', 1);
    return text;
}

void StatusLine::showJob() {
    const std::vector<JobInfo> jobs = session_.jobs();
    job_->setVisible(!jobs.empty());
    progress_->setVisible(!jobs.empty());
    cancel_->setVisible(!jobs.empty());
    if (jobs.empty()) return;
    const JobInfo& job = jobs.front();
    QString text = job.title;
    const RunStatus& run = session_.clip().run();
    if (run.state != RunStatus::State::Idle && run.job == job.id)
        text += runText(run);
    else if (job.total > 0)
        text += QStringLiteral(" %1 %").arg(100 * job.done / job.total);
    if (job.secondsLeft >= 0) text += tr(" · %1 left").arg(timeLeft(job.secondsLeft));
    job_->setText(text);
    progress_->setMaximum(job.total > 0 ? 1000 : 0);
    if (job.total > 0) progress_->setValue(int(job.done * 1000 / job.total));
}

}  // namespace fs2
