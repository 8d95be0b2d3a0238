// ClassPanel: the classes with colour and digit; new ones, names, colours, digits. A click gives
// the class to the selected objects. GUI thread; owned by the main window.
#pragma once
#include <QIdentityProxyModel>
#include <QWidget>

#include "annotation/core/ids.h"

class QLineEdit;
class QListView;

namespace fs2 {

class Document;
class Session;

/// The Document's class list, with renaming in place.
class ClassRows : public QIdentityProxyModel {
    Q_OBJECT
  public:
    ClassRows(Document& document, QAbstractItemModel& source, QObject* parent);
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    ClassId classAt(const QModelIndex& index) const;

  private:
    Document& document_;
};

class ClassPanel : public QWidget {
    Q_OBJECT
  public:
    ClassPanel(Session& session, QWidget* parent);

    /// What new objects get: the class of the list's current row, 0 = none.
    ClassId currentClass() const;
    void setCurrentClass(ClassId cls);

  Q_SIGNALS:
    void currentClassChanged(fs2::ClassId cls);

  private:
    void addClass();
    void assign(ClassId cls);
    void showMenu(const QPoint& position);

    Session& session_;
    ClassRows rows_;
    QListView* view_ = nullptr;
    QLineEdit* name_ = nullptr;
};

}  // namespace fs2
