// ObjectPanel: the objects of the open image: eye, lock, colour, class, order, several at once.
// Writes through edits; its selection is the Document's. GUI thread; owned by the main window.
#pragma once
#include <QIdentityProxyModel>
#include <QWidget>

#include "annotation/core/ids.h"

class QLabel;
class QListView;

namespace fs2 {

class Document;
class Session;

/// The Document's object list, with renaming in place and reordering by drag.
class ObjectRows : public QIdentityProxyModel {
    Q_OBJECT
  public:
    ObjectRows(Document& document, QAbstractItemModel& source, QObject* parent);
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::DropActions supportedDropActions() const override { return Qt::CopyAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                      const QModelIndex& parent) override;
    ObjectId objectAt(const QModelIndex& index) const;

  private:
    Document& document_;
};

class ObjectPanel : public QWidget {
    Q_OBJECT
  public:
    /// `actions` become the context menu and, those with an icon, the buttons below the list.
    ObjectPanel(Session& session, const QList<QAction*>& actions, QWidget* parent);

  private:
    void showSelection();
    void writeSelection();
    void showMenu(const QPoint& position);
    void chooseColour();
    void updateSummary();

    Session& session_;
    ObjectRows rows_;
    QListView* view_ = nullptr;
    QLabel* summary_ = nullptr;
    QList<QAction*> actions_;
    bool syncing_ = false;
};

}  // namespace fs2
