#include "ui/main_window/fault_bar.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QToolButton>

#include <chrono>

#include "ui/main_window/theme.h"

namespace fs2 {

using namespace std::chrono_literals;

FaultBar::FaultBar(QWidget* over) : QFrame(over) {
    setObjectName(QStringLiteral("faultBar"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    auto* sign = new QLabel(this);
    sign->setPixmap(themeIcon(QStringLiteral("warning")).pixmap(20, 20));
    sentence_ = new QLabel(this);
    sentence_->setWordWrap(true);
    sentence_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    detail_ = new QLabel(this);
    detail_->setWordWrap(true);
    detail_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    detail_->hide();
    details_ = new QToolButton(this);
    details_->setText(tr("Details"));
    details_->setCheckable(true);
    details_->setAutoRaise(true);
    auto* close = new QToolButton(this);
    close->setIcon(themeIcon(QStringLiteral("close")));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close this message"));
    close->setAccessibleName(close->toolTip());
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(12, 6, 6, 6);
    grid->setSpacing(8);
    grid->addWidget(sign, 0, 0, Qt::AlignTop);
    grid->addWidget(sentence_, 0, 1);
    grid->addWidget(details_, 0, 2, Qt::AlignTop);
    grid->addWidget(close, 0, 3, Qt::AlignTop);
    grid->addWidget(detail_, 1, 1, 1, 3);
    grid->setColumnStretch(1, 1);
    timer_.setSingleShot(true);
    hide();

    connect(&timer_, &QTimer::timeout, this, &FaultBar::dismiss);
    connect(close, &QToolButton::clicked, this, [this] {
        if (lasting_ && lasting_->sentence == sentence()) lasting_.reset();
        dismiss();
    });
    connect(details_, &QToolButton::toggled, this, [this](bool open) {
        detail_->setVisible(open);
        timer_.stop();  // who reads the details decides when to close
        place();
    });
    over->installEventFilter(this);
}

QString FaultBar::sentence() const {
    return sentence_->text();
}

void FaultBar::showFault(const Fault& fault) {
    if (fault.lasting) lasting_ = fault;
    sentence_->setText(fault.sentence);
    detail_->setText(fault.detail);
    details_->setChecked(false);
    details_->setVisible(!fault.detail.isEmpty());
    setAccessibleName(fault.sentence);
    if (fault.lasting)
        timer_.stop();
    else
        timer_.start(20s);
    show();
    raise();
    place();
}

void FaultBar::clearLasting() {
    const bool shown = lasting_ && lasting_->sentence == sentence();
    lasting_.reset();
    if (shown) hide();
}

void FaultBar::dismiss() {
    hide();
    if (lasting_ && lasting_->sentence != sentence()) showFault(*lasting_);
}

void FaultBar::place() {
    const int width = qMin(parentWidget()->width() - 24, 760);
    const int height =
        layout()->hasHeightForWidth() ? layout()->heightForWidth(width) : sizeHint().height();
    setGeometry((parentWidget()->width() - width) / 2, 12, width, height);
}

bool FaultBar::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize && isVisible()) place();
    return QFrame::eventFilter(watched, event);
}

}  // namespace fs2
