#include "ui/main_window/export_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCryptographicHash>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QToolButton>

namespace fs2 {
namespace {

/// One remembered path for each work and kind of target.
QString pathKey(const QString& folder, ExportDialog::Format format) {
    const QByteArray work =
        QCryptographicHash::hash(folder.toUtf8(), QCryptographicHash::Sha1).toHex().left(16);
    return QStringLiteral("export/%1/%2")
        .arg(QLatin1String(work), format == ExportDialog::Format::MaskPng ? QStringLiteral("png")
                                                                          : QStringLiteral("coco"));
}

}  // namespace

ExportDialog::ExportDialog(const QString& folder, QWidget* parent)
    : QDialog(parent), folder_(folder) {
    setWindowTitle(tr("Export"));
    const QSettings settings;
    format_ = new QComboBox(this);
    format_->addItem(tr("COCO: polygons, RLE where a mask has a hole"));
    format_->addItem(tr("COCO: RLE always"));
    format_->addItem(tr("Mask images (PNG)"));
    format_->setCurrentIndex(qBound(0, settings.value(QStringLiteral("export/format")).toInt(), 2));
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
    form->addRow(buttons);
    setMinimumWidth(560);

    connect(format_, &QComboBox::activated, this, &ExportDialog::suggestPath);
    connect(choose, &QToolButton::clicked, this, &ExportDialog::browse);
    connect(path_, &QLineEdit::textChanged, this,
            [this](const QString& text) { ok_->setEnabled(!text.trimmed().isEmpty()); });
    connect(buttons, &QDialogButtonBox::accepted, this, &ExportDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    suggestPath();
}

ExportDialog::Format ExportDialog::format() const {
    return Format(format_->currentIndex());
}

QString ExportDialog::path() const {
    return path_->text().trimmed();
}

ExportOptions ExportDialog::options() const {
    ExportOptions options;
    options.alwaysRle = format() == Format::CocoRle;
    options.confirmedOnly = confirmedOnly_->isChecked();
    options.doneOnly = doneOnly_->isChecked();
    return options;
}

void ExportDialog::suggestPath() {
    const QString fallback = format() == Format::MaskPng ? folder_ + QStringLiteral("/masks")
                                                         : folder_ + QStringLiteral("/coco.json");
    path_->setText(QSettings().value(pathKey(folder_, format()), fallback).toString());
}

void ExportDialog::browse() {
    const QString chosen =
        format() == Format::MaskPng
            ? QFileDialog::getExistingDirectory(this, tr("Folder for the mask images"), path())
            : QFileDialog::getSaveFileName(this, tr("COCO file"), path(), tr("COCO (*.json)"));
    if (!chosen.isEmpty()) path_->setText(chosen);
}

void ExportDialog::accept() {
    QSettings settings;
    settings.setValue(QStringLiteral("export/format"), format_->currentIndex());
    settings.setValue(QStringLiteral("export/confirmedOnly"), confirmedOnly_->isChecked());
    settings.setValue(QStringLiteral("export/doneOnly"), doneOnly_->isChecked());
    settings.setValue(pathKey(folder_, format()), path());
    QDialog::accept();
}

}  // namespace fs2
