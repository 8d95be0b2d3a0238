#include "ui/panels/image_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRegularExpression>

#include "annotation/document/edits.h"
#include "app/session/session.h"
#include "ui/main_window/theme.h"
#include "ui/panels/elided_label.h"

namespace fs2 {
namespace {

QString joined(const std::vector<std::string>& tags) {
    QStringList list;
    for (const std::string& tag : tags) list.append(QString::fromStdString(tag));
    return list.join(QStringLiteral(", "));
}

}  // namespace

ImagePanel::ImagePanel(Session& session, QWidget* parent) : QWidget(parent), session_(session) {
    name_ = new ElidedLabel(this);
    size_ = new QLabel(this);
    state_ = new QComboBox(this);
    state_->addItem(themeIcon(QStringLiteral("new")), tr("Not begun"), int(ItemState::New));
    state_->addItem(themeIcon(QStringLiteral("work")), tr("In work"), int(ItemState::Work));
    state_->addItem(themeIcon(QStringLiteral("review")), tr("To review"), int(ItemState::Review));
    state_->addItem(themeIcon(QStringLiteral("done")), tr("Done"), int(ItemState::Done));
    state_->setAccessibleName(tr("State of the image"));
    skip_ = new QCheckBox(tr("Skip this image"), this);
    tags_ = new QLineEdit(this);
    tags_->setPlaceholderText(tr("night, rain, …"));
    tags_->setAccessibleName(tr("Tags, separated by commas"));
    note_ = new QPlainTextEdit(this);
    note_->setAccessibleName(tr("Note about the image"));
    note_->setTabChangesFocus(true);
    note_->installEventFilter(this);

    auto* form = new QFormLayout(this);
    form->setContentsMargins(8, 8, 8, 8);
    form->setSpacing(8);
    form->addRow(name_);
    form->addRow(tr("Size"), size_);
    form->addRow(tr("State"), state_);
    form->addRow(skip_);
    form->addRow(tr("Tags"), tags_);
    form->addRow(tr("Note"), note_);

    Document& document = session.document();
    connect(state_, &QComboBox::activated, this, [this, &document] {
        edit::setState(document, {shown_}, ItemState(state_->currentData().toInt()));
    });
    connect(skip_, &QCheckBox::clicked, this,
            [this, &document](bool skip) { edit::setSkipped(document, {shown_}, skip); });
    connect(tags_, &QLineEdit::editingFinished, this, &ImagePanel::writeTags);
    connect(&document, &Document::changed, this, [this](const ChangeEvent& event) {
        if (std::holds_alternative<ItemOpened>(event)) {
            writeTags();
            writeNote();
            showItem();
        }
        const auto* changed = std::get_if<ItemChanged>(&event);
        if (std::holds_alternative<ItemsReset>(event) || (changed && changed->item == shown_))
            showItem();
    });
    showItem();
}

bool ImagePanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == note_ && event->type() == QEvent::FocusOut) writeNote();
    return QWidget::eventFilter(watched, event);
}

void ImagePanel::writeTags() {
    const ItemSummary* item = session_.document().item(shown_);
    if (!item || tags_->text() == joined(item->record.tags)) return;
    QStringList tags;
    for (const QString& part : tags_->text().split(QRegularExpression(QStringLiteral("[,，]"))))
        if (const QString tag = part.trimmed(); !tag.isEmpty() && !tags.contains(tag))
            tags.append(tag);
    edit::setTags(session_.document(), {shown_}, tags);
}

void ImagePanel::writeNote() {
    const ItemSummary* item = session_.document().item(shown_);
    const QString text = note_->toPlainText();
    if (item && text.toStdString() != item->record.note)
        edit::setNote(session_.document(), shown_, text);
}

void ImagePanel::showItem() {
    const Document& document = session_.document();
    shown_ = document.openItem();
    const ItemSummary* item = document.item(shown_);
    setEnabled(item != nullptr);
    const ItemRecord record = item ? item->record : ItemRecord{};
    name_->setText(QString::fromStdString(record.path));
    size_->setText(record.width > 0 ? tr("%1 × %2 pixels").arg(record.width).arg(record.height)
                                    : QStringLiteral("–"));
    state_->setCurrentIndex(state_->findData(int(record.state)));
    skip_->setChecked(record.skipped);
    tags_->setText(joined(record.tags));
    const QString note = QString::fromStdString(record.note);
    if (note_->toPlainText() != note) note_->setPlainText(note);
}

}  // namespace fs2
