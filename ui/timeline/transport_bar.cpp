#include "ui/timeline/transport_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include "ui/main_window/actions.h"
#include "ui/timeline/clock.h"

namespace fs2 {
namespace {

QFrame* upright(QWidget* parent) {
    auto* line = new QFrame(parent);
    line->setFrameShape(QFrame::VLine);
    line->setFrameShadow(QFrame::Sunken);
    return line;
}

}  // namespace

TransportBar::TransportBar(Session& session, const Actions& actions, QWidget* parent)
    : QWidget(parent), session_(session), clip_(session.clip()) {
    frame_ = new QLineEdit(this);
    frame_->setObjectName(QStringLiteral("frameField"));
    frame_->setAccessibleName(tr("Frame"));
    frame_->setAlignment(Qt::AlignRight);
    frame_->setToolTip(tr("A frame number, or a time like 1:02.5; Enter goes there"));
    frame_->installEventFilter(this);
    count_ = new QLabel(this);
    time_ = new QLabel(this);
    time_->setAccessibleName(tr("Time"));
    approximate_ = new QLabel(this);
    approximate_->setObjectName(QStringLiteral("approximate"));
    placeParts(actions);
    connect(&clip_, &ClipSession::clipChanged, this, &TransportBar::showClip);
    connect(&clip_, &ClipSession::currentFrameChanged, this, &TransportBar::showFrame);
    connect(&clip_, &ClipSession::frameShown, this, &TransportBar::showFrame);
    connect(frame_, &QLineEdit::returnPressed, this, &TransportBar::readFrame);
    showClip();
}

void TransportBar::placeParts(const Actions& actions) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(4, 2, 4, 2);
    row->setSpacing(2);
    addButtons(*row, actions,
               {"first_item", "previous_item", "play_back", "play", "next_item", "last_item"});
    row->addSpacing(6);
    row->addWidget(frame_);
    row->addWidget(count_);
    row->addSpacing(8);
    row->addWidget(time_);
    row->addSpacing(8);
    row->addWidget(approximate_);
    row->addStretch(1);
    addButtons(*row, actions, {"previous_key", "next_key", "key_frame", "next_doubt"});
    row->addWidget(upright(this));
    addButtons(*row, actions, {"mark_in", "mark_out"});
    row->addWidget(upright(this));
    addButtons(*row, actions,
               {"run_backward", "run_both", "run_forward", "run_range", "rerun", "pause_run",
                "cancel_run", "follow_run"});
    row->addWidget(upright(this));
    addButtons(*row, actions, {"timeline_out", "timeline_fit", "timeline_in"});
}

void TransportBar::addButtons(QBoxLayout& row, const Actions& actions,
                              std::initializer_list<const char*> ids) {
    for (const char* id : ids) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(&actions[id]);
        button->setAutoRaise(true);
        button->setIconSize({20, 20});
        button->setFocusPolicy(Qt::TabFocus);
        row.addWidget(button);
    }
}

void TransportBar::editFrame() {
    frame_->setFocus(Qt::ShortcutFocusReason);
    frame_->selectAll();
}

void TransportBar::readFrame() {
    frame_->setModified(false);
    bool ok = false;
    const int number = locale().toInt(frame_->text().trimmed(), &ok);
    const auto time = secondsOf(frame_->text());
    if (ok)
        Q_EMIT frameTyped({number});
    else if (time)
        Q_EMIT frameTyped(clip_.frameAt(*time));
    showFrame();
}

void TransportBar::showClip() {
    setEnabled(clip_.isOpen());
    const int frames = clip_.info().frames;
    const QString widest =
        QString(QString::number(std::max(frames, 1000)).size() + 2, QLatin1Char('0'));
    frame_->setFixedWidth(fontMetrics().horizontalAdvance(widest) + 16);
    count_->setText(clip_.isOpen() ? tr("of %L1").arg(frames) : QString());
    showFrame();
}

void TransportBar::showFrame() {
    const FrameIndex frame = clip_.currentFrame();
    const bool open = clip_.isOpen();
    if (!frame_->hasFocus() || !frame_->isModified())
        frame_->setText(open ? QString::number(frame.value) : QString());
    const FrameIndex last{clip_.info().frames - 1};
    time_->setText(open ? QStringLiteral("%1 / %2").arg(clockText(clip_.seconds(frame)),
                                                        clockText(clip_.seconds(last)))
                        : QString());
    const bool other = open && !clip_.isPlaying() && clip_.frameIsApproximate();
    approximate_->setText(other ? tr("frame %L1 shown…").arg(clip_.shownFrame().value) : QString());
}

bool TransportBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == frame_ && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        frame_->setModified(false);
        showFrame();
        frame_->clearFocus();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace fs2
