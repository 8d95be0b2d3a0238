#include "annotation/media/image_decode.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <new>
#include <span>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "annotation/core/files.h"
#include "annotation/media/image_header.h"
#include "annotation/media/jpeg_decode.h"
#include "annotation/media/png_read.h"

namespace fs2 {
namespace {

using Pixels = std::shared_ptr<FrameData>;

constexpr std::int64_t kMostPixels = std::int64_t(1) << 30;
/// Kinds that can only be decoded whole: the decoder's own picture must fit in memory.
constexpr std::int64_t kMostWholePixels = std::int64_t(1) << 29;

std::int64_t pixelsOf(const ImageInfo& info) {
    return std::int64_t(info.storedWidth) * info.storedHeight;
}

cv::Mat matOf(FrameData& frame) {
    return cv::Mat(frame.height, frame.width, CV_8UC4, frame.pixels.data(),
                   std::size_t(frame.stride));
}

/// How many pixels in each direction become one, so that a picture has at most kMaxFramePixels.
int proxyBlock(std::int64_t pixels) {
    int block = 1;
    while (pixels / (std::int64_t(block) * block) > kMaxFramePixels) ++block;
    return block;
}

/// The grey level or colours that become black and white: the 2nd and 98th percentile.
struct Window {
    double low = 0;
    double high = 0;
};

Window windowOf(const cv::Mat& colours) {
    constexpr std::size_t kMostSamples = std::size_t(1) << 22;
    const cv::Mat flat = colours.reshape(1, colours.rows);
    const std::size_t step = flat.total() / kMostSamples + 1;
    std::vector<float> samples;
    std::size_t next = 0;
    for (int y = 0; y < flat.rows; ++y) {
        const auto* row = flat.ptr<float>(y);
        const auto columns = std::size_t(flat.cols);
        for (; next < columns; next += step) {
            if (std::isfinite(row[next])) samples.push_back(row[next]);
        }
        next -= columns;
    }
    if (samples.empty()) return {};
    const auto percentile = [&](std::size_t percent) {
        const auto at = samples.begin() + std::ptrdiff_t((samples.size() - 1) * percent / 100);
        std::nth_element(samples.begin(), at, samples.end());
        return double(*at);
    };
    const Window window{percentile(2), percentile(98)};
    if (window.low < window.high) return window;
    const auto [least, most] = std::minmax_element(samples.begin(), samples.end());
    return {*least, *most};
}

/// 16-bit and float samples to 8 bits through their window; alpha keeps its own full range.
cv::Mat toBytes(const cv::Mat& image) {
    if (image.depth() == CV_8U) return image;
    const bool hasAlpha = image.channels() % 2 == 0;
    const double alphaRange = image.depth() == CV_16U ? 65535.0 : 1.0;
    std::vector<cv::Mat> planes;
    cv::split(image, planes);
    cv::Mat alpha;
    if (hasAlpha) {
        planes.back().convertTo(alpha, CV_8U, 255.0 / alphaRange);
        planes.pop_back();
    }
    cv::Mat colours;
    cv::merge(planes, colours);
    colours.convertTo(colours, CV_32F);
    const Window window = windowOf(colours);
    cv::patchNaNs(colours, window.low);
    colours = cv::min(cv::max(colours, window.low), window.high);
    const double scale = window.high > window.low ? 255.0 / (window.high - window.low) : 0.0;
    cv::Mat bytes;
    colours.convertTo(bytes, CV_8U, scale, -window.low * scale);
    if (!hasAlpha) return bytes;
    cv::split(bytes, planes);
    planes.push_back(alpha);
    cv::merge(planes, bytes);
    return bytes;
}

/// Over white paper.
void flattenAlpha(const cv::Mat& from, FrameData& to) {
    const int colours = from.channels() - 1;
    for (int y = 0; y < from.rows; ++y) {
        const std::uint8_t* in = from.ptr(y);
        std::uint8_t* out = to.pixels.data() + std::size_t(y) * std::size_t(to.stride);
        for (int x = 0; x < from.cols; ++x, in += from.channels(), out += 4) {
            const int alpha = in[colours];
            for (int c = 0; c < 3; ++c) {
                const int colour = in[colours == 1 ? 0 : c];
                out[c] = std::uint8_t((colour * alpha + 255 * (255 - alpha) + 127) / 255);
            }
        }
    }
}

/// `image` has 1 to 4 channels in the order R, G, B, alpha, or grey, alpha.
Pixels frameOf(const cv::Mat& image) {
    const cv::Mat bytes = toBytes(image);
    Pixels frame = makeFrame(bytes.cols, bytes.rows);
    cv::Mat target = matOf(*frame);
    switch (bytes.channels()) {
        case 1: cv::cvtColor(bytes, target, cv::COLOR_GRAY2RGBA); break;
        case 3: cv::cvtColor(bytes, target, cv::COLOR_RGB2RGBA); break;
        default: flattenAlpha(bytes, *frame);
    }
    return frame;
}

Pixels upright(Pixels stored, int orientation) {
    if (orientation == 1) return stored;
    const bool swaps = orientation >= 5;
    Pixels turned = swaps ? makeFrame(stored->height, stored->width)
                          : makeFrame(stored->width, stored->height);
    cv::Mat from = matOf(*stored);
    cv::Mat to = matOf(*turned);
    if (swaps) {
        cv::transpose(from, to);
        from = to;
    }
    constexpr int kRows = 0, kColumns = 1, kBoth = -1;
    switch (orientation) {
        case 2:
        case 6: cv::flip(from, to, kColumns); break;
        case 3:
        case 7: cv::flip(from, to, kBoth); break;
        case 4:
        case 8: cv::flip(from, to, kRows); break;
        default: break;
    }
    return turned;
}

/// Stored orientation, at `eighths` eighths.
Result<Pixels> jpegPixels(const std::string& path, int eighths) {
    const auto bytes = readWholeFile(path);
    if (!bytes) return bytes.error();
    const std::span raw(reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size());
    const auto info = imageInfo(raw);
    if (!info) return Error{info.error().code, path + ": " + info.error().detail};
    Pixels frame = makeFrame(jpegScaled(info->storedWidth, eighths),
                             jpegScaled(info->storedHeight, eighths));
    const auto decoded = decodeJpeg(
        *bytes, eighths, {frame->pixels.data(), frame->width, frame->height, frame->stride});
    if (!decoded) return Error{decoded.error().code, path + ": " + decoded.error().detail};
    return frame;
}

/// Rows are averaged as they come, so that a huge PNG is never whole in memory.
Result<cv::Mat> pngRows(PngReader& reader, int type, int block) {
    const int height = (reader.height() + block - 1) / block;
    cv::Mat image(height, std::max(1, reader.width() / block), type);
    cv::Mat strip(block, reader.width(), type);
    for (int y = 0; y < height; ++y) {
        const int rows = std::min(block, reader.height() - y * block);
        for (int row = 0; row < rows; ++row) {
            if (const auto read = reader.readRow(strip.ptr(row)); !read) return read.error();
        }
        cv::Mat target = image.row(y);
        cv::resize(strip.rowRange(0, rows), target, target.size(), 0, 0, cv::INTER_AREA);
    }
    return image;
}

Result<cv::Mat> pngImage(const std::string& bytes, int block) {
    PngReader reader;
    if (const auto opened = reader.open(bytes, PngReader::Samples::Colours); !opened) {
        return opened.error();
    }
    const int type = CV_MAKETYPE(reader.bits() == 16 ? CV_16U : CV_8U, reader.channels());
    if (block > 1 && reader.interlaced()) {
        return Error{ErrorCode::Unsupported, "an interlaced PNG of more than 64 megapixels"};
    }
    if (block > 1) return pngRows(reader, type, block);
    cv::Mat image(reader.height(), reader.width(), type);
    if (const auto read = reader.readAll(image.data); !read) return read.error();
    return image;
}

Result<Pixels> pngPixels(const std::string& path, int block) {
    const auto bytes = readWholeFile(path);
    if (!bytes) return bytes.error();
    const auto image = pngImage(*bytes, block);
    if (!image) return Error{image.error().code, path + ": " + image.error().detail};
    return frameOf(*image);
}

/// TIFF, BMP and WebP through OpenCV, which turns a TIFF upright by itself.
Result<Pixels> otherPixels(const std::string& path, int block) {
    cv::Mat image = cv::imread(path, cv::IMREAD_UNCHANGED);
    if (image.empty()) {
        return Error{ErrorCode::Unreadable, path + ": the picture is damaged or cut off"};
    }
    if (block > 1) {
        cv::Mat small;
        cv::resize(image, small, {image.cols / block, image.rows / block}, 0, 0, cv::INTER_AREA);
        image = small;
    }
    if (image.channels() == 3) cv::cvtColor(image, image, cv::COLOR_BGR2RGB);
    if (image.channels() == 4) cv::cvtColor(image, image, cv::COLOR_BGRA2RGBA);
    return frameOf(image);
}

/// Calls `work`; what it throws becomes an error that names the file.
template <class Work>
Result<Frame> atTheDoor(const std::string& path, Work work) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, path + ": the picture does not fit in memory"};
    } catch (const cv::Exception& fault) {
        const bool memory = fault.code == cv::Error::StsNoMem;
        return Error{memory ? ErrorCode::OutOfMemory : ErrorCode::Unreadable,
                     path + ": " + fault.err};
    } catch (const std::exception& fault) {
        return Error{ErrorCode::Unreadable, path + ": " + fault.what()};
    }
}

/// The picture upright, its JPEG decoded at `eighths`.
Result<Frame> decodeAt(const std::string& path, const ImageInfo& info, int eighths) {
    const std::int64_t most = info.kind == ImageKind::Jpeg || info.kind == ImageKind::Png
                                  ? kMostPixels
                                  : kMostWholePixels;
    if (pixelsOf(info) > most) {
        return Error{ErrorCode::Unsupported, path + ": it has more than " +
                                                 std::to_string(most / 1'000'000) + " megapixels"};
    }
    const int block = proxyBlock(pixelsOf(info));
    Result<Pixels> stored = info.kind == ImageKind::Jpeg  ? jpegPixels(path, eighths)
                            : info.kind == ImageKind::Png ? pngPixels(path, block)
                                                          : otherPixels(path, block);
    if (!stored) return stored.error();
    const bool turn = info.kind != ImageKind::Tiff;
    Pixels frame = upright(std::move(stored).value(), turn ? info.orientation : 1);
    frame->fullWidth = info.width();
    frame->fullHeight = info.height();
    return Frame(std::move(frame));
}

/// The most eighths of a JPEG that stay within kMaxFramePixels.
int proxyEighths(const ImageInfo& info) {
    int eighths = 8;
    while (eighths > 1 && std::int64_t(jpegScaled(info.storedWidth, eighths)) *
                                  jpegScaled(info.storedHeight, eighths) >
                              kMaxFramePixels) {
        --eighths;
    }
    return eighths;
}

}  // namespace

Result<Frame> decodeImage(const std::string& path) {
    const auto info = imageInfo(path);
    if (!info) return info.error();
    return atTheDoor(path, [&] { return decodeAt(path, *info, proxyEighths(*info)); });
}

Result<Frame> decodeThumbnail(const std::string& path, int longSide) {
    const auto info = imageInfo(path);
    if (!info) return info.error();
    return atTheDoor(path, [&]() -> Result<Frame> {
        const int stored = std::max(info->storedWidth, info->storedHeight);
        int eighths = 1;
        while (eighths < proxyEighths(*info) && jpegScaled(stored, eighths) < longSide) ++eighths;
        const auto decoded = decodeAt(path, *info, eighths);
        if (!decoded) return decoded.error();
        const FrameData& large = **decoded;
        const int side = std::max(large.width, large.height);
        if (side <= longSide) return *decoded;
        const auto scaled = [&](int length) {
            return std::max(1, int(std::lround(double(length) * longSide / side)));
        };
        Pixels small = makeFrame(scaled(large.width), scaled(large.height));
        const cv::Mat from(large.height, large.width, CV_8UC4,
                           const_cast<std::uint8_t*>(large.pixels.data()),  // cv::Mat has no const
                           std::size_t(large.stride));
        cv::Mat to = matOf(*small);
        cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
        small->fullWidth = large.fullWidth;
        small->fullHeight = large.fullHeight;
        return Frame(std::move(small));
    });
}

void capImageThreads() { cv::setNumThreads(1); }

}  // namespace fs2
