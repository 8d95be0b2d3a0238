#include "ui/tools/toolbox.h"

#include "app/session/session.h"
#include "ui/tools/box_tool.h"
#include "ui/tools/brush_tool.h"
#include "ui/tools/click_tool.h"
#include "ui/tools/live_preview.h"
#include "ui/tools/polygon_tool.h"
#include "ui/tools/prompt_draft.h"
#include "ui/tools/select_tool.h"

namespace fs2 {

Toolbox::Toolbox(Session& session, Canvas& canvas, QObject* parent)
    : QObject(parent), session_(session), canvas_(canvas) {
    Document& document = session.document();
    draft_ = new PromptDraft(session, this);
    preview_ = new LivePreview(session, canvas, *draft_, this);
    click_ = new ClickTool(document, *draft_, *preview_, &canvas, this);
    box_ = new BoxTool(document, *draft_, &canvas, this);
    polygon_ = new PolygonTool(document, &canvas, this);
    brush_ = new BrushTool(Brush::Paint, document, &canvas, this);
    eraser_ = new BrushTool(Brush::Erase, document, &canvas, this);
    tools_ = {new SelectTool(document, &canvas, this), click_, box_, polygon_, brush_, eraser_};
    for (const Tool* tool : tools_) {
        connect(tool, &Tool::hintChanged, this, [this, tool] {
            if (canvas_.tool() == tool) Q_EMIT hintChanged(tool->hint());
        });
    }
    for (const BrushTool* brush : {brush_, eraser_}) {
        connect(brush, &BrushTool::sizeWanted, this, &Toolbox::setBrushSize);
        connect(brush, &BrushTool::refused, this, &Toolbox::hintChanged);
    }
    connect(box_, &BoxTool::clipDone, this, [this] { setCurrent(beforeClip_); });
    canvas_.setTool(click_);
}

Toolbox::~Toolbox() {
    canvas_.setTool(nullptr);
}

bool Toolbox::positive() const {
    return click_->isPositive();
}
int Toolbox::brushSize() const {
    return brush_->size();
}
bool Toolbox::livePreview() const {
    return preview_->isEnabled();
}

void Toolbox::setNewClass(ClassId cls) {
    draft_->setNewClass(cls);
    polygon_->setNewClass(cls);
    brush_->setNewClass(cls);
    eraser_->setNewClass(cls);
}

void Toolbox::setCurrent(ToolId id) {
    if (id == current_) return;
    const ToolId before = current_;
    current_ = id;
    tool(before).deactivate();
    canvas_.setTool(&tool(id));
    tool(id).activate();
    Q_EMIT currentChanged(id);
    Q_EMIT hintChanged(tool(id).hint());
}

void Toolbox::accept() {
    if (!tool(current_).accept()) draft_->accept();
}

void Toolbox::stepOut() {
    if (tool(current_).stepBack()) return;
    if (!session_.document().selection().empty()) {
        session_.document().select({});
    } else if (current_ != ToolId::Click) {
        setCurrent(ToolId::Click);
    } else {
        Q_EMIT unusedEscape();
    }
}

void Toolbox::removeLast() {
    tool(current_).removeLast();
}

void Toolbox::setPositive(bool positive) {
    if (positive == click_->isPositive()) return;
    click_->setPositive(positive);
    Q_EMIT positiveChanged(positive);
}

void Toolbox::setBrushSize(int imagePixels) {
    brush_->setSize(imagePixels);
    eraser_->setSize(imagePixels);
    Q_EMIT brushSizeChanged(brush_->size());
}

void Toolbox::brushLarger() {
    setBrushSize(brushStep(brushSize(), 1));
}
void Toolbox::brushSmaller() {
    setBrushSize(brushStep(brushSize(), -1));
}

void Toolbox::nextReading() {
    if (!session_.cycleAlternative(session_.document().currentObject())) {
        Q_EMIT hintChanged(tr("The last answer has no other reading"));
    }
}

void Toolbox::setLivePreview(bool enabled) {
    preview_->setEnabled(enabled);
}

void Toolbox::clipToBox() {
    if (session_.document().selection().empty()) {
        Q_EMIT hintChanged(tr("Select an object first"));
        return;
    }
    if (current_ != ToolId::Box) beforeClip_ = current_;
    setCurrent(ToolId::Box);
    box_->clipNext();
}

}  // namespace fs2
