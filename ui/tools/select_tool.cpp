#include "ui/tools/select_tool.h"

#include <algorithm>
#include <cmath>

#include "annotation/document/document.h"

namespace fs2 {
namespace {
ObjectId objectAt(const Document& document, FrameIndex frame, QPointF imagePoint) {
    return document.objectAt(int(std::floor(imagePoint.x())), int(std::floor(imagePoint.y())),
                             frame);
}
}  // namespace

void selectAt(Document& document, FrameIndex frame, QPointF imagePoint, bool add) {
    const ObjectId object = objectAt(document, frame, imagePoint);
    if (object.value == 0) {
        if (!add) document.select({});
        return;
    }
    std::vector<ObjectId> selection;
    if (add) selection = document.selection();
    const auto found = std::find(selection.begin(), selection.end(), object);
    if (found == selection.end()) {
        selection.push_back(object);
    } else {
        selection.erase(found);
    }
    document.select(std::move(selection));
}

SelectTool::SelectTool(Document& document, Canvas* canvas, QObject* parent)
    : Tool(canvas, parent), document_(document) {}

QString SelectTool::name() const {
    return tr("Select");
}

QString SelectTool::hint() const {
    return tr(
        "Click an object to select it, Ctrl+click to add or take away, right click for its menu");
}

void SelectTool::press(const ToolEvent& event) {
    if (event.button == Qt::LeftButton) {
        selectAt(document_, frame(), event.imagePoint,
                 event.modifiers.testFlag(Qt::ControlModifier));
    } else if (event.button == Qt::RightButton &&
               !document_.isSelected(objectAt(document_, frame(), event.imagePoint))) {
        selectAt(document_, frame(), event.imagePoint, false);
    }
}

void SelectTool::move(const ToolEvent& event) {
    canvas()->setHovered(objectAt(document_, frame(), event.imagePoint));
}

void SelectTool::leave() {
    canvas()->setHovered({});
}

}  // namespace fs2
