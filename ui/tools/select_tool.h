// SelectTool: picks the topmost object under the mouse; Ctrl adds and takes away. The right button
// opens the context menu. GUI thread; owned by Toolbox.
#pragma once
#include "ui/tools/tool.h"

namespace fs2 {

class Document;

/// The selection that a click at this point makes; `add` (Ctrl) changes one object of it only.
void selectAt(Document& document, FrameIndex frame, QPointF imagePoint, bool add);

class SelectTool : public Tool {
    Q_OBJECT
  public:
    SelectTool(Document& document, Canvas* canvas, QObject* parent);
    QString name() const override;
    QString hint() const override;
    QCursor cursor() const override { return Qt::ArrowCursor; }
    bool usesRightButton() const override { return false; }
    void press(const ToolEvent& event) override;
    void move(const ToolEvent& event) override;
    void leave() override;
    void deactivate() override { leave(); }

  private:
    Document& document_;
};

}  // namespace fs2
