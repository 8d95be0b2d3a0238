#include "ui/canvas/canvas_binding.h"

#include <QFileInfo>

#include <utility>
#include <vector>

#include "app/session/session.h"

namespace fs2 {

CanvasBinding::CanvasBinding(Session& session, Canvas& canvas, QObject* parent)
    : QObject(parent), session_(session), canvas_(canvas) {
    connect(&session_, &Session::phaseChanged, this, &CanvasBinding::showFrame);
    connect(&session_, &Session::projectOpened, this, &CanvasBinding::showFrame);
    connect(&session_.document(), &Document::changed, this, &CanvasBinding::react);
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
    showMasks();
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
    const bool seen = std::holds_alternative<MasksChanged>(event) ||
                      std::holds_alternative<ObjectsChanged>(event) ||
                      std::holds_alternative<ClassesChanged>(event) ||
                      std::holds_alternative<SelectionChanged>(event) ||
                      std::holds_alternative<ItemLoaded>(event) ||
                      std::holds_alternative<ItemOpened>(event);
    if (seen) showMasks();
}

void CanvasBinding::showMasks() {
    const Document& document = session_.document();
    std::vector<MaskLayer> layers;
    // While one picture gives way to the next there is no frame, whatever the phase still says.
    const Frame frame = session_.frame();
    if (frame && session_.phase() == Session::Phase::Ready) {
        for (const LabelRecord* label : document.labels(frame->index)) {
            const ObjectRecord* object = document.object(label->object);
            if (!object) continue;
            layers.push_back({label->object, label->mask, document.colourOf(label->object),
                              !object->hidden, object->locked, document.isSelected(label->object),
                              !label->confirmed});
        }
    }
    canvas_.setLayers(std::move(layers));
}

}  // namespace fs2
