// TimelineView: ruler, filmstrip, doubts and a lane for each object of a clip. Draws
// TimelineContent and tells what the user wants; changes nothing itself. Paints what is seen and
// has changed, whatever the clip's length. GUI thread; owned by TimelinePanel.
#pragma once
#include <QAbstractScrollArea>

#include "ui/timeline/filmstrip.h"
#include "ui/timeline/lane_image.h"
#include "ui/timeline/timeline_content.h"

namespace fs2 {

class TimelineView : public QAbstractScrollArea {
    Q_OBJECT
  public:
    explicit TimelineView(QWidget* parent = nullptr);

    const TimelineContent& content() const { return content_; }
    const TimeAxis& axis() const { return axis_; }
    Filmstrip& strip() { return strip_; }
    /// Another clip, or none.
    void setContent(TimelineContent content);
    void setLanes(std::vector<LaneLook> lanes);
    /// `follow`: scroll so that it is seen.
    void setPlayhead(FrameIndex frame, bool approximate, bool follow = true);
    void setMarks(FrameRange marks);
    void setRun(FrameRange run);
    void framesChanged(FrameRange frames);  ///< cells and doubts
    int laneAt(int y) const;                ///< of a viewport point; -1 = none
    QRect laneRect(int lane) const;         ///< in the viewport, names and cells
    int xOf(FrameIndex frame) const;        ///< viewport pixel of the frame's middle

    QSize sizeHint() const override { return {800, 190}; }
    QSize minimumSizeHint() const override { return {240, 110}; }

  public Q_SLOTS:
    void fit();
    void zoomIn();
    void zoomOut();

  Q_SIGNALS:
    void scrubbed(fs2::FrameIndex frame);     ///< while dragging
    void frameChosen(fs2::FrameIndex frame);  ///< at the end of it
    void marksDragged(fs2::FrameRange marks);
    void laneChosen(fs2::ObjectId object, bool add);
    void menuWanted(const QPoint& globalPoint);
    void viewMoved();  ///< zoomed or scrolled: other pictures are seen

  protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void changeEvent(QEvent* event) override;

  private:
    static constexpr int kLaneHeight = 20;
    static constexpr double kZoomStep = 1.25;  // of one notch of the wheel
    enum class Drag { None, Playhead, In, Out };
    struct Bands {  // from top to bottom, in the viewport
        QRect ruler, strip, doubts, lanes;
        int names = 0;  // width of the column of names
    };
    Bands bands() const;
    LaneView laneView() const;
    FrameIndex frameAt(int x) const;
    void updateFrames(FrameRange frames, int margin);
    void axisMoved();
    void showScrollBars();
    void describe();
    Drag dragAt(QPoint point) const;
    void dragTo(int x, bool done);
    QString tipAt(QPoint point) const;

    void paintNames(QPainter& painter, const Bands& bands) const;
    void paintRuler(QPainter& painter, const Bands& bands) const;
    void paintMarks(QPainter& painter, const Bands& bands) const;
    void paintPlayhead(QPainter& painter, const Bands& bands) const;
    void paintHint(QPainter& painter, const Bands& bands) const;

    TimelineContent content_;
    TimeAxis axis_;
    Filmstrip strip_;
    LaneImage lanes_;
    Drag drag_ = Drag::None;
    bool settingBars_ = false;
};

}  // namespace fs2
