// MemoryPanel: what the model remembers of the open clip: for each object the frames that it keeps,
// why and how much they take; pins, evicts, jumps there; how much it may keep. Shows the Session's
// answer, changes nothing itself. GUI thread; owned by the main window.
#pragma once
#include <QHash>
#include <QImage>
#include <QWidget>

#include "app/session/clip_session.h"

class QAction;
class QComboBox;
class QLabel;
class QSpinBox;
class QTreeWidget;
class QTreeWidgetItem;

namespace fs2 {

class MemoryPanel : public QWidget {
    Q_OBJECT
  public:
    MemoryPanel(Session& session, QWidget* parent);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void buildTree();
    QWidget* buildSettings();
    void buildActions();
    void showMemory();
    void showOptions();
    void showWhy();
    void writeOptions();
    QTreeWidgetItem* addEntry(QTreeWidgetItem& object, const MemoryItem& entry);
    void setPicture(FrameIndex frame, const QImage& image);
    void jump();
    /// Calls `act` for each entry that is selected; an object's row stands for all of its entries.
    template <class Act>
    void forSelected(Act act) const;

    Session& session_;
    ClipSession& clip_;
    QTreeWidget* tree_ = nullptr;
    QLabel* why_ = nullptr;
    QLabel* sum_ = nullptr;
    QAction* pin_ = nullptr;
    QAction* evict_ = nullptr;
    QAction* jump_ = nullptr;
    QComboBox* policy_ = nullptr;
    QSpinBox* long_ = nullptr;
    QSpinBox* short_ = nullptr;
    QSpinBox* every_ = nullptr;
    QHash<int, QImage> pictures_;  // by frame, of the entries that are listed
    bool showing_ = false;
};

}  // namespace fs2
