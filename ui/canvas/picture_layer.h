// PictureLayer: draws a Frame at any scale: the nearest pixel when zoomed in, halved copies (those it
// is given, more on demand) when zoomed out, and the display's brightness, contrast and gamma on the visible part
// only. GUI thread; owned by Canvas.
#pragma once
#include <QImage>

#include <array>
#include <vector>

#include "annotation/core/frame.h"
#include "ui/canvas/mask_layer.h"
#include "ui/canvas/view_cache.h"

namespace fs2 {

class PictureLayer {
  public:
    void setFrame(const Frame& frame, const std::vector<Frame>& halves);  ///< null = none
    void setDisplay(const DisplayOptions& options);
    void setBackground(QRgb colour);  ///< round the picture
    const QImage& image(const DeviceView& view);

  private:
    const FrameData& level(int halvings);
    void render(QImage& target, const QRect& devicePixels, const DeviceView& view);
    void applyTones(QImage& target, const QRect& devicePixels) const;

    Frame frame_;
    std::vector<Frame> levels_;  // [n] is halved n times
    std::array<std::uint8_t, 256> tones_{};
    bool plainTones_ = true;
    QRgb background_ = qRgb(0, 0, 0);
    ViewCache cache_{QImage::Format_RGB32};
};

}  // namespace fs2
