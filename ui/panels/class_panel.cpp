#include "ui/panels/class_panel.h"

#include <QColorDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include "annotation/document/edits.h"
#include "app/session/session.h"
#include "ui/main_window/theme.h"

namespace fs2 {
namespace {

/// Colour, name and digit.
class ClassDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {120, qMax(28, option.fontMetrics.height() + 12)};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        option.widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter,
                                              option.widget);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const QRect row = option.rect;
        colourIcon(index.data(Qt::DecorationRole).value<QColor>())
            .paint(painter, QRect(row.left() + 6, row.center().y() - 8, 16, 16));
        const int digit = index.data(ClassListModel::KeyRole).toInt();
        painter->setFont(option.font);
        if (digit > 0) {
            painter->setPen(option.palette.color(selected ? QPalette::HighlightedText
                                                          : QPalette::PlaceholderText));
            painter->drawText(row.adjusted(0, 0, -8, 0), Qt::AlignVCenter | Qt::AlignRight,
                              QString::number(digit));
        }
        painter->setPen(
            option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
        const QRect place = row.adjusted(28, 0, -28, 0);
        painter->drawText(
            place, Qt::AlignVCenter | Qt::AlignLeft,
            option.fontMetrics.elidedText(index.data().toString(), Qt::ElideMiddle, place.width()));
    }
};

}  // namespace

ClassRows::ClassRows(Document& document, QAbstractItemModel& source, QObject* parent)
    : QIdentityProxyModel(parent), document_(document) {
    setSourceModel(&source);
}

ClassId ClassRows::classAt(const QModelIndex& index) const {
    return ClassId{index.data(ClassListModel::IdRole).toInt()};
}

Qt::ItemFlags ClassRows::flags(const QModelIndex& index) const {
    return QIdentityProxyModel::flags(index) | Qt::ItemIsEditable;
}

QVariant ClassRows::data(const QModelIndex& index, int role) const {
    return QIdentityProxyModel::data(index, role == Qt::EditRole ? int(Qt::DisplayRole) : role);
}

bool ClassRows::setData(const QModelIndex& index, const QVariant& value, int role) {
    return role == Qt::EditRole &&
           edit::renameClass(document_, classAt(index), value.toString().trimmed());
}

ClassPanel::ClassPanel(Session& session, QWidget* parent)
    : QWidget(parent), session_(session), rows_(session.document(), session.classes(), nullptr) {
    view_ = new QListView(this);
    view_->setObjectName(QStringLiteral("classView"));
    view_->setAccessibleName(tr("Classes"));
    view_->setModel(&rows_);
    view_->setItemDelegate(new ClassDelegate(view_));
    view_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view_->setContextMenuPolicy(Qt::CustomContextMenu);
    view_->setUniformItemSizes(true);
    view_->setToolTip(tr("Click: new objects and the selected ones get this class"));
    name_ = new QLineEdit(this);
    name_->setObjectName(QStringLiteral("newClass"));
    name_->setPlaceholderText(tr("New class"));
    name_->setAccessibleName(tr("Name of a new class"));
    auto* add = new QToolButton(this);
    add->setIcon(themeIcon(QStringLiteral("add")));
    add->setToolTip(tr("Add the class"));
    add->setAccessibleName(tr("Add the class"));
    add->setAutoRaise(true);

    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(name_, 1);
    row->addWidget(add);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(4);
    layout->addWidget(view_, 1);
    layout->addLayout(row);

    connect(name_, &QLineEdit::returnPressed, this, &ClassPanel::addClass);
    connect(add, &QToolButton::clicked, this, &ClassPanel::addClass);
    connect(view_, &QListView::clicked, this,
            [this](const QModelIndex& index) { assign(rows_.classAt(index)); });
    connect(view_, &QListView::activated, this,
            [this](const QModelIndex& index) { assign(rows_.classAt(index)); });
    connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this] { Q_EMIT currentClassChanged(currentClass()); });
    connect(view_, &QWidget::customContextMenuRequested, this, &ClassPanel::showMenu);
}

ClassId ClassPanel::currentClass() const {
    return rows_.classAt(view_->currentIndex());
}

void ClassPanel::setCurrentClass(ClassId cls) {
    for (int row = 0; row < rows_.rowCount(); ++row)
        if (rows_.classAt(rows_.index(row, 0)) == cls) view_->setCurrentIndex(rows_.index(row, 0));
}

void ClassPanel::addClass() {
    const ClassId cls = edit::addClass(session_.document(), name_->text().trimmed());
    if (cls.value == 0) return name_->selectAll();
    name_->clear();
    setCurrentClass(cls);
}

void ClassPanel::assign(ClassId cls) {
    Document& document = session_.document();
    if (!document.selection().empty()) edit::setClass(document, document.selection(), cls);
}

void ClassPanel::showMenu(const QPoint& position) {
    const QModelIndex index = view_->indexAt(position);
    const ClassId cls = rows_.classAt(index);
    Document& document = session_.document();
    if (cls.value == 0) return;
    QMenu menu;
    menu.addAction(tr("&Rename"), this, [this, index] { view_->edit(index); });
    menu.addAction(tr("C&olour…"), this, [this, cls, &document] {
        const QColor old(QRgb(document.classOf(cls)->colour | 0xFF000000u));
        const QColor colour = QColorDialog::getColor(old, this);
        if (colour.isValid()) edit::setClassColour(document, cls, colour.rgb() & 0xFFFFFFu);
    });
    QMenu* digits = menu.addMenu(tr("&Digit"));
    for (int digit = 0; digit <= 9; ++digit) {
        QAction* action =
            digits->addAction(digit == 0 ? tr("None") : QString::number(digit), this,
                              [cls, digit, &document] { edit::setClassKey(document, cls, digit); });
        action->setCheckable(true);
        action->setChecked(document.classOf(cls)->key == digit);
    }
    menu.addSeparator();
    menu.addAction(themeIcon(QStringLiteral("delete")), tr("De&lete"), this,
                   [cls, &document] { edit::removeClass(document, cls); });
    menu.exec(view_->viewport()->mapToGlobal(position));
}

}  // namespace fs2
