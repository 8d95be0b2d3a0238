// ElidedLabel: one line of text that gives way in its middle; the whole text is the tooltip. GUI
// thread.
#pragma once
#include <QLabel>
#include <QPainter>

namespace fs2 {

class ElidedLabel : public QLabel {
  public:
    using QLabel::QLabel;
    QSize minimumSizeHint() const override { return {40, QLabel::minimumSizeHint().height()}; }
    QSize sizeHint() const override { return {120, QLabel::sizeHint().height()}; }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        setToolTip(text());
        painter.setPen(palette().color(foregroundRole()));
        painter.drawText(contentsRect(), int(alignment()),
                         fontMetrics().elidedText(text(), Qt::ElideMiddle, contentsRect().width()));
    }
};

}  // namespace fs2
