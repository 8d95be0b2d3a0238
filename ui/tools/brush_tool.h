// BrushTool: paints on the selected object's mask, or makes a new object; or erases. The right
// button does the other of the two. A stroke is one undo step. GUI thread; owned by Toolbox.
#pragma once
#include "annotation/core/mask_ops.h"
#include "annotation/document/document.h"
#include "ui/tools/tool.h"

namespace fs2 {

class BrushTool : public Tool {
    Q_OBJECT
  public:
    static constexpr int kMaxSize = 2000;
    BrushTool(Brush mode, Document& document, Canvas* canvas, QObject* parent);
    int size() const { return size_; }  ///< diameter in image pixels
    void setSize(int imagePixels);
    void setNewClass(ClassId cls) { newClass_ = cls; }

    QString name() const override;
    QString hint() const override;
    QCursor cursor() const override;
    void press(const ToolEvent& event) override;
    void move(const ToolEvent& event) override;
    void release(const ToolEvent& event) override;
    void leave() override;
    bool wheel(int steps, Qt::KeyboardModifiers modifiers) override;
    bool stepBack() override;
    void paint(QPainter& painter, const ViewTransform& view) const override;
    void activate() override;
    void deactivate() override;

  Q_SIGNALS:
    void sizeWanted(int imagePixels);  ///< by the wheel
    void refused(const QString& why);

  private:
    bool begin(Brush brush);
    void strokeTo(Point imagePoint);
    void moveCircle(QPointF imagePoint);
    QRectF circle(QPointF imagePoint) const;
    void abandon();

    Brush mode_;
    Document& document_;
    int size_ = 20;
    ClassId newClass_;
    QPointF at_;  // image point of the circle
    bool shown_ = false;
    bool stroking_ = false;
    Brush brush_ = Brush::Paint;  // of the stroke
    Point last_;
    FrameIndex strokeFrame_;  // on which the stroke began
    MaskLayer work_;  // the object with the stroke so far
};

/// The next larger (or smaller) brush.
int brushStep(int imagePixels, int steps);

}  // namespace fs2
