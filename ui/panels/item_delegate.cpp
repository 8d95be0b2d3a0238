#include "ui/panels/item_delegate.h"

#include <QPainter>
#include <QWidget>

#include "annotation/document/item_models.h"
#include "ui/main_window/theme.h"

namespace fs2 {
namespace {

constexpr QSize kThumbnail(56, 42);

QString stateIcon(const QModelIndex& index) {
    if (index.data(ItemListModel::MissingRole).toBool()) return QStringLiteral("warning");
    if (index.data(ItemListModel::SkippedRole).toBool()) return QStringLiteral("skip");
    switch (ItemState(index.data(ItemListModel::StateRole).toInt())) {
        case ItemState::New:
            return {};
        case ItemState::Work:
            return QStringLiteral("work");
        case ItemState::Done:
            return QStringLiteral("done");
        case ItemState::Review:
            return QStringLiteral("review");
    }
    return {};
}

void paintThumbnail(QPainter* painter, const QRect& frame, const QImage& image,
                    const QPalette& palette) {
    painter->fillRect(frame, palette.color(QPalette::Mid));
    if (image.isNull()) return;
    const QSize size = image.size().scaled(frame.size(), Qt::KeepAspectRatio);
    QRect place(QPoint(0, 0), size);
    place.moveCenter(frame.center());
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    painter->drawImage(place, image);
}

/// In the picture's corner: this is a clip.
void paintFilmSign(QPainter* painter, const QRect& frame) {
    const QRect place(frame.left() + 2, frame.bottom() - 17, 16, 16);
    painter->fillRect(place, QColor(0, 0, 0, 160));
    themeIcon(QStringLiteral("film")).paint(painter, place, Qt::AlignCenter, QIcon::Selected);
}

}  // namespace

QSize ItemDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {kThumbnail.width() + 80,
            qMax(kThumbnail.height(), 2 * option.fontMetrics.height()) + 8};
}

void ItemDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given,
                         const QModelIndex& index) const {
    QStyleOptionViewItem option = given;
    const QWidget* widget = option.widget;
    widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, widget);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QPalette& palette = option.palette;
    QRect row = option.rect.adjusted(6, 4, -6, -4);

    const QRect frame(row.topLeft(), QSize(kThumbnail.width(), row.height()));
    paintThumbnail(painter, frame, index.data(Qt::DecorationRole).value<QImage>(), palette);
    if (index.data(ItemListModel::ClipRole).toBool()) paintFilmSign(painter, frame);
    row.setLeft(frame.right() + 9);
    if (const QString sign = stateIcon(index); !sign.isEmpty()) {
        const QRect place(row.right() - 16, row.center().y() - 8, 16, 16);
        themeIcon(sign).paint(painter, place, Qt::AlignCenter,
                              selected ? QIcon::Selected : QIcon::Normal);
        row.setRight(place.left() - 6);
    }
    QFont font = option.font;
    font.setBold(index.data(ItemListModel::OpenRole).toBool());
    painter->setFont(font);
    painter->setPen(palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
    const QFontMetrics metrics(font);
    const int objects = index.data(ItemListModel::ObjectCountRole).toInt();
    const int frames = index.data(ItemListModel::FramesRole).toInt();
    QStringList facts;
    if (frames > 0) facts << tr("%n frame(s)", nullptr, frames);
    if (objects > 0) facts << tr("%n object(s)", nullptr, objects);
    QRect nameRect = row;
    if (!facts.isEmpty()) nameRect.setHeight(row.height() / 2);
    painter->drawText(nameRect, Qt::AlignVCenter | Qt::AlignLeft,
                      metrics.elidedText(index.data().toString(), Qt::ElideMiddle, row.width()));
    if (facts.isEmpty()) return;
    if (!selected) painter->setPen(palette.color(QPalette::PlaceholderText));
    painter->setFont(option.font);
    painter->drawText(
        row.adjusted(0, row.height() / 2, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
        metrics.elidedText(facts.join(QStringLiteral(" · ")), Qt::ElideRight, row.width()));
}

}  // namespace fs2
