#include "ui/tools/live_preview.h"

#include <QLineF>

#include "app/session/session.h"
#include "ui/tools/prompt_draft.h"
#include "ui/tools/prompt_marks.h"

namespace fs2 {
namespace {
constexpr int kPauseMs = 120;
constexpr double kStill = 3;  // widget pixels that a resting hand may tremble
}  // namespace

LivePreview::LivePreview(Session& session, Canvas& canvas, PromptDraft& draft, QObject* parent)
    : QObject(parent), session_(session), canvas_(canvas), draft_(draft) {
    pause_.setSingleShot(true);
    pause_.setInterval(kPauseMs);
    connect(&pause_, &QTimer::timeout, this, &LivePreview::ask);
    connect(&session_, &Session::previewReady, this, [this](const Mask& mask) { show(mask); });
    connect(&session_, &Session::previewCleared, &canvas_, [this] { canvas_.setPreview({}); });
    connect(&draft_, &PromptDraft::changed, this, &LivePreview::stop);
}

void LivePreview::setEnabled(bool enabled) {
    enabled_ = enabled;
    if (!enabled) stop();
}

void LivePreview::hover(QPointF imagePoint, bool positive) {
    if (!enabled_) return;
    point_ = imagePoint;
    positive_ = positive;
    const bool still =
        asked_ && QLineF(*asked_, imagePoint).length() * canvas_.view().scale() <= kStill;
    if (still) return;
    // A mask that still lies under the mouse stays until the next one comes: it would only flicker.
    if (!canvas_.preview().contains(int(imagePoint.x()), int(imagePoint.y()))) stop();
    asked_.reset();
    pause_.start();
}

void LivePreview::stop() {
    pause_.stop();
    if (asked_) session_.cancelPreview();
    asked_.reset();
    canvas_.setPreview({});
}

void LivePreview::ask() {
    const bool idle = session_.modelStatus().state == ModelStatus::State::Ready &&
                      !draft_.inFlight() && session_.document().isLoaded();
    if (!idle) return;
    Prompt prompt = draft_.prompt();
    prompt.clicks.push_back(clickOf(point_, positive_, canvas_.imageSize()));
    asked_ = point_;
    session_.requestPreview(prompt);
}

void LivePreview::show(const Mask& mask) {
    if (asked_) canvas_.setPreview(mask, Qt::white);
}

}  // namespace fs2
