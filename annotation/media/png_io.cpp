#include "annotation/media/png_io.h"

#include <algorithm>
#include <array>

#include <png.h>

#include "annotation/core/files.h"
#include "annotation/media/png_read.h"

namespace fs2 {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr int kPaletteSize = 256;

Result<Bytes> encode(png_uint_32 format, int width, int height, const void* pixels,
                     const void* palette = nullptr) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = png_uint_32(width);
    image.height = png_uint_32(height);
    image.format = format;
    image.colormap_entries = palette ? kPaletteSize : 0;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    Bytes bytes(size);
    if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels, 0, palette)) {
        return Error{ErrorCode::Internal, std::string("a PNG cannot be made: ") + image.message};
    }
    bytes.resize(size);
    return bytes;
}

Result<void> save(const std::string& path, const Result<Bytes>& bytes) {
    if (!bytes) return Error{bytes.error().code, path + ": " + bytes.error().detail};
    return writeWholeFile(path, {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

bool fitsBytes(const IdImage& image) {
    return std::all_of(image.ids.begin(), image.ids.end(),
                       [](std::uint16_t id) { return id < kPaletteSize; });
}

Result<Bytes> encodeGrey(const IdImage& image, int bits) {
    if (bits == 16) return encode(PNG_FORMAT_LINEAR_Y, image.width, image.height, image.ids.data());
    Bytes grey(image.ids.size());
    std::transform(image.ids.begin(), image.ids.end(), grey.begin(),
                   [](std::uint16_t id) { return std::uint8_t(id); });
    return encode(PNG_FORMAT_GRAY, image.width, image.height, grey.data());
}

}  // namespace

const std::array<std::uint8_t, 768>& vocPalette() {
    static const auto made = [] {
        std::array<std::uint8_t, kPaletteSize * 3> palette{};
        for (std::size_t id = 0; id < kPaletteSize; ++id) {
            for (std::size_t bit = 0; bit < 8; ++bit) {
                for (std::size_t channel = 0; channel < 3; ++channel) {
                    const std::size_t on = bit * 3 + channel < 8 ? id >> (bit * 3 + channel) & 1 : 0;
                    palette[id * 3 + channel] =
                        std::uint8_t(palette[id * 3 + channel] | on << (7 - bit));
                }
            }
        }
        return palette;
    }();
    return made;
}

Result<IdImage> parseIdImage(std::string_view bytes, const std::string& name) {
    const auto inFile = [&](const Error& error) {
        return Error{error.code, name + ": " + error.detail};
    };
    if (bytes.empty()) return inFile({ErrorCode::Unreadable, "the file is empty"});
    PngReader reader;
    if (const auto opened = reader.open(bytes, PngReader::Samples::Numbers); !opened) {
        return inFile(opened.error());
    }
    if (reader.channels() != 1) {
        return inFile({ErrorCode::Unreadable,
                       "it has colours; numbers of objects need an indexed or grey PNG"});
    }
    IdImage image;
    image.width = reader.width();
    image.height = reader.height();
    constexpr std::int64_t kMostPixels = std::int64_t(1) << 30;
    if (std::int64_t(image.width) * image.height > kMostPixels) {
        return inFile({ErrorCode::Unsupported, "it has more than 1,073 megapixels"});
    }
    const std::size_t pixels = std::size_t(image.width) * std::size_t(image.height);
    image.ids.resize(pixels);
    auto* raw = reinterpret_cast<std::uint8_t*>(image.ids.data());
    if (reader.bits() == 16) {
        if (const auto read = reader.readAll(raw); !read) return inFile(read.error());
        return image;
    }
    Bytes rows(pixels);
    if (const auto read = reader.readAll(rows.data()); !read) return inFile(read.error());
    std::copy(rows.begin(), rows.end(), image.ids.begin());
    return image;
}

Result<IdImage> readIdImage(const std::string& path) {
    const auto bytes = readWholeFile(path);
    if (!bytes) return bytes.error();
    return parseIdImage(*bytes, path);
}

Result<void> writeMaskPng(const std::string& path, const Mask& mask) {
    return save(path, encode(PNG_FORMAT_GRAY, mask.width(), mask.height(), mask.toBitmap(255).data()));
}

Result<void> writeIdPng(const std::string& path, const IdImage& image) {
    if (!fitsBytes(image)) return save(path, encodeIdPng(image));
    Bytes places(image.ids.size());
    std::transform(image.ids.begin(), image.ids.end(), places.begin(),
                   [](std::uint16_t id) { return std::uint8_t(id); });
    return save(path, encode(PNG_FORMAT_RGB_COLORMAP, image.width, image.height, places.data(),
                             vocPalette().data()));
}

Result<void> writeGreyPng(const std::string& path, const IdImage& image, int bits) {
    return save(path, encodeGrey(image, bits));
}

Result<Bytes> encodeIdPng(const IdImage& image) { return encodeGrey(image, fitsBytes(image) ? 8 : 16); }

Result<void> writeRgbPng(const std::string& path, const std::vector<std::uint8_t>& rgb, int width,
                         int height) {
    return save(path, encode(PNG_FORMAT_RGB, width, height, rgb.data()));
}

Result<void> writeRgbaPng(const std::string& path, const std::vector<std::uint8_t>& rgba, int width,
                          int height) {
    return save(path, encode(PNG_FORMAT_RGBA, width, height, rgba.data()));
}

}  // namespace fs2
