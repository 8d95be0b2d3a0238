#include "ui/panels/item_panel.h"

#include <QApplication>
#include <QComboBox>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QRegularExpression>
#include <QScrollBar>
#include <QVBoxLayout>

#include "annotation/document/edits.h"
#include "app/session/session.h"
#include "ui/main_window/theme.h"
#include "ui/panels/item_delegate.h"

namespace fs2 {
namespace {

enum StateChoice { All, Unfinished, OnlyNew, OnlyWork, OnlyReview, OnlyDone, OnlySkipped };

}  // namespace

ItemPanel::ItemPanel(Session& session, QWidget* parent) : QWidget(parent), session_(session) {
    filter_.setSourceModel(&session.items());
    text_ = new QLineEdit(this);
    text_->setPlaceholderText(tr("Filter by name, tag or note"));
    text_->setAccessibleName(text_->placeholderText());
    text_->setClearButtonEnabled(true);
    state_ = new QComboBox(this);
    state_->addItem(tr("All images"));
    state_->addItem(tr("Unfinished"));
    state_->addItem(themeIcon(QStringLiteral("new")), tr("Not begun"));
    state_->addItem(themeIcon(QStringLiteral("work")), tr("In work"));
    state_->addItem(themeIcon(QStringLiteral("review")), tr("To review"));
    state_->addItem(themeIcon(QStringLiteral("done")), tr("Done"));
    state_->addItem(themeIcon(QStringLiteral("skip")), tr("Skipped"));
    state_->setAccessibleName(tr("Show images of this state"));
    view_ = new QListView(this);
    view_->setObjectName(QStringLiteral("itemView"));
    view_->setAccessibleName(tr("Images"));
    view_->setModel(&filter_);
    view_->setItemDelegate(new ItemDelegate(view_));
    view_->setUniformItemSizes(true);
    view_->setLayoutMode(QListView::SinglePass);
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setMouseTracking(true);
    view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view_->setContextMenuPolicy(Qt::CustomContextMenu);
    count_ = new QLabel(this);
    count_->setContentsMargins(4, 2, 4, 2);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(4);
    layout->addWidget(text_);
    layout->addWidget(state_);
    layout->addWidget(view_, 1);
    layout->addWidget(count_);
    connectParts();
    updateCount();
}

void ItemPanel::connectParts() {
    connect(text_, &QLineEdit::textChanged, this, [this](const QString& text) {
        filter_.setText(text);
        followOpenItem();
        updateCount();
    });
    connect(state_, &QComboBox::currentIndexChanged, this, &ItemPanel::applyState);
    const auto open = [this](const QModelIndex& index) {
        session_.openItem(ItemId{index.data(ItemListModel::IdRole).toLongLong()});
    };
    connect(view_, &QListView::clicked, this, [open](const QModelIndex& index) {
        if (QApplication::keyboardModifiers() == Qt::NoModifier) open(index);  // else it selects
    });
    connect(view_, &QListView::activated, this, open);
    connect(view_, &QListView::entered, this, [this](const QModelIndex& index) {
        session_.prefetchItem(ItemId{index.data(ItemListModel::IdRole).toLongLong()});
    });
    connect(view_, &QWidget::customContextMenuRequested, this, &ItemPanel::showMenu);
    connect(&session_.document(), &Document::changed, this, [this](const ChangeEvent& event) {
        if (std::holds_alternative<ItemOpened>(event)) followOpenItem();
        if (std::holds_alternative<ItemsReset>(event) || std::holds_alternative<ItemChanged>(event))
            updateCount();
        if (std::holds_alternative<ItemsAboutToChange>(event)) keepPlace();
        if (std::holds_alternative<ItemsRelisted>(event)) restorePlace();
    });
}

void ItemPanel::applyState(int choice) {
    const auto states = [](std::initializer_list<ItemState> list) {
        QSet<int> set;
        for (ItemState state : list) set.insert(int(state));
        return set;
    };
    switch (StateChoice(choice)) {
        case All:
        case OnlySkipped:
            filter_.setStates({});
            break;
        case Unfinished:
            filter_.setStates(states({ItemState::New, ItemState::Work, ItemState::Review}));
            break;
        case OnlyNew:
            filter_.setStates(states({ItemState::New}));
            break;
        case OnlyWork:
            filter_.setStates(states({ItemState::Work}));
            break;
        case OnlyReview:
            filter_.setStates(states({ItemState::Review}));
            break;
        case OnlyDone:
            filter_.setStates(states({ItemState::Done}));
            break;
    }
    filter_.setSkipped(choice == Unfinished    ? ItemFilterModel::Skipped::Hide
                       : choice == OnlySkipped ? ItemFilterModel::Skipped::Only
                                               : ItemFilterModel::Skipped::Show);
    followOpenItem();
    updateCount();
}

int ItemPanel::openRowInFilter() const {
    const QModelIndex source = session_.items().indexOf(session_.document().openItem());
    return filter_.mapFromSource(source).row();
}

void ItemPanel::followOpenItem() {
    const QModelIndex index = filter_.index(openRowInFilter(), 0);
    if (!index.isValid()) return;
    // Whatever keys are held: the view itself would take Ctrl for "select this too".
    view_->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
    view_->scrollTo(index);
}

void ItemPanel::updateCount() {
    const Document& document = session_.document();
    int done = 0;
    int total = 0;
    for (int row = 0; row < document.itemCount(); ++row) {
        const ItemRecord& record = document.itemAt(row).record;
        if (record.skipped) continue;
        ++total;
        if (record.state == ItemState::Done) ++done;
    }
    QString text = tr("%1 of %2 done").arg(done).arg(total);
    if (filter_.rowCount() != document.itemCount())
        text += tr(" · %1 shown").arg(filter_.rowCount());
    count_->setText(text);
}

void ItemPanel::keepPlace() {
    keptSelection_ = selectedItems();
    keptScroll_ = view_->verticalScrollBar()->value();
}

/// Files came or went: what was selected and seen stays so.
void ItemPanel::restorePlace() {
    followOpenItem();
    QItemSelection selection;
    for (ItemId item : keptSelection_) {
        const QModelIndex index = filter_.mapFromSource(session_.items().indexOf(item));
        if (index.isValid()) selection.select(index, index);
    }
    view_->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    view_->verticalScrollBar()->setValue(keptScroll_);
    updateCount();
}

int ItemPanel::rowCount() const {
    return filter_.rowCount();
}

void ItemPanel::openRow(int row) {
    if (filter_.rowCount() == 0) return;
    const QModelIndex index = filter_.index(qBound(0, row, filter_.rowCount() - 1), 0);
    const ItemId item{index.data(ItemListModel::IdRole).toLongLong()};
    if (item != session_.document().openItem()) session_.openItem(item);
}

void ItemPanel::step(int rows) {
    const int open = openRowInFilter();
    openRow(open < 0 ? 0 : open + rows);
}

ItemId ItemPanel::nextItem() const {
    const QModelIndex index = filter_.index(openRowInFilter() + 1, 0);
    return ItemId{index.data(ItemListModel::IdRole).toLongLong()};
}

void ItemPanel::openNextUnfinished() {
    const Document& document = session_.document();
    const int count = document.itemCount();
    const int from = document.rowOf(document.openItem());
    for (int ahead = 1; ahead <= count; ++ahead) {
        const ItemSummary& item = document.itemAt((from + ahead + count) % count);
        if (item.record.skipped || item.record.state == ItemState::Done || item.missing) continue;
        session_.openItem(item.record.id);
        return;
    }
}

std::vector<ItemId> ItemPanel::selectedItems() const {
    std::vector<ItemId> items;
    for (const QModelIndex& index : view_->selectionModel()->selectedIndexes())
        items.push_back(ItemId{index.data(ItemListModel::IdRole).toLongLong()});
    return items;
}

void ItemPanel::askTags(const std::vector<ItemId>& items) {
    Document& document = session_.document();
    const ItemSummary* first = document.item(items.front());
    if (!first) return;
    QStringList tags;
    for (const std::string& tag : first->record.tags) tags.append(QString::fromStdString(tag));
    bool ok = false;
    const QString typed = QInputDialog::getText(
        this, tr("Tags"),
        tr("Tags of %n image(s), with commas between:", nullptr, int(items.size())),
        QLineEdit::Normal, tags.join(QStringLiteral(", ")), &ok);
    if (ok)
        edit::setTags(document, items, typed.split(QRegularExpression(QStringLiteral("[,，]"))));
}

void ItemPanel::showMenu(const QPoint& position) {
    const std::vector<ItemId> items = selectedItems();
    if (items.empty()) return;
    QMenu menu;
    Document& document = session_.document();
    const auto state = [&](const QString& icon, const QString& text, ItemState value) {
        menu.addAction(themeIcon(icon), text, this,
                       [&document, items, value] { edit::setState(document, items, value); });
    };
    state(QStringLiteral("done"), tr("Done"), ItemState::Done);
    state(QStringLiteral("review"), tr("To review"), ItemState::Review);
    state(QStringLiteral("work"), tr("In work"), ItemState::Work);
    state(QStringLiteral("new"), tr("Not begun"), ItemState::New);
    menu.addSeparator();
    menu.addAction(themeIcon(QStringLiteral("skip")), tr("Skip"), this,
                   [&document, items] { edit::setSkipped(document, items, true); });
    menu.addAction(tr("Do not skip"), this,
                   [&document, items] { edit::setSkipped(document, items, false); });
    menu.addSeparator();
    menu.addAction(tr("Tags…"), this, [this, items] { askTags(items); });
    menu.exec(view_->viewport()->mapToGlobal(position));
}

}  // namespace fs2
