// ItemDelegate: one image of the list: thumbnail, name, number of objects, sign of the state. GUI
// thread; owned by its view.
#pragma once
#include <QStyledItemDelegate>

namespace fs2 {

class ItemDelegate : public QStyledItemDelegate {
    Q_OBJECT
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& given,
               const QModelIndex& index) const override;
};

}  // namespace fs2
