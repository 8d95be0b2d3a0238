#include "ui/panels/memory_panel.h"

#include <QAction>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QSpinBox>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <map>

#include "ui/main_window/theme.h"

namespace fs2 {
namespace {

constexpr QSize kPicture(40, 24);
constexpr int kFrameRole = Qt::UserRole;
constexpr int kObjectRole = Qt::UserRole + 1;
constexpr int kWhyRole = Qt::UserRole + 2;
enum Column { FrameColumn, KindColumn, QualityColumn, SizeColumn, kColumns };

FrameIndex frameOf(const QTreeWidgetItem& item) {
    return {item.data(FrameColumn, kFrameRole).toInt()};
}

ObjectId objectOf(const QTreeWidgetItem& item) {
    return {item.data(FrameColumn, kObjectRole).toInt()};
}

}  // namespace

MemoryPanel::MemoryPanel(Session& session, QWidget* parent)
    : QWidget(parent), session_(session), clip_(session.clip()) {
    buildTree();
    why_ = new QLabel(this);
    why_->setWordWrap(true);
    sum_ = new QLabel(this);
    buildActions();
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(0);
    for (QAction* action : {pin_, evict_, jump_}) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    buttons->addWidget(sum_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(4);
    layout->addWidget(tree_, 1);
    layout->addWidget(why_);
    layout->addLayout(buttons);
    layout->addWidget(buildSettings());

    connect(&clip_, &ClipSession::memoryChanged, this, &MemoryPanel::showMemory);
    connect(&clip_, &ClipSession::clipChanged, this, [this] {
        pictures_.clear();
        showMemory();
        showOptions();
    });
    connect(&clip_, &ClipSession::thumbnailReady, this, &MemoryPanel::setPicture);
    showMemory();
    showOptions();
}

void MemoryPanel::buildTree() {
    tree_ = new QTreeWidget(this);
    tree_->setObjectName(QStringLiteral("memoryView"));
    tree_->setAccessibleName(tr("What the model remembers"));
    tree_->setColumnCount(kColumns);
    tree_->setHeaderLabels({tr("Frame"), tr("Kind"), tr("Quality"), tr("Size")});
    tree_->setIconSize(kPicture);
    tree_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    tree_->setUniformRowHeights(true);
    tree_->setIndentation(8);
    tree_->setRootIsDecorated(false);
    tree_->setContextMenuPolicy(Qt::ActionsContextMenu);
    tree_->installEventFilter(this);
    tree_->header()->setStretchLastSection(false);
    tree_->header()->setSectionResizeMode(FrameColumn, QHeaderView::Stretch);
    for (const Column column : {KindColumn, QualityColumn, SizeColumn})
        tree_->header()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    connect(tree_, &QTreeWidget::itemSelectionChanged, this, &MemoryPanel::showWhy);
    connect(tree_, &QTreeWidget::itemActivated, this, &MemoryPanel::jump);
}

void MemoryPanel::buildActions() {
    // The keys are the list's own: eventFilter() takes them before the window's commands do.
    const auto make = [this](const char* icon, const QString& text, int key) {
        auto* action = new QAction(themeIcon(QLatin1String(icon)), text, this);
        action->setToolTip(QStringLiteral("%1 (%2)").arg(
            text, QKeySequence(key).toString(QKeySequence::NativeText)));
        tree_->addAction(action);
        return action;
    };
    pin_ = make("pin", tr("Pin: never forget this"), Qt::Key_C);
    evict_ = make("delete", tr("Evict: forget this"), Qt::Key_Delete);
    jump_ = make("follow", tr("Go to the frame"), Qt::Key_Return);
    connect(pin_, &QAction::triggered, this,
            [this] { forSelected([this](FrameIndex f, ObjectId o) { clip_.pinMemory(f, o); }); });
    connect(evict_, &QAction::triggered, this,
            [this] { forSelected([this](FrameIndex f, ObjectId o) { clip_.evictMemory(f, o); }); });
    connect(jump_, &QAction::triggered, this, &MemoryPanel::jump);
}

QWidget* MemoryPanel::buildSettings() {
    auto* box = new QWidget(this);
    auto* form = new QFormLayout(box);
    form->setContentsMargins(4, 4, 4, 4);
    form->setSpacing(4);
    policy_ = new QComboBox(box);
    policy_->addItem(tr("fifo: the oldest leaves"));
    policy_->addItem(tr("quality: the poorest leaves"));
    policy_->addItem(tr("adaptive: the poorest and most alike leaves"));
    policy_->setMinimumContentsLength(8);
    policy_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    const auto number = [box](int highest, const QString& tip) {
        auto* spin = new QSpinBox(box);
        spin->setRange(1, highest);
        spin->setToolTip(tip);
        return spin;
    };
    long_ = number(64, tr("Entries that each object keeps for long, pinned ones among them"));
    short_ = number(64, tr("The latest entries that each object keeps"));
    every_ = number(100, tr("Frames from one entry to the next"));
    form->addRow(tr("&policy"), policy_);
    auto* numbers = new QHBoxLayout;
    numbers->setSpacing(4);
    const auto add = [&](const QString& name, QSpinBox* spin) {
        auto* label = new QLabel(name, box);
        label->setBuddy(spin);
        numbers->addWidget(label);
        numbers->addWidget(spin, 1);
    };
    add(tr("&long"), long_);
    add(tr("&short"), short_);
    add(tr("&every"), every_);
    form->addRow(numbers);
    connect(policy_, &QComboBox::activated, this, &MemoryPanel::writeOptions);
    for (QSpinBox* spin : {long_, short_, every_}) {
        spin->setKeyboardTracking(false);
        connect(spin, &QSpinBox::valueChanged, this, &MemoryPanel::writeOptions);
    }
    return box;
}

void MemoryPanel::showOptions() {
    showing_ = true;
    const MemoryOptions options = clip_.memoryOptions();
    policy_->setCurrentIndex(int(options.policy));
    long_->setValue(options.longEntries);
    short_->setValue(options.shortEntries);
    every_->setValue(options.writeEvery);
    showing_ = false;
}

void MemoryPanel::writeOptions() {
    if (showing_) return;
    clip_.setMemoryOptions({MemoryOptions::Policy(policy_->currentIndex()), long_->value(),
                            short_->value(), every_->value()});
}

void MemoryPanel::showMemory() {
    showing_ = true;
    std::map<std::pair<int, int>, bool> selected;  // object, frame
    for (const QTreeWidgetItem* item : tree_->selectedItems())
        selected[{objectOf(*item).value, item->parent() ? frameOf(*item).value : -1}] = true;
    tree_->clear();
    std::map<ObjectId, std::vector<MemoryItem>> byObject;
    for (const MemoryItem& entry : clip_.memoryItems()) byObject[entry.object].push_back(entry);
    for (auto& [object, entries] : byObject) {
        std::sort(entries.begin(), entries.end(),
                  [](const auto& a, const auto& b) { return a.frame < b.frame; });
        qint64 bytes = 0;
        for (const MemoryItem& entry : entries) bytes += entry.bytes;
        auto* row = new QTreeWidgetItem(tree_);
        row->setFirstColumnSpanned(true);
        row->setText(FrameColumn, QStringLiteral("%1 · %2 · %3")
                                      .arg(session_.objects().indexOf(object).data().toString(),
                                           tr("%n frame(s)", nullptr, int(entries.size())),
                                           locale().formattedDataSize(bytes, 1)));
        row->setIcon(FrameColumn, colourIcon(session_.document().colourOf(object)));
        row->setData(FrameColumn, kObjectRole, object.value);
        row->setExpanded(true);
        row->setSelected(selected.count({object.value, -1}) > 0);
        for (const MemoryItem& entry : entries)
            addEntry(*row, entry)
                ->setSelected(selected.count({object.value, entry.frame.value}) > 0);
    }
    sum_->setText(byObject.empty() ? QString()
                                   : locale().formattedDataSize(clip_.memoryBytes(), 1));
    showing_ = false;
    showWhy();
}

QTreeWidgetItem* MemoryPanel::addEntry(QTreeWidgetItem& object, const MemoryItem& entry) {
    auto* row = new QTreeWidgetItem(&object);
    const QString kinds[] = {tr("pinned"), tr("short"), tr("long")};
    row->setText(FrameColumn, locale().toString(entry.frame.value));
    row->setText(KindColumn, kinds[int(entry.kind)]);
    if (entry.kind == MemoryItem::Kind::Pinned) {
        QFont bold = tree_->font();
        bold.setBold(true);
        row->setFont(KindColumn, bold);
    }
    row->setText(QualityColumn, QStringLiteral("%1").arg(double(entry.quality), 0, 'f', 2));
    row->setText(SizeColumn, locale().formattedDataSize(entry.bytes, 0));
    row->setTextAlignment(QualityColumn, Qt::AlignRight | Qt::AlignVCenter);
    row->setTextAlignment(SizeColumn, Qt::AlignRight | Qt::AlignVCenter);
    row->setData(FrameColumn, kFrameRole, entry.frame.value);
    row->setData(FrameColumn, kObjectRole, entry.object.value);
    row->setData(FrameColumn, kWhyRole, entry.why);
    for (int column = 0; column < kColumns; ++column) row->setToolTip(column, entry.why);
    if (const auto picture = pictures_.constFind(entry.frame.value); picture != pictures_.end())
        row->setIcon(FrameColumn, QIcon(QPixmap::fromImage(*picture)));
    else
        clip_.requestThumbnail(entry.frame);
    return row;
}

void MemoryPanel::setPicture(FrameIndex frame, const QImage& image) {
    if (image.isNull()) return;
    const QImage small =
        image.scaled(kPicture * devicePixelRatioF(), Qt::KeepAspectRatio, Qt::SmoothTransformation);
    for (int i = 0; i < tree_->topLevelItemCount(); ++i) {
        QTreeWidgetItem& object = *tree_->topLevelItem(i);
        for (int k = 0; k < object.childCount(); ++k) {
            if (frameOf(*object.child(k)) != frame) continue;
            object.child(k)->setIcon(FrameColumn, QIcon(QPixmap::fromImage(small)));
            pictures_[frame.value] = small;
        }
    }
}

void MemoryPanel::showWhy() {
    if (showing_) return;
    const QList<QTreeWidgetItem*> selected = tree_->selectedItems();
    for (QAction* action : {pin_, evict_, jump_}) action->setEnabled(!selected.isEmpty());
    if (tree_->topLevelItemCount() == 0)
        return why_->setText(
            clip_.isClip() ? tr("The model remembers nothing of this clip yet. Propagate a mask: "
                                "what it keeps is listed here.")
                           : tr("Open a film: what the model remembers of it is listed here."));
    why_->setText(selected.size() == 1 ? selected.front()->data(FrameColumn, kWhyRole).toString()
                                       : QString());
}

template <class Act>
void MemoryPanel::forSelected(Act act) const {
    std::vector<std::pair<FrameIndex, ObjectId>> wanted;  // acting may change the list
    for (const QTreeWidgetItem* item : tree_->selectedItems()) {
        if (item->parent()) {
            wanted.emplace_back(frameOf(*item), objectOf(*item));
            continue;
        }
        for (int k = 0; k < item->childCount(); ++k)
            if (!item->child(k)->isSelected())
                wanted.emplace_back(frameOf(*item->child(k)), objectOf(*item));
    }
    for (const auto& [frame, object] : wanted) act(frame, object);
}

bool MemoryPanel::eventFilter(QObject* watched, QEvent* event) {
    const bool press = event->type() == QEvent::KeyPress;
    if (!press && event->type() != QEvent::ShortcutOverride)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->modifiers() != Qt::NoModifier) return false;
    QAction* action = key->key() == Qt::Key_C        ? pin_
                      : key->key() == Qt::Key_Delete ? evict_
                                                     : nullptr;
    if (!action) return false;
    event->accept();
    if (press) action->trigger();
    return true;
}

void MemoryPanel::jump() {
    const QTreeWidgetItem* item = tree_->currentItem();
    if (!item) return;
    session_.document().select({objectOf(*item)});
    if (item->parent()) clip_.setCurrentFrame(frameOf(*item));
}

}  // namespace fs2
