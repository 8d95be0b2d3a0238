// Item models: the Document's lists for Qt's views. Read-only; edits go through edits.h. GUI thread;
// owned by the Session, which outlives the views.
#pragma once
#include <QAbstractListModel>
#include <QCache>
#include <QImage>
#include <QSet>
#include <QSortFilterProxyModel>

#include "annotation/document/document.h"

namespace fs2 {

/// DisplayRole = file name, ToolTipRole = path, DecorationRole = thumbnail (QImage) or nothing yet.
class ItemListModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role {
        IdRole = Qt::UserRole + 1,  ///< qint64
        PathRole,                   ///< QString, relative
        StateRole,                  ///< int of ItemState
        SkippedRole,                ///< bool
        ObjectCountRole,            ///< int
        MissingRole,                ///< bool
        TagsRole,                   ///< QStringList
        NoteRole,                   ///< QString
        OpenRole,                   ///< bool: the item on the canvas
        ClipRole,                   ///< bool: a film or a folder of frames
        FramesRole,                 ///< int: of a clip that was opened once; else 0
    };
    explicit ItemListModel(Document& document, QObject* parent = nullptr);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    ItemId itemAt(const QModelIndex& index) const;  ///< 0 where invalid
    QModelIndex indexOf(ItemId item) const;
    /// A null image = could not be made: not asked for again.
    void setThumbnail(ItemId item, const QImage& image);
    /// It will not come; the next look at the row asks again.
    void forgetThumbnail(ItemId item) { wanted_.remove(item.value); }

  Q_SIGNALS:
    /// A view has shown a row whose thumbnail is not here; once per item until it comes.
    void thumbnailWanted(qint64 item) const;

  private:
    void react(const ChangeEvent& event);
    void touch(ItemId item);
    Document& document_;
    ItemId open_;
    mutable QCache<qint64, QImage> thumbnails_{1024};  ///< the latest 1024
    mutable QSet<qint64> wanted_;
};

/// Filter by state and text (name, tags, note; case-insensitive). Keeps the source's order.
class ItemFilterModel : public QSortFilterProxyModel {
    Q_OBJECT
  public:
    explicit ItemFilterModel(QObject* parent = nullptr);
    void setText(const QString& text);
    void setStates(const QSet<int>& states);  ///< ints of ItemState; empty = all
    enum class Skipped { Show, Hide, Only };
    void setSkipped(Skipped skipped);

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

  private:
    QString text_;
    QSet<int> states_;
    Skipped skipped_ = Skipped::Show;
};

/// Objects of the open item, the topmost last. DisplayRole = name or "<number> <class>", DecorationRole =
/// QColor.
class ObjectListModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role {
        IdRole = Qt::UserRole + 1,  ///< int of ObjectId
        ClassRole,                  ///< int of ClassId, 0 = none
        ClassNameRole,              ///< QString
        NameRole,                   ///< QString
        HiddenRole,                 ///< bool
        LockedRole,                 ///< bool
        ConfirmedRole,              ///< bool: false = draft (on the frame of setFrame)
        ScoreRole,                  ///< double, predicted IoU
        AreaRole,                   ///< qint64, pixels on that frame
        SelectedRole,               ///< bool
    };
    explicit ObjectListModel(Document& document, QObject* parent = nullptr);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    ObjectId objectAt(const QModelIndex& index) const;
    QModelIndex indexOf(ObjectId object) const;
    void setFrame(FrameIndex frame);  ///< of a clip, the one on the canvas; 0 for a picture

  private:
    void react(const ChangeEvent& event);
    void rebuild();
    void touchAll();
    Document& document_;
    FrameIndex frame_;
    std::vector<ObjectId> ids_;
};

/// Classes. DisplayRole = name, DecorationRole = QColor.
class ClassListModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role {
        IdRole = Qt::UserRole + 1,  ///< int of ClassId
        KeyRole,                    ///< int, 0 = none
    };
    explicit ClassListModel(Document& document, QObject* parent = nullptr);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    ClassId classAt(const QModelIndex& index) const;

  private:
    Document& document_;
    std::vector<ClassRecord> classes_;
};

}  // namespace fs2
