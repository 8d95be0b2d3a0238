#include "ui/timeline/timeline_binding.h"

#include <algorithm>
#include <utility>

#include "ui/timeline/clock.h"
#include "ui/timeline/timeline_view.h"

namespace fs2 {

TimelineBinding::TimelineBinding(Session& session, TimelineView& view, QObject* parent)
    : QObject(parent), session_(session), clip_(session.clip()), view_(view) {
    connectClip();
    connectView();
    connect(&session_.document(), &Document::changed, this, &TimelineBinding::react);
    showClip();
}

void TimelineBinding::connectClip() {
    connect(&clip_, &ClipSession::clipChanged, this, &TimelineBinding::showClip);
    connect(&clip_, &ClipSession::currentFrameChanged, this, &TimelineBinding::showPlayhead);
    connect(&clip_, &ClipSession::frameShown, this, &TimelineBinding::showPlayhead);
    connect(&clip_, &ClipSession::marksChanged, this, [this] { view_.setMarks(clip_.marks()); });
    connect(&clip_, &ClipSession::runChanged, this, &TimelineBinding::showRun);
    connect(&clip_, &ClipSession::runFinished, this, &TimelineBinding::showRun);
    connect(&clip_, &ClipSession::lanesChanged, &view_, &TimelineView::framesChanged);
    connect(&clip_, &ClipSession::pendingChanged, &view_, &TimelineView::framesChanged);
    connect(&clip_, &ClipSession::thumbnailReady, this,
            [this](FrameIndex frame, const QImage& image) {
                view_.strip().setPicture(frame.value, image);
            });
}

void TimelineBinding::connectView() {
    connect(&view_.strip(), &Filmstrip::wanted, this, &TimelineBinding::askPictures,
            Qt::QueuedConnection);
    connect(&view_, &TimelineView::scrubbed, &clip_, &ClipSession::scrubTo);
    connect(&view_, &TimelineView::frameChosen, &clip_, &ClipSession::setCurrentFrame);
    connect(&view_, &TimelineView::marksDragged, this, [this](FrameRange marks) {
        if (marks.first != clip_.marks().first) clip_.setMarkIn(marks.first);
        if (marks.last != clip_.marks().last) clip_.setMarkOut(marks.last);
    });
    connect(&view_, &TimelineView::laneChosen, this, [this](ObjectId object, bool add) {
        Document& document = session_.document();
        std::vector<ObjectId> chosen;
        if (add) chosen = document.selection();
        const auto found = std::find(chosen.begin(), chosen.end(), object);
        if (found != chosen.end())
            chosen.erase(found);
        else
            chosen.push_back(object);
        document.select(std::move(chosen));
    });
}

void TimelineBinding::react(const ChangeEvent& event) {
    const bool seen = std::holds_alternative<ObjectsChanged>(event) ||
                      std::holds_alternative<ClassesChanged>(event) ||
                      std::holds_alternative<SelectionChanged>(event) ||
                      std::holds_alternative<ItemLoaded>(event) ||
                      std::holds_alternative<ItemOpened>(event);
    if (seen) showLanes();
}

void TimelineBinding::showClip() {
    TimelineContent content;
    if (clip_.isOpen() && clip_.isClip()) {
        content.frames = clip_.info().frames;
        content.keyFrames = clip_.info().keyFrames;
        content.playhead = clip_.currentFrame();
        content.marks = clip_.marks();
        content.timeText = [this](FrameIndex frame) { return clockText(clip_.seconds(frame)); };
        content.doubtText = [this](FrameIndex frame) { return doubtText(frame); };
        content.cells = [this](ObjectId object, FrameRange range, int columns) {
            return clip_.lane(object, range, columns);
        };
        content.doubts = [this](FrameRange range, int columns) {
            return clip_.doubts(range, columns);
        };
    }
    view_.setContent(std::move(content));
    showLanes();
    showPlayhead();
    showRun();
}

QString TimelineBinding::nameOf(ObjectId object) const {
    return session_.objects().indexOf(object).data().toString();
}

void TimelineBinding::showLanes() {
    if (view_.content().frames == 0) return;
    const Document& document = session_.document();
    std::vector<LaneLook> lanes;
    for (const ObjectRecord& object : document.objects())
        lanes.push_back({object.id, nameOf(object.id), document.colourOf(object.id),
                         document.isSelected(object.id), object.hidden});
    view_.setLanes(std::move(lanes));
}

void TimelineBinding::showPlayhead() {
    view_.setPlayhead(clip_.currentFrame(), clip_.frameIsApproximate());
    if (const Frame frame = session_.frame())
        view_.strip().setShape({frame->fullWidth, frame->fullHeight});
}

void TimelineBinding::showRun() {
    const RunStatus& run = clip_.run();
    view_.setRun(run.state == RunStatus::State::Idle ? FrameRange{} : run.range);
}

void TimelineBinding::askPictures(const QList<int>& frames) {
    clip_.dropThumbnailRequests();
    for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame)
        clip_.requestThumbnail({*frame});  // the latest wish comes first
}

QString TimelineBinding::sentenceOf(DoubtCause cause) {
    switch (cause) {
        case DoubtCause::None:
            return {};
        case DoubtCause::LowScore:
            return tr("the model is unsure of the mask");
        case DoubtCause::Disagreement:
            return tr("memory and a fresh look disagree; perhaps it is hidden");
        case DoubtCause::AreaJump:
            return tr("the size jumps");
        case DoubtCause::IdentitySwap:
            return tr("two objects may have changed places");
        case DoubtCause::UnsurePresence:
            return tr("it is unsure whether it is seen");
    }
    return {};
}

QString TimelineBinding::doubtText(FrameIndex frame) const {
    const auto doubt = clip_.doubtAt(frame);
    if (!doubt || doubt->cause == DoubtCause::None) return tr("no doubt");
    return tr("%1: %2 (%3 %)")
        .arg(nameOf(doubt->object), sentenceOf(doubt->cause))
        .arg(qRound(doubt->value * 100));
}

}  // namespace fs2
