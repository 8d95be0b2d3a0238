// ClickTool: positive and negative clicks on the object in work; Shift and drag is a box. The dot
// shows at once, the mask when it comes. GUI thread; owned by Toolbox.
#pragma once
#include <optional>

#include "ui/tools/prompt_marks.h"
#include "ui/tools/tool.h"

namespace fs2 {

class Document;
class LivePreview;
class PromptDraft;

class ClickTool : public Tool {
    Q_OBJECT
  public:
    ClickTool(Document& document, PromptDraft& draft, LivePreview& preview, Canvas* canvas,
              QObject* parent);
    bool isPositive() const { return positive_; }  ///< what the left button makes
    void setPositive(bool positive);

    QString name() const override;
    QString hint() const override;
    QCursor cursor() const override;
    void press(const ToolEvent& event) override;
    void move(const ToolEvent& event) override;
    void release(const ToolEvent& event) override;
    /// The second press of a double click would take away the dot that the first one made.
    void doubleClick(const ToolEvent&) override {}
    void leave() override;
    bool stepBack() override;
    bool removeLast() override;
    void paint(QPainter& painter, const ViewTransform& view) const override;
    void deactivate() override;

  private:
    void addClick(QPointF imagePoint, bool positive);

    Document& document_;
    PromptDraft& draft_;
    LivePreview& preview_;
    RubberBand band_;
    enum class Shift { Up, Pressed, Dragging } shift_ = Shift::Up;
    QPointF pressedAt_;  // widget point
    bool positive_ = true;
    std::optional<std::size_t> hoveredDot_;
};

}  // namespace fs2
