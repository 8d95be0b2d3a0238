#include "ui/panels/display_panel.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSlider>

#include <cmath>

namespace fs2 {

DisplayPanel::DisplayPanel(QWidget* parent) : QWidget(parent) {
    auto* form = new QFormLayout(this);
    form->setContentsMargins(8, 8, 8, 8);
    form->setSpacing(8);
    brightness_ = addSlider(tr("Brightness"), -100, 100);
    contrast_ = addSlider(tr("Contrast"), -100, 100);
    gamma_ = addSlider(tr("Gamma"), -100, 100);  // 10^(value / 100)
    opacity_ = addSlider(tr("Mask opacity"), 0, 100);
    fill_ = addBox(tr("Fill masks"));
    outline_ = addBox(tr("Outline masks"));
    crosshair_ = addBox(tr("Crosshair"));
    grid_ = addBox(tr("Pixel grid when near"));
    auto* reset = new QPushButton(tr("As It Was"), this);
    reset->setToolTip(tr("Brightness, contrast, gamma and masks as at first"));
    form->addRow(reset);
    connect(reset, &QPushButton::clicked, this, [this] {
        DisplayOptions fresh;
        fresh.wheelScrolls = options_.wheelScrolls;
        setOptions(fresh);
        Q_EMIT optionsChanged(fresh);
    });
    setOptions({});
}

QSlider* DisplayPanel::addSlider(const QString& name, int low, int high) {
    auto* slider = new QSlider(Qt::Horizontal, this);
    slider->setRange(low, high);
    slider->setPageStep(10);
    slider->setAccessibleName(name);
    auto* value = new QLabel(this);
    value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    value->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("-100")));
    values_.emplace_back(slider, value);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(slider, 1);
    row->addWidget(value);
    static_cast<QFormLayout*>(layout())->addRow(name, row);
    connect(slider, &QSlider::valueChanged, this, &DisplayPanel::read);
    return slider;
}

QCheckBox* DisplayPanel::addBox(const QString& name) {
    auto* box = new QCheckBox(name, this);
    static_cast<QFormLayout*>(layout())->addRow(box);
    connect(box, &QCheckBox::toggled, this, &DisplayPanel::read);
    return box;
}

void DisplayPanel::read() {
    for (const auto& [slider, value] : values_)
        value->setText(slider == gamma_
                           ? QString::number(std::pow(10., slider->value() / 100.), 'f', 2)
                           : QString::number(slider->value()));
    if (showing_) return;
    options_.brightness = brightness_->value() / 100.;
    options_.contrast = contrast_->value() / 100.;
    options_.gamma = std::pow(10., gamma_->value() / 100.);
    options_.maskOpacity = opacity_->value() / 100.;
    options_.fill = fill_->isChecked();
    options_.outline = outline_->isChecked();
    options_.crosshair = crosshair_->isChecked();
    options_.pixelGrid = grid_->isChecked();
    Q_EMIT optionsChanged(options_);
}

void DisplayPanel::setOptions(const DisplayOptions& options) {
    showing_ = true;
    options_ = options;
    brightness_->setValue(int(std::lround(options.brightness * 100)));
    contrast_->setValue(int(std::lround(options.contrast * 100)));
    gamma_->setValue(int(std::lround(std::log10(options.gamma) * 100)));
    opacity_->setValue(int(std::lround(options.maskOpacity * 100)));
    fill_->setChecked(options.fill);
    outline_->setChecked(options.outline);
    crosshair_->setChecked(options.crosshair);
    grid_->setChecked(options.pixelGrid);
    read();
    showing_ = false;
}

}  // namespace fs2
