#include "ui/timeline/timeline_panel.h"

#include <QMenu>
#include <QVBoxLayout>

#include "ui/main_window/actions.h"
#include "ui/timeline/timeline_binding.h"
#include "ui/timeline/timeline_view.h"
#include "ui/timeline/transport_bar.h"

namespace fs2 {

TimelinePanel::TimelinePanel(Session& session, const Actions& actions, QWidget* parent)
    : QWidget(parent) {
    transport_ = new TransportBar(session, actions, this);
    view_ = new TimelineView(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(transport_);
    layout->addWidget(view_, 1);
    new TimelineBinding(session, *view_, this);
    connect(&actions["timeline_in"], &QAction::triggered, view_, &TimelineView::zoomIn);
    connect(&actions["timeline_out"], &QAction::triggered, view_, &TimelineView::zoomOut);
    connect(&actions["timeline_fit"], &QAction::triggered, view_, &TimelineView::fit);
    connect(transport_, &TransportBar::frameTyped, this, [this, &session](FrameIndex frame) {
        session.clip().setCurrentFrame(frame);
        view_->setFocus();  // so that keys are commands again
    });
    connect(view_, &TimelineView::menuWanted, this, [&actions](const QPoint& globalPoint) {
        actions.menu(QStringLiteral("propagate")).popup(globalPoint);
    });
}

}  // namespace fs2
