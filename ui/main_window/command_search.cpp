#include "ui/main_window/command_search.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

#include "ui/main_window/actions.h"

namespace fs2 {
namespace {

constexpr int kEntryRole = Qt::UserRole;
constexpr int kHintRole = Qt::UserRole + 1;

/// The usual row with a faint hint at the right.
class HintDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {200, option.fontMetrics.height() + 12};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        painter->setFont(option.font);
        painter->setPen(
            option.palette.color(selected ? QPalette::HighlightedText : QPalette::PlaceholderText));
        painter->drawText(option.rect.adjusted(0, 0, -8, 0), Qt::AlignVCenter | Qt::AlignRight,
                          index.data(kHintRole).toString());
    }
};

}  // namespace

CommandSearch::CommandSearch(std::vector<Entry> entries, const QString& placeholder, bool takesNew,
                             QWidget* parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint),
      entries_(std::move(entries)),
      takesNew_(takesNew) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("commandSearch"));
    line_ = new QLineEdit(this);
    line_->setPlaceholderText(placeholder);
    line_->setAccessibleName(placeholder);
    line_->installEventFilter(this);
    list_ = new QListWidget(this);
    list_->setAccessibleName(placeholder);
    list_->setItemDelegate(new HintDelegate(list_));
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setUniformItemSizes(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(4);
    layout->addWidget(line_);
    layout->addWidget(list_, 1);
    connect(line_, &QLineEdit::textChanged, this, &CommandSearch::narrow);
    connect(line_, &QLineEdit::returnPressed, this, &CommandSearch::finish);
    connect(list_, &QListWidget::itemClicked, this, &CommandSearch::finish);
    narrow({});
    resize(qMin(560, parent->width() - 32), qMin(420, parent->height() - 64));
    move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, 48)));
    line_->setFocus();
}

CommandSearch* CommandSearch::forActions(const Actions& actions, QWidget* parent) {
    std::vector<Entry> entries;
    for (const QAction* action : actions.all()) {
        const QString key = action->shortcut().toString(QKeySequence::NativeText);
        QString hint = Actions::menuOf(*action);
        if (!key.isEmpty()) hint += QStringLiteral("   ") + key;
        entries.push_back({action->icon(), Actions::titleOf(*action), hint, action->isEnabled()});
    }
    auto* search = new CommandSearch(std::move(entries), tr("Find a command"), false, parent);
    connect(search, &CommandSearch::chosen, &actions,
            [&actions](int entry) { actions.all()[std::size_t(entry)]->trigger(); });
    return search;
}

bool CommandSearch::matches(const QString& text, const QString& typed) {
    const QStringList words = typed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(), [&](const QString& word) {
        return text.contains(word, Qt::CaseInsensitive);
    });
}

void CommandSearch::narrow(const QString& typed) {
    list_->clear();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const Entry& entry = entries_[i];
        if (!matches(entry.text + QLatin1Char(' ') + entry.hint, typed)) continue;
        auto* item = new QListWidgetItem(entry.icon, entry.text, list_);
        item->setData(kEntryRole, int(i));
        item->setData(kHintRole, entry.hint);
        if (!entry.enabled) item->setFlags(Qt::NoItemFlags);
    }
    for (int row = 0; row < list_->count(); ++row)
        if (list_->item(row)->flags().testFlag(Qt::ItemIsEnabled)) {
            list_->setCurrentRow(row);
            break;
        }
    const bool known = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.text.compare(typed.trimmed(), Qt::CaseInsensitive) == 0;
    });
    if (takesNew_ && !typed.trimmed().isEmpty() && !known) {
        auto* item = new QListWidgetItem(tr("New: %1").arg(typed.trimmed()), list_);
        item->setData(kEntryRole, -1);
        if (!list_->currentItem()) list_->setCurrentItem(item);
    }
}

void CommandSearch::finish() {
    const QListWidgetItem* item = list_->currentItem();
    const QString typed = line_->text().trimmed();
    const int entry = item ? item->data(kEntryRole).toInt() : -2;
    close();  // first: the command may open a dialog of its own
    if (entry >= 0) Q_EMIT chosen(entry);
    if (entry == -1) Q_EMIT newText(typed);
}

bool CommandSearch::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Down || key->key() == Qt::Key_Up ||
            key->key() == Qt::Key_PageDown || key->key() == Qt::Key_PageUp) {
            QKeyEvent copy(QEvent::KeyPress, key->key(), key->modifiers());
            QCoreApplication::sendEvent(list_, &copy);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

}  // namespace fs2
