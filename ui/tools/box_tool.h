// BoxTool: a box dragged round an object asks for its mask; or, once, cuts the selected masks to
// it. GUI thread; owned by Toolbox.
#pragma once
#include "ui/tools/prompt_marks.h"
#include "ui/tools/tool.h"

namespace fs2 {

class Document;
class PromptDraft;

class BoxTool : public Tool {
    Q_OBJECT
  public:
    BoxTool(Document& document, PromptDraft& draft, Canvas* canvas, QObject* parent);
    void clipNext();  ///< the next box cuts the selected masks

    QString name() const override;
    QString hint() const override;
    void press(const ToolEvent& event) override;
    void move(const ToolEvent& event) override;
    void release(const ToolEvent& event) override;
    bool stepBack() override;
    bool removeLast() override;
    void paint(QPainter& painter, const ViewTransform& view) const override;
    void deactivate() override;

  Q_SIGNALS:
    void clipDone();

  private:
    void setClipping(bool clipping);
    void clip(const Box& box);

    Document& document_;
    PromptDraft& draft_;
    RubberBand band_;
    bool dragging_ = false;
    bool clipping_ = false;
};

}  // namespace fs2
