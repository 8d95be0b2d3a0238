// ObjectActions: the clean-up of the selected objects' masks; each call is one undo step, and says
// in `reported` what it did where nothing changed. GUI thread; owned by the main window.
#pragma once
#include <QObject>

#include <functional>

#include "annotation/core/mask.h"

namespace fs2 {

class Session;

class ObjectActions : public QObject {
    Q_OBJECT
  public:
    explicit ObjectActions(Session& session, QObject* parent = nullptr);

  public Q_SLOTS:
    void fillHoles();
    void dropIslands();  ///< keeps each mask's largest part
    void smooth();
    void grow();    ///< by one image pixel
    void shrink();  ///< by one image pixel

  Q_SIGNALS:
    void reported(const QString& text);

  private:
    void change(const QString& text, const std::function<Mask(const Mask&)>& cleaned);
    Session& session_;
};

}  // namespace fs2
