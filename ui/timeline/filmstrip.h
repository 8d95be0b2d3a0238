// Filmstrip: the small pictures above the lanes. Asks for those that are seen and not there, keeps
// the latest ones. GUI thread; owned by TimelineView.
#pragma once
#include <QCache>
#include <QImage>
#include <QObject>
#include <QSet>

#include "ui/timeline/time_axis.h"

class QPainter;

namespace fs2 {

class Filmstrip : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;
    void clear();
    void setShape(QSize framePixels);  ///< of the film's frames: gives the pictures' width
    /// A null image = could not be made: not asked for again.
    void setPicture(int frame, const QImage& image);
    /// `blank` is the colour of pictures that are not there yet.
    void paint(QPainter& painter, const QRect& place, const TimeAxis& axis, const QColor& blank);

  Q_SIGNALS:
    /// Pictures that are seen now, from left to right; replaces what was wanted before.
    void wanted(const QList<int>& frames);
    void changed();

  private:
    QCache<int, QImage> pictures_{400};
    QList<int> asked_;  // frames, see wanted()
    double aspect_ = 16. / 9;
};

}  // namespace fs2
