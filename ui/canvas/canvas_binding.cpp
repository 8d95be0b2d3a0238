#include "ui/canvas/canvas_binding.h"

#include <QFileInfo>

#include <utility>
#include <vector>

#include "app/session/clip_session.h"

namespace fs2 {
namespace {
constexpr int kPatienceMs = 150;
}

CanvasBinding::CanvasBinding(Session& session, Canvas& canvas, QObject* parent)
    : QObject(parent), session_(session), canvas_(canvas) {
    patience_.setSingleShot(true);
    patience_.setInterval(kPatienceMs);
    connect(&patience_, &QTimer::timeout, this, [this] {
        late_ = true;
        showStandIn();
    });
    connect(&session_, &Session::phaseChanged, this, &CanvasBinding::showFrame);
    connect(&session_, &Session::projectOpened, this, &CanvasBinding::showFrame);
    connect(&session_.document(), &Document::changed, this, &CanvasBinding::react);
    const ClipSession& clip = session_.clip();
    connect(&clip, &ClipSession::frameShown, this, &CanvasBinding::showFrame);
    connect(&clip, &ClipSession::currentFrameChanged, this, &CanvasBinding::showStandIn);
    connect(&clip, &ClipSession::runFinished, this, &CanvasBinding::showMasks);
    connect(&clip, &ClipSession::pendingChanged, this, [this](FrameRange frames) {
        if (frames.contains(shownFrame())) showMasks();
    });
    showFrame();
}

void CanvasBinding::showFrame() {
    switch (session_.phase()) {
        case Session::Phase::None:
            showNothing();
            break;
        case Session::Phase::Loading:
            canvas_.setLoading(
                QFileInfo(session_.pathOf(session_.document().openItem())).fileName());
            break;
        case Session::Phase::Ready:
            canvas_.setFrame(session_.frame(), session_.halves());
            break;
        case Session::Phase::Failed:
            canvas_.setMessage(session_.phaseSentence());
            break;
    }
    showStandIn();
    showMasks();
}

FrameIndex CanvasBinding::shownFrame() const {
    const Frame frame = session_.frame();
    return frame ? frame->index : FrameIndex{};
}

void CanvasBinding::showStandIn() {
    const ClipSession& clip = session_.clip();
    const bool other = clip.isOpen() && clip.frameIsApproximate();
    if (!other) patience_.stop();
    if (other && !late_ && !patience_.isActive()) patience_.start();
    late_ = late_ && other;
    canvas_.setStandIn(other, late_ && !clip.isPlaying()
                                  ? tr("Frame %L1 is shown, %L2 is on its way")
                                        .arg(shownFrame().value)
                                        .arg(clip.currentFrame().value)
                                  : QString());
}

void CanvasBinding::showNothing() {
    if (session_.hasProject() && session_.document().itemCount() == 0) {
        canvas_.setMessage(
            tr("There are no images in this folder. What is put into it appears here."));
    } else {
        canvas_.setFrame({});
    }
}

void CanvasBinding::react(const ChangeEvent& event) {
    const auto* masks = std::get_if<MasksChanged>(&event);
    const bool seen =
        (masks && masks->frame == shownFrame()) || std::holds_alternative<ObjectsChanged>(event) ||
        std::holds_alternative<ClassesChanged>(event) ||
        std::holds_alternative<SelectionChanged>(event) ||
        std::holds_alternative<ItemLoaded>(event) || std::holds_alternative<ItemOpened>(event);
    if (seen) showMasks();
}

void CanvasBinding::showMasks() {
    const Document& document = session_.document();
    std::vector<MaskLayer> layers;
    // While one picture gives way to the next there is no frame, whatever the phase still says.
    const Frame frame = session_.frame();
    if (frame && session_.phase() == Session::Phase::Ready) {
        const ClipSession& clip = session_.clip();
        for (const ObjectRecord& object : document.objects()) {
            const LabelRecord* label = clip.shownLabel(object.id, frame->index);
            if (!label || label->mask.isNull()) continue;
            const bool ofRun = clip.isClip() && label->provenance == Provenance::Model;
            layers.push_back({object.id, label->mask, document.colourOf(object.id), !object.hidden,
                              object.locked, document.isSelected(object.id),
                              !label->confirmed && !ofRun,
                              clip.pendingLabel(object.id, frame->index) != nullptr});
        }
    }
    canvas_.setLayers(std::move(layers));
}

}  // namespace fs2
