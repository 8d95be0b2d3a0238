// ItemPanel: the list of images with filter, thumbnails and the count of those that are done. GUI
// thread; owned by the main window.
#pragma once
#include <QWidget>

#include "annotation/document/item_models.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;

namespace fs2 {

class Session;

class ItemPanel : public QWidget {
    Q_OBJECT
  public:
    ItemPanel(Session& session, QWidget* parent);

    /// Opens the item `rows` further down the filtered list (up where negative), as far as it goes.
    void step(int rows);
    void openRow(int row);      ///< of the filtered list; limited to what there is
    void openNextUnfinished();  ///< from the open item on, then from the top
    int rowCount() const;       ///< of the filtered list
    ItemId nextItem() const;    ///< the one after the open one; 0 = none

  private:
    void connectParts();
    void applyState(int choice);
    void followOpenItem();
    void updateCount();
    void keepPlace();
    void restorePlace();
    int openRowInFilter() const;
    std::vector<ItemId> selectedItems() const;
    void askTags(const std::vector<ItemId>& items);
    void showMenu(const QPoint& position);

    Session& session_;
    ItemFilterModel filter_;
    QLineEdit* text_ = nullptr;
    QComboBox* state_ = nullptr;
    QListView* view_ = nullptr;
    QLabel* count_ = nullptr;
    std::vector<ItemId> keptSelection_;  // while the list changes
    int keptScroll_ = 0;
};

}  // namespace fs2
