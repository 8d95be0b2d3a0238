#include "ui/canvas/view_transform.h"

#include <algorithm>
#include <cmath>

namespace fs2 {
namespace {
constexpr double kFitMargin = 8;     // widget pixels left free round a fitted picture
constexpr double kKeepInSight = 48;  // widget pixels of the picture that panning never hides
}  // namespace

QTransform ViewTransform::widgetFromImage() const {
    return QTransform(scale_, 0, 0, scale_, origin_.x(), origin_.y());
}

QRectF ViewTransform::toWidget(const QRectF& imageRect) const {
    return QRectF(toWidget(imageRect.topLeft()), imageRect.size() * scale_);
}

QRectF ViewTransform::toImage(const QRectF& widgetRect) const {
    return QRectF(toImage(widgetRect.topLeft()), widgetRect.size() / scale_);
}

void ViewTransform::setSizes(QSizeF image, QSizeF widget, double devicePixelRatio) {
    const QPointF centre = toImage(QPointF(widget_.width() / 2, widget_.height() / 2));
    image_ = image;
    widget_ = widget;
    devicePixelRatio_ = devicePixelRatio;
    centreOn(centre);
}

double ViewTransform::fitScale() const {
    if (image_.isEmpty() || widget_.isEmpty()) return 1;
    const double across = std::max(1.0, widget_.width() - 2 * kFitMargin) / image_.width();
    const double down = std::max(1.0, widget_.height() - 2 * kFitMargin) / image_.height();
    return std::min({across, down, kMaxScale});
}

double ViewTransform::minScale() const {
    return std::min(fitScale() / 2, 1 / devicePixelRatio_);
}

void ViewTransform::fit() {
    scale_ = fitScale();
    centreOn(QPointF(image_.width() / 2, image_.height() / 2));
}

void ViewTransform::zoomAt(QPointF widgetPoint, double newScale) {
    const QPointF imagePoint = (widgetPoint - exact_) / scale_;
    scale_ = std::clamp(newScale, minScale(), kMaxScale);
    exact_ = widgetPoint - imagePoint * scale_;
    settle();
}

void ViewTransform::panBy(QPointF widgetDelta) {
    exact_ = origin_ + widgetDelta;
    settle();
    exact_ = origin_;
}

void ViewTransform::centreOn(QPointF imagePoint) {
    exact_ = QPointF(widget_.width() / 2, widget_.height() / 2) - imagePoint * scale_;
    settle();
    exact_ = origin_;
}

void ViewTransform::settle() {
    const auto along = [this](double origin, double picture, double widget) {
        const double keep = std::min({kKeepInSight, picture, widget});
        return std::clamp(origin, keep - picture, widget - keep);
    };
    const auto whole = [this](double v) {
        return std::round(v * devicePixelRatio_) / devicePixelRatio_;
    };
    exact_ = {along(exact_.x(), image_.width() * scale_, widget_.width()),
              along(exact_.y(), image_.height() * scale_, widget_.height())};
    origin_ = {whole(exact_.x()), whole(exact_.y())};
}

}  // namespace fs2
