#include "ui/tools/box_tool.h"

#include <utility>
#include <vector>

#include "annotation/core/mask_ops.h"
#include "annotation/document/edits.h"
#include "ui/tools/prompt_draft.h"

namespace fs2 {

BoxTool::BoxTool(Document& document, PromptDraft& draft, Canvas* canvas, QObject* parent)
    : Tool(canvas, parent), document_(document), draft_(draft) {
    connect(&draft_, &PromptDraft::changed, this, [this] {
        if (this->canvas()->tool() == this) this->canvas()->update();
    });
}

QString BoxTool::name() const {
    return tr("Box");
}

QString BoxTool::hint() const {
    return clipping_
               ? tr("Drag a box: the selected masks are cut to it; Esc leaves them as they are")
               : tr("Drag a box round an object; drag again to correct it, Enter accepts");
}

void BoxTool::clipNext() {
    setClipping(true);
}

void BoxTool::setClipping(bool clipping) {
    if (clipping == clipping_) return;
    clipping_ = clipping;
    Q_EMIT hintChanged();
}

void BoxTool::press(const ToolEvent& event) {
    if (event.button != Qt::LeftButton) return;
    dragging_ = true;
    band_.start(event.imagePoint);
}

void BoxTool::move(const ToolEvent& event) {
    if (!dragging_) return;
    canvas()->updateImageRect(band_.imageRect());
    band_.drag(event.imagePoint);
    canvas()->updateImageRect(band_.imageRect());
}

void BoxTool::release(const ToolEvent& event) {
    if (event.button != Qt::LeftButton || !std::exchange(dragging_, false)) return;
    canvas()->update();
    band_.drag(event.imagePoint);
    const auto box = band_.box(canvas()->imageSize());
    if (!box) return;
    if (clipping_) {
        clip(*box);
    } else {
        draft_.setBox(*box);
    }
}

void BoxTool::clip(const Box& box) {
    std::vector<std::pair<ObjectId, Mask>> masks;
    for (const ObjectId id : document_.selection()) {
        if (const LabelRecord* label = document_.label(id, frame()))
            masks.emplace_back(id, clipped(label->mask, box));
    }
    edit::setMasks(document_, masks, tr("clip to box"), frame());
    setClipping(false);
    Q_EMIT clipDone();
}

bool BoxTool::stepBack() {
    if (std::exchange(dragging_, false)) {
        canvas()->update();
        return true;
    }
    if (clipping_) {
        setClipping(false);
        Q_EMIT clipDone();
        return true;
    }
    return draft_.drop();
}

bool BoxTool::removeLast() {
    return draft_.removeLast();
}

void BoxTool::deactivate() {
    dragging_ = false;
    setClipping(false);
}

void BoxTool::paint(QPainter& painter, const ViewTransform& view) const {
    if (!clipping_) paintPrompt(painter, view, draft_.prompt(), {});
    if (dragging_) band_.paint(painter, view);
}

}  // namespace fs2
