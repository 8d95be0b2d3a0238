#include "ui/main_window/key_editor.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "ui/main_window/actions.h"
#include "ui/main_window/preferences.h"

namespace fs2 {

KeyEditor::KeyEditor(const Actions& actions, const Preferences& preferences, QWidget* parent)
    : QWidget(parent), actions_(actions) {
    preset_ = new QComboBox(this);
    for (const KeyMap::Preset& preset : KeyMap::presets())
        preset_->addItem(preset.title, preset.name);
    preset_->setCurrentIndex(qMax(0, preset_->findData(preferences.keyPreset)));
    preset_->setAccessibleName(tr("Key layout"));
    tree_ = new QTreeWidget(this);
    tree_->setHeaderLabels({tr("Command"), tr("Keys")});
    tree_->setAccessibleName(tr("Commands and their keys"));
    tree_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    tree_->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    tree_->header()->setStretchLastSection(false);
    typed_ = new QKeySequenceEdit(this);
    typed_->setAccessibleName(tr("New key"));
    auto* use = new QPushButton(tr("&Use This Key"), this);
    auto* clear = new QPushButton(tr("&No Key"), this);
    auto* reset = new QPushButton(tr("&Reset"), this);
    reset->setToolTip(tr("The key of the layout again"));
    takeOver_ = new QPushButton(tr("&Take It Over"), this);
    message_ = new QLabel(this);
    message_->setWordWrap(true);
    message_->setMinimumHeight(2 * fontMetrics().height());

    auto* top = new QHBoxLayout;
    top->addWidget(new QLabel(tr("Layout"), this));
    top->addWidget(preset_, 1);
    auto* row = new QHBoxLayout;
    row->addWidget(typed_, 1);
    row->addWidget(use);
    row->addWidget(clear);
    row->addWidget(reset);
    auto* below = new QHBoxLayout;
    below->addWidget(message_, 1);
    below->addWidget(takeOver_);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(top);
    layout->addWidget(tree_, 1);
    layout->addLayout(row);
    layout->addLayout(below);

    connect(preset_, &QComboBox::activated, this, [this] { loadPreset({}); });
    connect(tree_, &QTreeWidget::currentItemChanged, this, [this] {
        typed_->clear();
        message_->clear();
        takeOver_->hide();
    });
    connect(typed_, &QKeySequenceEdit::keySequenceChanged, this, [this](const QKeySequence& keys) {
        if (keys.count() > 1) typed_->setKeySequence(QKeySequence(keys[0]));
    });
    connect(use, &QPushButton::clicked, this, [this] { assignTyped(false); });
    connect(takeOver_, &QPushButton::clicked, this, [this] { assignTyped(true); });
    connect(clear, &QPushButton::clicked, this, [this] {
        const QString action = selectedAction();
        keys_.set(action, {});
        showRow(action);
    });
    connect(reset, &QPushButton::clicked, this, [this] {
        const QString action = selectedAction();
        keys_.reset(action);
        showRow(action);
    });
    loadPreset(preferences.keyOverrides);
}

QString KeyEditor::preset() const {
    return preset_->currentData().toString();
}

QString KeyEditor::message() const {
    return message_->text();
}

void KeyEditor::loadPreset(const QMap<QString, QStringList>& overrides) {
    takeOver_->hide();
    auto keys = KeyMap::load(preset(), overrides);
    if (keys) {
        keys_ = *keys;
        message_->clear();
    } else {
        message_->setText(QString::fromStdString(keys.error().detail));
    }
    fill();
}

void KeyEditor::fill() {
    tree_->clear();
    QHash<QString, QTreeWidgetItem*> menus;
    for (const QAction* action : actions_.all()) {
        const QString menu = Actions::menuOf(*action);
        if (!menus.contains(menu)) {
            menus[menu] = new QTreeWidgetItem(tree_, {menu});
            menus[menu]->setFlags(Qt::ItemIsEnabled);
            menus[menu]->setExpanded(true);
        }
        auto* item = new QTreeWidgetItem(menus[menu], {Actions::titleOf(*action)});
        item->setData(0, Qt::UserRole, Actions::idOf(*action));
        showRow(Actions::idOf(*action));
    }
}

QString KeyEditor::selectedAction() const {
    const QTreeWidgetItem* item = tree_->currentItem();
    return item ? item->data(0, Qt::UserRole).toString() : QString();
}

void KeyEditor::showRow(const QString& action) {
    for (QTreeWidgetItemIterator it(tree_); *it; ++it) {
        if ((*it)->data(0, Qt::UserRole).toString() != action || action.isEmpty()) continue;
        QStringList texts;
        for (const QKeySequence& key : keys_.keys(action))
            texts.append(key.toString(QKeySequence::NativeText));
        (*it)->setText(1, texts.join(QStringLiteral("   ")));
    }
}

void KeyEditor::assignTyped(bool takeOver) {
    const QString action = selectedAction();
    if (action.isEmpty()) return message_->setText(tr("Choose a command first."));
    if (typed_->keySequence().isEmpty()) return message_->setText(tr("Press the new key first."));
    assign(action, typed_->keySequence(), takeOver);
}

bool KeyEditor::assign(const QString& action, const QKeySequence& key, bool takeOver) {
    while (true) {
        const QString owner = keys_.conflict(key, action);
        if (owner.isEmpty()) break;
        const QString shown = key.toString(QKeySequence::NativeText);
        if (!takeOver) {
            message_->setText(
                tr("%1 belongs to “%2”.").arg(shown, Actions::titleOf(actions_[owner])));
            takeOver_->show();
            return false;
        }
        QList<QKeySequence> left = keys_.keys(owner);
        left.removeIf([&](const QKeySequence& other) {
            return other.matches(key) != QKeySequence::NoMatch ||
                   key.matches(other) != QKeySequence::NoMatch;
        });
        keys_.set(owner, left);
        showRow(owner);
    }
    keys_.set(action, {key});
    showRow(action);
    takeOver_->hide();
    message_->clear();
    return true;
}

}  // namespace fs2
