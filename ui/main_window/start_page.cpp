#include "ui/main_window/start_page.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/main_window/actions.h"
#include "ui/main_window/preferences.h"

namespace fs2 {
namespace {

constexpr QSize kPicture(64, 48);
constexpr int kPathRole = Qt::UserRole;

/// Picture, name, and the path below it.
class RecentDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {320, kPicture.height() + 16};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        option.widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter,
                                              option.widget);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const QPalette& palette = option.palette;
        const QRect frame(option.rect.topLeft() + QPoint(8, 8), kPicture);
        painter->fillRect(frame, palette.color(QPalette::Mid));
        if (const auto image = index.data(Qt::DecorationRole).value<QImage>(); !image.isNull()) {
            QRect place(QPoint(0, 0), image.size().scaled(kPicture, Qt::KeepAspectRatio));
            place.moveCenter(frame.center());
            painter->setRenderHint(QPainter::SmoothPixmapTransform);
            painter->drawImage(place, image);
        }
        const QRect text = option.rect.adjusted(kPicture.width() + 20, 8, -12, -8);
        QFont bold = option.font;
        bold.setBold(true);
        painter->setFont(bold);
        painter->setPen(palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
        painter->drawText(
            text.adjusted(0, 0, 0, -text.height() / 2), Qt::AlignVCenter,
            QFontMetrics(bold).elidedText(index.data().toString(), Qt::ElideMiddle, text.width()));
        painter->setFont(option.font);
        if (!selected) painter->setPen(palette.color(QPalette::PlaceholderText));
        const QString path = QDir::toNativeSeparators(index.data(kPathRole).toString());
        painter->drawText(text.adjusted(0, text.height() / 2, 0, 0), Qt::AlignVCenter,
                          option.fontMetrics.elidedText(path, Qt::ElideMiddle, text.width()));
    }
};

QToolButton* bigButton(QAction& action, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setDefaultAction(&action);
    button->setText(Actions::titleOf(action));
    button->setIconSize({32, 32});
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setMinimumSize(148, 96);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

}  // namespace

StartPage::StartPage(const Actions& actions, QWidget* parent) : QWidget(parent) {
    auto* title = new QLabel(QStringLiteral("FastSAM2 Studio"), this);
    QFont font = title->font();
    font.setPointSizeF(font.pointSizeF() * 2);
    title->setFont(font);
    auto* hint = new QLabel(tr("Drop images, films or a folder here, or open:"), this);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(12);
    for (const char* id : {"open_folder", "open_film", "open_files", "open_samples"})
        buttons->addWidget(bigButton(actions[id], this));
    buttons->addStretch(1);
    recentTitle_ = new QLabel(tr("Recent work"), this);
    recent_ = new QListWidget(this);
    recent_->setObjectName(QStringLiteral("recentWork"));
    recent_->setAccessibleName(tr("Recent work"));
    recent_->setItemDelegate(new RecentDelegate(recent_));
    recent_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    auto* column = new QWidget(this);
    column->setMaximumWidth(720);
    auto* layout = new QVBoxLayout(column);
    layout->setSpacing(12);
    layout->addStretch(1);
    layout->addWidget(title);
    layout->addWidget(hint);
    layout->addLayout(buttons);
    layout->addSpacing(12);
    layout->addWidget(recentTitle_);
    layout->addWidget(recent_, 4);
    layout->addStretch(1);
    auto* outer = new QHBoxLayout(this);
    outer->addStretch(1);
    outer->addWidget(column, 8);
    outer->addStretch(1);

    const auto open = [this](const QListWidgetItem* item) {
        Q_EMIT openRequested(item->data(kPathRole).toString());
    };
    connect(recent_, &QListWidget::itemClicked, this, open);
    connect(recent_, &QListWidget::itemActivated, this, open);
    refresh();
}

void StartPage::refresh() {
    recent_->clear();
    for (const QString& path : recentWork()) {
        auto* item = new QListWidgetItem(QFileInfo(path).fileName(), recent_);
        item->setData(kPathRole, path);
        item->setData(Qt::DecorationRole, recentThumbnail(path));
        item->setToolTip(path);
    }
    recent_->setVisible(recent_->count() > 0);
    recentTitle_->setVisible(recent_->count() > 0);
}

}  // namespace fs2
