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
    const cv::Mat flat(part.size(), part.type(),
                       cv::Scalar(colour.red, colour.green, colour.blue, 255));
    cv::Mat mixed;
    cv::addWeighted(flat, share, part, 1 - share, 0, mixed);
    mixed.copyTo(part, inside);
}

void draw(cv::Mat& picture, const Mask& mask, const Colour& colour) {
    if (mask.empty()) return;
    constexpr double kOpacity = .45;
    constexpr double kHalo = .6;
    const double line = std::max(1.0, double(std::max(picture.cols, picture.rows)) / 640);
    tint(picture, mask, colour, kOpacity);
    tint(picture, subtract(grown(mask, line), mask), Colour{}, kHalo);
    tint(picture, subtract(mask, shrunk(mask, line)), colour, 1);
}

/// The frame's pixels as OpenCV sees them, R first.
cv::Mat pixelsOf(const FrameData& frame) {
    return {frame.height, frame.width, CV_8UC4,
            const_cast<std::uint8_t*>(frame.pixels.data()),  // cv::Mat has no const
            std::size_t(frame.stride)};
}

Result<void> writePicture(const std::string& path, const Frame& frame, const char* ending) {
    std::vector<std::uint8_t> file;
    try {
        cv::Mat picture;
        cv::cvtColor(pixelsOf(*frame), picture, cv::COLOR_RGBA2BGR);
        cv::imencode(ending, picture, file);
    } catch (const cv::Exception& fault) {
        return Error{ErrorCode::Internal, path + ": " + fault.err};
    }
    return writeWholeFile(path, {reinterpret_cast<const char*>(file.data()), file.size()});
}

}  // namespace

Result<Frame> overlaid(const Frame& frame, const std::vector<Mask>& masks) {
    try {
        auto drawn = makeFrame(frame->width, frame->height);
        drawn->pixels = frame->pixels;
        drawn->index = frame->index;
        cv::Mat picture = pixelsOf(*drawn);
        for (std::size_t i = 0; i < masks.size(); ++i) {
            draw(picture, resized(masks[i], frame->width, frame->height), cycleColour(int(i)));
        }
        return Frame(std::move(drawn));
    } catch (const cv::Exception& fault) {
        return Error{ErrorCode::Internal, "the masks cannot be drawn: " + fault.err};
    }
}

Result<void> writeOverlay(const std::string& path, const Frame& frame, const std::vector<Mask>& masks) {
    const auto drawn = overlaid(frame, masks);
    if (!drawn) return Error{drawn.error().code, path + ": " + drawn.error().detail};
    const bool jpeg = path.ends_with(".jpg") || path.ends_with(".jpeg");
    return writePicture(path, *drawn, jpeg ? ".jpg" : ".png");
}

Result<void> writeJpeg(const std::string& path, const Frame& frame) {
    return writePicture(path, frame, ".jpg");
}

}  // namespace fs2
