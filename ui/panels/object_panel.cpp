#include "ui/panels/object_panel.h"

#include <QAction>
#include <QColorDialog>
#include <QDataStream>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include "annotation/document/edits.h"
#include "app/session/clip_session.h"
#include "ui/main_window/theme.h"

namespace fs2 {
namespace {

constexpr auto kMimeType = "application/x-fs2-object-rows";
constexpr int kSign = 16;  // side of the eye and of the lock

/// What a press on one of the signs changes: the whole selection when the row belongs to it.
std::vector<ObjectId> affected(const Document& document, ObjectId pressed) {
    return document.isSelected(pressed) ? document.selection() : std::vector<ObjectId>{pressed};
}

/// Colour, name, class, eye and lock; the two signs can be pressed.
class ObjectDelegate : public QStyledItemDelegate {
  public:
    ObjectDelegate(Document& document, QObject* parent)
        : QStyledItemDelegate(parent), document_(document) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {160, qMax(28, option.fontMetrics.height() + 12)};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& given,
               const QModelIndex& index) const override {
        const QStyleOptionViewItem& option = given;
        option.widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter,
                                              option.widget);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const bool hidden = index.data(ObjectListModel::HiddenRole).toBool();
        const bool locked = index.data(ObjectListModel::LockedRole).toBool();
        const auto mode = selected ? QIcon::Selected : QIcon::Normal;
        const QRect row = option.rect;
        const QColor colour = index.data(Qt::DecorationRole).value<QColor>();
        colourIcon(colour).paint(painter, QRect(row.left() + 6, row.center().y() - 8, 16, 16));
        paintSign(painter, eyeRect(row), hidden ? "eye_off" : "eye", mode, hidden);
        paintSign(painter, lockRect(row), locked ? "lock" : "lock_open", mode, locked);

        QFont font = option.font;
        const ItemSummary* item = document_.item(document_.openItem());
        const bool clip = item && item->isClip();  // there the lanes tell it of each frame
        font.setItalic(!clip && !index.data(ObjectListModel::ConfirmedRole).toBool());
        painter->setFont(font);
        QColor text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
        if (hidden && !selected) text = option.palette.color(QPalette::PlaceholderText);
        painter->setPen(text);
        const QRect place(row.left() + 28, row.top(), eyeRect(row).left() - row.left() - 34,
                          row.height());
        painter->drawText(
            place, Qt::AlignVCenter | Qt::AlignLeft,
            QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideMiddle, place.width()));
    }

    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override {
        if (event->type() == QEvent::MouseButtonPress ||
            event->type() == QEvent::MouseButtonDblClick) {
            const auto* mouse = static_cast<QMouseEvent*>(event);
            const QPoint at = mouse->position().toPoint();
            const ObjectId object{index.data(ObjectListModel::IdRole).toInt()};
            if (eyeRect(option.rect).adjusted(-3, -6, 3, 6).contains(at))
                return edit::setHidden(document_, affected(document_, object),
                                       !index.data(ObjectListModel::HiddenRole).toBool());
            if (lockRect(option.rect).adjusted(-3, -6, 3, 6).contains(at))
                return edit::setLocked(document_, affected(document_, object),
                                       !index.data(ObjectListModel::LockedRole).toBool());
        }
        return QStyledItemDelegate::editorEvent(event, model, option, index);
    }

  private:
    static QRect lockRect(const QRect& row) {
        return {row.right() - kSign - 6, row.center().y() - kSign / 2, kSign, kSign};
    }
    static QRect eyeRect(const QRect& row) { return lockRect(row).translated(-kSign - 8, 0); }
    static void paintSign(QPainter* painter, const QRect& rect, const char* name, QIcon::Mode mode,
                          bool strong) {
        painter->setOpacity(strong || mode == QIcon::Selected ? 1 : .45);
        themeIcon(QLatin1String(name)).paint(painter, rect, Qt::AlignCenter, mode);
        painter->setOpacity(1);
    }

    Document& document_;
};

}  // namespace

ObjectRows::ObjectRows(Document& document, QAbstractItemModel& source, QObject* parent)
    : QIdentityProxyModel(parent), document_(document) {
    setSourceModel(&source);
}

ObjectId ObjectRows::objectAt(const QModelIndex& index) const {
    return ObjectId{index.data(ObjectListModel::IdRole).toInt()};
}

Qt::ItemFlags ObjectRows::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QIdentityProxyModel::flags(index);
    return index.isValid() ? flags | Qt::ItemIsDragEnabled | Qt::ItemIsEditable
                           : flags | Qt::ItemIsDropEnabled;
}

QVariant ObjectRows::data(const QModelIndex& index, int role) const {
    if (role == Qt::EditRole) role = ObjectListModel::NameRole;
    return QIdentityProxyModel::data(index, role);
}

bool ObjectRows::setData(const QModelIndex& index, const QVariant& value, int role) {
    return role == Qt::EditRole &&
           edit::rename(document_, objectAt(index), value.toString().trimmed());
}

QStringList ObjectRows::mimeTypes() const {
    return {QLatin1String(kMimeType)};
}

QMimeData* ObjectRows::mimeData(const QModelIndexList& indexes) const {
    QList<int> ids;
    QModelIndexList sorted = indexes;
    std::sort(sorted.begin(), sorted.end());
    for (const QModelIndex& index : sorted) ids.append(objectAt(index).value);
    QByteArray bytes;
    QDataStream(&bytes, QIODevice::WriteOnly) << qint64(document_.openItem().value) << ids;
    auto data = std::make_unique<QMimeData>();
    data->setData(QLatin1String(kMimeType), bytes);
    return data.release();  // the view owns it
}

bool ObjectRows::dropMimeData(const QMimeData* data, Qt::DropAction, int row, int,
                              const QModelIndex& parent) {
    QByteArray bytes = data->data(QLatin1String(kMimeType));
    if (bytes.isEmpty()) return false;
    qint64 item = 0;
    QList<int> ids;
    QDataStream(&bytes, QIODevice::ReadOnly) >> item >> ids;
    if (ItemId{item} != document_.openItem()) return false;
    if (row < 0) row = parent.isValid() ? parent.row() : rowCount();
    std::vector<ObjectId> objects;
    for (int id : ids) objects.push_back(ObjectId{id});
    int target = row;  // in the list that is left without the objects
    for (int above = 0; above < row; ++above)
        if (ids.contains(objectAt(index(above, 0)).value)) --target;
    return edit::reorder(document_, objects, target);
}

ObjectPanel::ObjectPanel(Session& session, const QList<QAction*>& actions, QWidget* parent)
    : QWidget(parent),
      session_(session),
      rows_(session.document(), session.objects(), nullptr),
      actions_(actions) {
    view_ = new QListView(this);
    view_->setObjectName(QStringLiteral("objectView"));
    view_->setAccessibleName(tr("Objects of the image"));
    view_->setModel(&rows_);
    view_->setItemDelegate(new ObjectDelegate(session.document(), view_));
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    view_->setDragDropMode(QAbstractItemView::DragDrop);
    view_->setDefaultDropAction(Qt::CopyAction);
    view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view_->setContextMenuPolicy(Qt::CustomContextMenu);
    view_->setUniformItemSizes(true);

    summary_ = new QLabel(this);
    summary_->setContentsMargins(4, 2, 4, 2);
    summary_->setWordWrap(true);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(0);
    for (QAction* action : actions) {
        if (action->isSeparator() || action->icon().isNull()) continue;
        auto* button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(4);
    layout->addWidget(view_, 1);
    layout->addWidget(summary_);
    layout->addLayout(buttons);

    connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ObjectPanel::writeSelection);
    connect(&rows_, &QAbstractItemModel::modelReset, this, &ObjectPanel::showSelection);
    connect(&rows_, &QAbstractItemModel::rowsInserted, this, &ObjectPanel::showSelection);
    connect(view_, &QWidget::customContextMenuRequested, this, &ObjectPanel::showMenu);
    connect(&session.document(), &Document::changed, this, [this](const ChangeEvent& event) {
        if (std::holds_alternative<SelectionChanged>(event)) showSelection();
        if (!std::holds_alternative<HistoryChanged>(event)) updateSummary();
    });
    connect(&session.clip(), &ClipSession::frameShown, this, &ObjectPanel::updateSummary);
    connect(&session.clip(), &ClipSession::pendingChanged, this, &ObjectPanel::updateSummary);
    updateSummary();
}

void ObjectPanel::showSelection() {
    if (syncing_) return;
    syncing_ = true;
    QItemSelection selection;
    const Document& document = session_.document();
    for (int row = 0; row < rows_.rowCount(); ++row) {
        const QModelIndex index = rows_.index(row, 0);
        if (document.isSelected(rows_.objectAt(index))) selection.select(index, index);
        if (rows_.objectAt(index) == document.currentObject()) {
            view_->selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
            view_->scrollTo(index);
        }
    }
    view_->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    syncing_ = false;
}

void ObjectPanel::writeSelection() {
    if (syncing_) return;
    syncing_ = true;
    std::vector<ObjectId> ids;
    const QModelIndex current = view_->currentIndex();
    for (const QModelIndex& index : view_->selectionModel()->selectedIndexes())
        if (index != current) ids.push_back(rows_.objectAt(index));
    if (view_->selectionModel()->isSelected(current)) ids.push_back(rows_.objectAt(current));
    session_.document().select(ids);
    syncing_ = false;
}

void ObjectPanel::updateSummary() {
    const Document& document = session_.document();
    const auto selected = document.selection();
    if (document.isLoaded() && document.objects().empty())
        return summary_->setText(tr("No objects yet: click on a thing in the picture"));
    if (selected.size() != 1) {
        const auto count = int(document.objects().size());
        summary_->setText(selected.empty()
                              ? tr("%n object(s)", nullptr, count)
                              : tr("%1 of %2 selected").arg(selected.size()).arg(count));
        return;
    }
    const LabelRecord* label =
        session_.clip().shownLabel(selected.front(), session_.clip().currentFrame());
    const bool clip = session_.clip().isClip();
    if (!label) return summary_->setText(clip ? tr("No mask on this frame") : tr("No mask yet"));
    if (label->state == LabelState::Absent) return summary_->setText(tr("Absent on this frame"));
    if (label->state == LabelState::Occluded)
        return summary_->setText(tr("Occluded on this frame"));
    QString text = tr("%L1 pixels").arg(label->mask.area());
    if (label->score > 0) text += tr(" · score %1").arg(double(label->score), 0, 'f', 2);
    if (!label->confirmed) text += clip && !isHeld(*label) ? tr(" · by the model") : tr(" · draft");
    summary_->setText(text);
}

void ObjectPanel::chooseColour() {
    Document& document = session_.document();
    const std::vector<ObjectId> ids = document.selection();
    if (ids.empty()) return;
    const QColor colour = QColorDialog::getColor(document.colourOf(ids.back()), this);
    if (colour.isValid()) edit::setColour(document, ids, colour.rgb() & 0xFFFFFFu);
}

void ObjectPanel::showMenu(const QPoint& position) {
    if (session_.document().selection().empty()) return;
    QMenu menu;
    menu.addAction(tr("&Rename"), this, [this] { view_->edit(view_->currentIndex()); });
    menu.addAction(tr("C&olour…"), this, &ObjectPanel::chooseColour);
    menu.addAction(tr("Colour of the &Class"), this, [this] {
        edit::setColour(session_.document(), session_.document().selection(), kNoColour);
    });
    menu.addSeparator();
    menu.addActions(actions_);
    menu.exec(view_->viewport()->mapToGlobal(position));
}

}  // namespace fs2
