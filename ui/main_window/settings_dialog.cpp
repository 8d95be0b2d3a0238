#include "ui/main_window/settings_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/main_window/key_editor.h"

namespace fs2 {

QStringList deviceNames() {
    QStringList names{QStringLiteral("auto"), QStringLiteral("cpu")};
    const QStringList nodes =
        QDir(QStringLiteral("/dev")).entryList({QStringLiteral("nvidia[0-9]*")}, QDir::System);
    for (qsizetype n = 0; n < nodes.size(); ++n) names.append(QStringLiteral("cuda:%1").arg(n));
    return names;
}

SettingsDialog::SettingsDialog(const Preferences& preferences, const Actions& actions,
                               QWidget* parent)
    : QDialog(parent), before_(preferences) {
    setWindowTitle(tr("Settings"));
    auto* tabs = new QTabWidget(this);
    tabs->addTab(generalPage(), tr("&General"));
    tabs->addTab(modelPage(), tr("&Model"));
    keys_ = new KeyEditor(actions, preferences, this);
    tabs->addTab(keys_, tr("&Keys"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(tabs, 1);
    layout->addWidget(buttons);
    resize(620, 560);
}

QWidget* SettingsDialog::generalPage() {
    auto* page = new QWidget(this);
    auto* form = new QFormLayout(page);
    form->setContentsMargins(16, 16, 16, 16);
    form->setSpacing(12);
    theme_ = new QComboBox(page);
    theme_->addItems({tr("Like the system"), tr("Light"), tr("Dark")});
    theme_->setCurrentIndex(int(before_.theme));
    form->addRow(tr("&Theme"), theme_);
    language_ = new QComboBox(page);
    language_->addItem(tr("Like the system"), QString());
    language_->addItem(QStringLiteral("English"), QStringLiteral("en"));
    language_->addItem(QStringLiteral("中文"), QStringLiteral("zh_CN"));
    language_->setCurrentIndex(qMax(0, language_->findData(before_.language)));
    form->addRow(tr("&Language"), language_);
    overlap_ = new QComboBox(page);
    overlap_->addItems({tr("The newest object takes the pixels"),
                        tr("Objects that are there keep their pixels"), tr("Masks may overlap")});
    overlap_->setCurrentIndex(before_.overlap);
    form->addRow(tr("Where &masks meet"), overlap_);
    undo_ = new QSpinBox(page);
    undo_->setRange(16, 16384);
    undo_->setSuffix(tr(" MB"));
    undo_->setValue(before_.undoMegabytes);
    form->addRow(tr("Memory for &undo"), undo_);
    wheelScrolls_ = new QCheckBox(tr("The &wheel scrolls; Ctrl+wheel zooms"), page);
    wheelScrolls_->setChecked(before_.wheelScrolls);
    form->addRow(wheelScrolls_);
    preview_ = new QCheckBox(tr("Show the mask under the cursor &before the click"), page);
    preview_->setChecked(before_.preview);
    form->addRow(preview_);
    return page;
}

QWidget* SettingsDialog::modelPage() {
    auto* page = new QWidget(this);
    auto* form = new QFormLayout(page);
    form->setContentsMargins(16, 16, 16, 16);
    form->setSpacing(12);
    device_ = new QComboBox(page);
    for (const QString& name : deviceNames())
        device_->addItem(
            name == QStringLiteral("auto") ? tr("Automatic (the first GPU, else CPU)") : name,
            name);
    if (device_->findData(before_.device) < 0) device_->addItem(before_.device, before_.device);
    device_->setCurrentIndex(device_->findData(before_.device));
    form->addRow(tr("&Device"), device_);
    weights_ = addFile(*form, tr("&Weights"), before_.weights,
                       tr("The weights that come with the program"),
                       tr("Weights (*.safetensors *.pth *.pt)"));
    size_ = new QComboBox(page);
    size_->addItem(tr("By device (GPU 1024, CPU 640)"), 0);
    for (int side : {384, 512, 640, 768, 896, 1024, 1280, 1536})
        size_->addItem(tr("%1 pixels").arg(side), side);
    if (size_->findData(before_.workingSize) < 0)
        size_->addItem(tr("%1 pixels").arg(before_.workingSize), before_.workingSize);
    size_->setCurrentIndex(size_->findData(before_.workingSize));
    size_->setToolTip(
        tr("Long side at which the model sees a picture: larger is finer and slower"));
    form->addRow(tr("Working &size"), size_);
    features_ = new QSpinBox(page);
    features_->setRange(64, 65536);
    features_->setSuffix(tr(" MB"));
    features_->setValue(before_.featureMegabytes);
    features_->setToolTip(
        tr("Pictures seen of late are kept ready for clicks in this much memory"));
    form->addRow(tr("Memory for &pictures"), features_);
    refine_ = new QCheckBox(tr("&Refine edges on the original picture"), page);
    refine_->setChecked(before_.refineEdges);
    form->addRow(refine_);
    const QString none = tr("None: the model takes no words");
    tower_ = addFile(*form, tr("&Text model"), before_.textTower, none,
                     tr("OpenCLIP (*.safetensors *.pt *.bin)"));
    activation_ = new QComboBox(page);
    activation_->setObjectName(QStringLiteral("textActivation"));
    activation_->addItem(tr("By its file"), QStringLiteral("auto"));
    activation_->addItem(tr("GELU, as LAION's models"), QStringLiteral("gelu"));
    activation_->addItem(tr("QuickGELU, as OpenAI's models"), QStringLiteral("quickgelu"));
    activation_->setCurrentIndex(qMax(0, activation_->findData(before_.textActivation)));
    activation_->setToolTip(
        tr("The function that the text model was trained with. Its file does not always say which; "
           "with the wrong one words find the wrong things"));
    form->addRow(tr("Text model's &function"), activation_);
    table_ = addFile(*form, tr("&Class table"), before_.classTable, none,
                     tr("Tables (*.safetensors *.pth *.npy)"));
    classes_ = new QLineEdit(before_.classNames, page);
    classes_->setPlaceholderText(tr("cat, cup/mug, stuff: sky; empty = the table's own"));
    form->addRow(tr("C&lasses of scenes"), classes_);
    return page;
}

/// A row with a path and a button to choose it.
QLineEdit* SettingsDialog::addFile(QFormLayout& form, const QString& name, const QString& path,
                                   const QString& placeholder, const QString& kinds) {
    QWidget* page = form.parentWidget();
    auto* line = new QLineEdit(path, page);
    line->setPlaceholderText(placeholder);
    auto* browse = new QToolButton(page);
    browse->setText(QStringLiteral("…"));
    browse->setToolTip(tr("Choose a file"));
    browse->setAccessibleName(browse->toolTip());
    connect(browse, &QToolButton::clicked, this, [this, line, kinds, title = browse->toolTip()] {
        const QString file = QFileDialog::getOpenFileName(this, title, line->text(), kinds);
        if (!file.isEmpty()) line->setText(file);
    });
    auto* row = new QHBoxLayout;
    row->addWidget(line, 1);
    row->addWidget(browse);
    auto* label = new QLabel(name, page);
    label->setBuddy(line);
    form.addRow(label, row);
    return line;
}

Preferences SettingsDialog::preferences() const {
    Preferences p = before_;
    p.theme = ThemeChoice(theme_->currentIndex());
    p.language = language_->currentData().toString();
    p.overlap = overlap_->currentIndex();
    p.undoMegabytes = undo_->value();
    p.wheelScrolls = wheelScrolls_->isChecked();
    p.preview = preview_->isChecked();
    p.device = device_->currentData().toString();
    p.weights = weights_->text().trimmed();
    p.textTower = tower_->text().trimmed();
    p.textActivation = activation_->currentData().toString();
    p.classTable = table_->text().trimmed();
    p.classNames = classes_->text().trimmed();
    p.workingSize = size_->currentData().toInt();
    p.featureMegabytes = features_->value();
    p.refineEdges = refine_->isChecked();
    p.keyPreset = keys_->preset();
    p.keyOverrides = keys_->overrides();
    return p;
}

}  // namespace fs2
