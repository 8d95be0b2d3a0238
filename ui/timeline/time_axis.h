// TimeAxis: which frame lies where on the timeline: zoom and scroll. Positions are pixels from the
// left edge of the part that scrolls; frame n covers xOf(n) .. xOf(n + 1). Value; GUI thread.
#pragma once

namespace fs2 {

class TimeAxis {
  public:
    static constexpr double kWidestFrame = 64;  ///< pixels, when zoomed in fully

    void setFrames(int frames);  ///< shows them all
    void setWidth(double pixels);
    int frames() const { return frames_; }
    double width() const { return width_; }
    double pixelsPerFrame() const { return scale_; }
    double firstFrame() const { return first_; }  ///< at the left edge
    double visibleFrames() const { return scale_ > 0 ? width_ / scale_ : 0; }
    bool isFitted() const { return fitted_; }

    double xOf(double frame) const { return (frame - first_) * scale_; }
    double frameAtExact(double x) const { return first_ + (scale_ > 0 ? x / scale_ : 0); }
    int frameAt(double x) const;  ///< within the clip

    void fit();
    /// Keeps the frame under `x` where it is.
    void zoomAt(double x, double factor);
    void scrollTo(double firstFrame);
    /// Scrolls so that the frame is seen; `margin` is a share of the width. False where it was
    /// seen.
    bool reveal(int frame, double margin = .1);
    /// Frames from one labelled mark to the next, at least `pixels` apart: 1, 2, 5, 10 …
    int labelStep(double pixels) const;

  private:
    void clamp();
    int frames_ = 0;
    double width_ = 1;
    double scale_ = 1;
    double first_ = 0;
    bool fitted_ = true;
};

}  // namespace fs2
