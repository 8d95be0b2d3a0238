// LaneImage: the doubts and, below, the visible lanes as one picture of device pixels. Only columns
// that changed are drawn again. States differ by shape, not by colour alone: confirmed = full and
// capped, model = as high as its confidence, pending = hatched, absent = a thin line, occluded =
// dashes. GUI thread; owned by TimelineView.
#pragma once
#include <QImage>
#include <QPalette>

#include <vector>

#include "ui/timeline/time_axis.h"
#include "ui/timeline/timeline_content.h"

namespace fs2 {

/// What the picture shows; another one draws it all again.
struct LaneView {
    TimeAxis axis;
    QSize size;        ///< widget pixels
    double ratio = 1;  ///< device pixels per widget pixel
    int scroll = 0;    ///< widget pixels of the lanes that are scrolled away
    int doubtHeight = 16;
    int laneHeight = 20;
    QRgb doubtInk = 0;
    QPalette palette;
};

class LaneImage {
  public:
    void invalidate() { valid_ = false; }
    void invalidate(FrameRange frames);
    const QImage& image(const TimelineContent& content, const LaneView& view);

  private:
    void drawColumns(const TimelineContent& content, const LaneView& view, int left, int right);
    void drawLane(const LaneLook& lane, const std::vector<LaneCell>& columns, const LaneView& view,
                  int top, int left);
    void drawDoubts(const std::vector<float>& doubts, const LaneView& view, int left);

    QImage image_;
    LaneView drawn_;
    bool valid_ = false;
    FrameRange dirty_;
};

}  // namespace fs2
