// PolygonTool: draws a new object corner by corner, or edits the vertices of the selected object's
// mask; each change of a vertex is one undo step. GUI thread; owned by Toolbox.
#pragma once
#include <optional>
#include <vector>

#include "annotation/document/document.h"
#include "ui/tools/polygon_rings.h"
#include "ui/tools/tool.h"

namespace fs2 {

class PolygonTool : public Tool {
    Q_OBJECT
  public:
    PolygonTool(Document& document, Canvas* canvas, QObject* parent);
    void setNewClass(ClassId cls) { newClass_ = cls; }

    QString name() const override;
    QString hint() const override;
    QCursor cursor() const override;
    void press(const ToolEvent& event) override;
    void move(const ToolEvent& event) override;
    void release(const ToolEvent& event) override;
    void doubleClick(const ToolEvent& event) override;
    bool accept() override;
    bool stepBack() override;
    bool removeLast() override;
    void paint(QPainter& painter, const ViewTransform& view) const override;
    void activate() override;
    void deactivate() override;

  private:
    using Place = PolygonRings::Place;
    void react(const ChangeEvent& event);
    void derive();  // rings_ of the selected object's mask
    void followZoom();
    bool grab(const ToolEvent& event);
    void addCorner(QPointF imagePoint);
    bool nearFirst(QPointF imagePoint) const;
    bool close();
    void removeVertex(Place place);
    void commit(const QString& text);
    double reach() const;  // image pixels within which the mouse catches a vertex
    QPointF inside(QPointF imagePoint) const;
    void paintRings(QPainter& painter, const ViewTransform& view) const;
    void paintOpen(QPainter& painter, const ViewTransform& view) const;

    Document& document_;
    ClassId newClass_;
    std::vector<QPointF> corners_;  // of the polygon being drawn
    QPointF cursor_;
    PolygonRings rings_;
    ObjectId object_;       // whose rings these are; 0 = none
    Mask mask_;             // that they were made from, or that they made
    double derivedAt_ = 1;  // the zoom for which they were simplified
    std::optional<Place> hovered_;
    std::optional<Place> dragged_;
    bool moved_ = false;
};

}  // namespace fs2
