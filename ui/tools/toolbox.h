// Toolbox: makes every tool, knows the current one, and offers the slots that the window's QActions
// call. GUI thread; owned by the main window, dies before Session and Canvas.
#pragma once
#include <QObject>

#include <array>

#include "ui/canvas/canvas.h"
#include "ui/tools/tool.h"

namespace fs2 {

class Session;
class ClickTool;
class BoxTool;
class BrushTool;
class PolygonTool;
class PromptDraft;
class LivePreview;

enum class ToolId { Select, Click, Box, Polygon, Brush, Eraser };

class Toolbox : public QObject {
    Q_OBJECT
  public:
    Toolbox(Session& session, Canvas& canvas, QObject* parent = nullptr);
    ~Toolbox() override;

    static constexpr int kToolCount = 6;
    ToolId current() const { return current_; }
    Tool& tool(ToolId id) const { return *tools_[std::size_t(id)]; }
    bool positive() const;  ///< what the left button makes
    int brushSize() const;  ///< diameter in image pixels
    bool livePreview() const;
    void setNewClass(ClassId cls);  ///< of the objects that the tools add from now on

  public Q_SLOTS:
    void setCurrent(fs2::ToolId id);
    void accept();   ///< Enter, N: the draft becomes an object, the next click starts a new one
    void stepOut();  ///< Esc: draft, then selection, then tool; unusedEscape() when none was left
    void removeLast();                ///< Backspace
    void setPositive(bool positive);  ///< Q: true, E: false
    void setBrushSize(int imagePixels);
    void brushLarger();   ///< ]
    void brushSmaller();  ///< [
    void
    nextReading();  ///< steps through the ambiguity masks of the last answer: part, whole, more
    void setLivePreview(bool enabled);
    void clipToBox();  ///< the next box dragged cuts the selected masks; then the tool is as before

  Q_SIGNALS:
    void currentChanged(fs2::ToolId id);
    void hintChanged(const QString& hint);  ///< what the tool does, or why it did nothing
    void positiveChanged(bool positive);
    void brushSizeChanged(int imagePixels);
    void unusedEscape();

  private:
    Session& session_;
    Canvas& canvas_;
    std::array<Tool*, kToolCount> tools_{};
    PromptDraft* draft_ = nullptr;
    LivePreview* preview_ = nullptr;
    ClickTool* click_ = nullptr;
    BoxTool* box_ = nullptr;
    BrushTool* brush_ = nullptr;
    BrushTool* eraser_ = nullptr;
    PolygonTool* polygon_ = nullptr;
    ToolId current_ = ToolId::Click;
    ToolId beforeClip_ = ToolId::Click;
};

}  // namespace fs2
