#include "annotation/media/overlay.h"

#include <algorithm>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "annotation/core/colour.h"
#include "annotation/core/files.h"
#include "annotation/core/mask_ops.h"

namespace fs2 {
namespace {

/// Mixes `colour` into the pixels of the mask; `share` 0 .. 1.
void tint(cv::Mat& picture, const Mask& mask, const Colour& colour, double share) {
    const Rect box = mask.bounds();
    if (box.empty()) return;
    cv::Mat inside(box.height, box.width, CV_8U);
    mask.toBitmap(inside.data, box.width, box);
    cv::Mat part = picture(cv::Rect(box.x, box.y, box.width, box.height));
    const cv::Mat flat(part.size(), part.type(), cv::Scalar(colour.blue, colour.green, colour.red));
    cv::Mat mixed;
    cv::addWeighted(flat, share, part, 1 - share, 0, mixed);
    mixed.copyTo(part, inside);
}

void draw(cv::Mat& picture, const Mask& mask, const Colour& colour) {
    constexpr double kOpacity = .45;
    constexpr double kHalo = .6;
    const double line = std::max(1.0, double(std::max(picture.cols, picture.rows)) / 640);
    tint(picture, mask, colour, kOpacity);
    tint(picture, subtract(grown(mask, line), mask), Colour{}, kHalo);
    tint(picture, subtract(mask, shrunk(mask, line)), colour, 1);
}

}  // namespace

Result<void> writeOverlay(const std::string& path, const Frame& frame, const std::vector<Mask>& masks) {
    std::vector<std::uint8_t> file;
    try {
        const cv::Mat pixels(frame->height, frame->width, CV_8UC4,
                             const_cast<std::uint8_t*>(frame->pixels.data()),  // cv::Mat has no const
                             std::size_t(frame->stride));
        cv::Mat picture;
        cv::cvtColor(pixels, picture, cv::COLOR_RGBA2BGR);
        for (std::size_t i = 0; i < masks.size(); ++i) {
            draw(picture, resized(masks[i], frame->width, frame->height), cycleColour(int(i)));
        }
        const bool jpeg = path.ends_with(".jpg") || path.ends_with(".jpeg");
        cv::imencode(jpeg ? ".jpg" : ".png", picture, file);
    } catch (const cv::Exception& fault) {
        return Error{ErrorCode::Internal, path + ": " + fault.err};
    }
    return writeWholeFile(path, {reinterpret_cast<const char*>(file.data()), file.size()});
}

}  // namespace fs2
