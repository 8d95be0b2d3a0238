#include "ui/main_window/export_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCryptographicHash>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QToolButton>

#include <algorithm>

namespace fs2 {
namespace {

/// One remembered path for each work and kind of target.
QString pathKey(const QString& folder, const QString& format) {
    const QByteArray work =
        QCryptographicHash::hash(folder.toUtf8(), QCryptographicHash::Sha1).toHex().left(16);
    return QStringLiteral("export/%1/%2").arg(QLatin1String(work), format);
}

}  // namespace

ExportDialog::ExportDialog(Session& session, ItemId item, QWidget* parent)
    : QDialog(parent), folder_(session.folder()), item_(item) {
    setWindowTitle(tr("Export"));
    const QSettings settings;
    const Document& document = session.document();
    bool pictures = false;
    bool clips = false;
    for (int i = 0; i < document.itemCount(); ++i)
        (document.itemAt(i).isClip() ? clips : pictures) = true;
    format_ = new QComboBox(this);
    fillFormats(pictures, clips);
    path_ = new QLineEdit(this);
    path_->setObjectName(QStringLiteral("exportPath"));
    auto* choose = new QToolButton(this);
    choose->setText(QStringLiteral("…"));
    choose->setToolTip(tr("Choose where to write"));
    choose->setAccessibleName(choose->toolTip());
    confirmedOnly_ = new QCheckBox(tr("Accepted objects only, no drafts"), this);
    confirmedOnly_->setChecked(settings.value(QStringLiteral("export/confirmedOnly")).toBool());
    doneOnly_ = new QCheckBox(tr("Only images that are done"), this);
    doneOnly_->setChecked(settings.value(QStringLiteral("export/doneOnly")).toBool());
    const ItemSummary* open = document.item(item);
    const QString name =
        open ? QFileInfo(QString::fromStdString(open->record.path)).fileName() : QString();
    thisOnly_ = new QCheckBox(
        tr("Only %1").arg(QString(name).replace(QLatin1Char('&'), QStringLiteral("&&"))), this);
    thisOnly_->setEnabled(open && document.itemCount() > 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    ok_ = buttons->addButton(tr("&Export"), QDialogButtonBox::AcceptRole);
    ok_->setDefault(true);

    auto* row = new QHBoxLayout;
    row->addWidget(path_, 1);
    row->addWidget(choose);
    auto* form = new QFormLayout(this);
    form->setContentsMargins(16, 16, 16, 16);
    form->setSpacing(12);
    form->addRow(tr("&Format"), format_);
    auto* to = new QLabel(tr("&To"), this);
    to->setBuddy(path_);
    form->addRow(to, row);
    form->addRow(confirmedOnly_);
    form->addRow(doneOnly_);
    if (document.itemCount() > 1) form->addRow(thisOnly_);
    form->addRow(buttons);
    setMinimumWidth(560);

    connect(format_, &QComboBox::activated, this, &ExportDialog::suggestPath);
    connect(choose, &QToolButton::clicked, this, &ExportDialog::browse);
    connect(path_, &QLineEdit::textChanged, this,
            [this](const QString& text) { ok_->setEnabled(!text.trimmed().isEmpty()); });
    connect(buttons, &QDialogButtonBox::accepted, this, &ExportDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    setFormat(settings.value(QStringLiteral("export/format")).toString(),
              settings.value(QStringLiteral("export/alwaysRle")).toBool());
}

void ExportDialog::fillFormats(bool pictures, bool clips) {
    for (const ExportFormat& format : Session::exportFormats()) {
        if (!(format.pictures && pictures) && !(format.clips && clips)) continue;
        rows_.push_back({format, false});
        if (format.name == QStringLiteral("coco")) {
            format_->addItem(tr("COCO: polygons, RLE where a mask has a hole"));
            format_->addItem(tr("COCO: RLE always"));
            rows_.push_back({format, true});
        } else {
            format_->addItem(format.title);
        }
    }
}

const ExportDialog::Row& ExportDialog::row() const {
    return rows_[std::size_t(std::max(0, format_->currentIndex()))];
}

QString ExportDialog::format() const {
    return row().format.name;
}

void ExportDialog::setFormat(const QString& name, bool alwaysRle) {
    for (std::size_t i = 0; i < rows_.size(); ++i)
        if (rows_[i].format.name == name && rows_[i].alwaysRle == alwaysRle)
            format_->setCurrentIndex(int(i));
    suggestPath();
}

QString ExportDialog::path() const {
    return path_->text().trimmed();
}

ExportOptions ExportDialog::options() const {
    ExportOptions options;
    options.alwaysRle = row().alwaysRle;
    if (thisOnly_->isChecked()) options.only = item_;
    options.confirmedOnly = confirmedOnly_->isChecked();
    options.doneOnly = doneOnly_->isChecked();
    return options;
}

void ExportDialog::suggestPath() {
    const ExportFormat& format = row().format;
    const QString fallback =
        folder_ + QLatin1Char('/') +
        (format.name == QStringLiteral("png") ? QStringLiteral("masks") : format.name) +
        format.fileEnding;
    path_->setText(QSettings().value(pathKey(folder_, format.name), fallback).toString());
}

void ExportDialog::browse() {
    const ExportFormat& format = row().format;
    const QString title = format_->currentText();
    const QString chosen =
        format.fileEnding.isEmpty()
            ? QFileDialog::getExistingDirectory(this, title, path())
            : QFileDialog::getSaveFileName(
                  this, title, path(), QStringLiteral("%1 (*%2)").arg(title, format.fileEnding));
    if (!chosen.isEmpty()) path_->setText(chosen);
}

void ExportDialog::accept() {
    QSettings settings;
    settings.setValue(QStringLiteral("export/format"), format());
    settings.setValue(QStringLiteral("export/alwaysRle"), row().alwaysRle);
    settings.setValue(QStringLiteral("export/confirmedOnly"), confirmedOnly_->isChecked());
    settings.setValue(QStringLiteral("export/doneOnly"), doneOnly_->isChecked());
    settings.setValue(pathKey(folder_, format()), path());
    QDialog::accept();
}

}  // namespace fs2
