#include "training/image_io.h"

#include <jpeglib.h>
#include <png.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace fs2 {
namespace {

Error unreadable(std::string reason) { return {ErrorCode::Unreadable, std::move(reason)}; }

struct JpegErrors {
    jpeg_error_mgr base;
    std::jmp_buf jump;
    char text[JMSG_LENGTH_MAX];
};

[[noreturn]] void jpegFailed(j_common_ptr info) {
    auto* errors = reinterpret_cast<JpegErrors*>(info->err);
    info->err->format_message(info, errors->text);
    std::longjmp(errors->jump, 1);
}

/// Damaged data is refused, not patched up with grey.
void jpegWarned(j_common_ptr info, int level) {
    if (level < 0) jpegFailed(info);
}

/// libjpeg gives CMYK as stored; Adobe's files store it inverted.
void cmykToRgb(const std::uint8_t* cmyk, std::uint8_t* rgb, int width, bool inverted) {
    for (int x = 0; x < width; ++x) {
        const auto ink = [&](int c) { return inverted ? int(cmyk[x * 4 + c]) : 255 - cmyk[x * 4 + c]; };
        for (int c = 0; c < 3; ++c) rgb[x * 3 + c] = std::uint8_t(ink(c) * ink(3) / 255);
    }
}

Result<Picture> decodeJpeg(std::span<const std::uint8_t> file) {
    Picture picture;
    std::vector<std::uint8_t> line;
    jpeg_decompress_struct jpeg{};
    JpegErrors errors{};
    jpeg.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = jpegFailed;
    errors.base.emit_message = jpegWarned;
    if (setjmp(errors.jump)) {
        jpeg_destroy_decompress(&jpeg);
        return unreadable(std::string("JPEG: ") + errors.text);
    }
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, file.data(), static_cast<unsigned long>(file.size()));
    jpeg_read_header(&jpeg, TRUE);
    if (std::int64_t(jpeg.image_width) * jpeg.image_height > kMaxPicturePixels) {
        jpeg_destroy_decompress(&jpeg);
        return unreadable("JPEG: more pixels than can be read");
    }
    const bool cmyk = jpeg.num_components == 4;
    jpeg.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&jpeg);
    picture.width = int(jpeg.output_width);
    picture.height = int(jpeg.output_height);
    const std::size_t row = std::size_t(picture.width) * 3;
    picture.rgb.resize(row * std::size_t(picture.height));
    if (cmyk) line.resize(std::size_t(picture.width) * 4);
    while (jpeg.output_scanline < jpeg.output_height) {
        std::uint8_t* out = picture.rgb.data() + row * jpeg.output_scanline;
        JSAMPROW rows[1] = {cmyk ? line.data() : out};
        jpeg_read_scanlines(&jpeg, rows, 1);
        if (cmyk) cmykToRgb(line.data(), out, picture.width, jpeg.saw_Adobe_marker != 0);
    }
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
    return picture;
}

struct PngState {
    std::span<const std::uint8_t> file;
    std::size_t at = 0;
    std::vector<std::uint8_t>* out = nullptr;
    std::string reason;
};

[[noreturn]] void pngFailed(png_structp png, png_const_charp text) {
    static_cast<PngState*>(png_get_error_ptr(png))->reason = text;
    png_longjmp(png, 1);
}
void pngWarned(png_structp, png_const_charp) {}

void pngRead(png_structp png, png_bytep to, png_size_t count) {
    auto* state = static_cast<PngState*>(png_get_io_ptr(png));
    if (state->file.size() - state->at < count) png_error(png, "the file ends too early");
    std::memcpy(to, state->file.data() + state->at, count);
    state->at += count;
}
void pngWrite(png_structp png, png_bytep from, png_size_t count) {
    auto* out = static_cast<PngState*>(png_get_io_ptr(png))->out;
    out->insert(out->end(), from, from + count);
}
void pngFlush(png_structp) {}

struct PngPixels {
    int width = 0;
    int height = 0;
    int bytes = 0;  ///< a pixel
    std::vector<std::uint8_t> data;
};

/// asIds: one channel as stored (16 bit little endian); otherwise RGB8.
Result<PngPixels> decodePng(std::span<const std::uint8_t> file, bool asIds) {
    PngPixels pixels;
    std::vector<png_bytep> rows;
    PngState state{.file = file, .at = 0, .out = nullptr, .reason = {}};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, pngFailed, pngWarned);
    png_infop info = png ? png_create_info_struct(png) : nullptr;
    if (!info) {
        png_destroy_read_struct(&png, nullptr, nullptr);
        return unreadable("PNG: libpng cannot start");
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, nullptr);
        return unreadable("PNG: " + state.reason);
    }
    png_set_read_fn(png, &state, pngRead);
    png_read_info(png, info);
    const png_uint_32 width = png_get_image_width(png, info);
    const png_uint_32 height = png_get_image_height(png, info);
    const int type = png_get_color_type(png, info);
    if (std::int64_t(width) * height > kMaxPicturePixels) png_error(png, "more pixels than can be read");
    if (asIds) {
        if (type != PNG_COLOR_TYPE_GRAY && type != PNG_COLOR_TYPE_PALETTE)
            png_error(png, "a label picture must be grey or indexed");
        png_set_packing(png);
        png_set_swap(png);
    } else {
        png_set_strip_16(png);
        png_set_expand(png);
        png_set_gray_to_rgb(png);
        png_set_strip_alpha(png);
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    pixels.width = int(width);
    pixels.height = int(height);
    const std::size_t row = png_get_rowbytes(png, info);
    pixels.bytes = int(row / width);
    pixels.data.resize(row * height);
    rows.resize(height);
    for (std::size_t y = 0; y < height; ++y) rows[y] = pixels.data.data() + y * row;
    png_read_image(png, rows.data());
    png_read_end(png, nullptr);
    png_destroy_read_struct(&png, &info, nullptr);
    return pixels;
}

std::vector<std::uint8_t> encodePng(const std::uint8_t* data, int width, int height, int type,
                                    int bits, std::size_t row) {
    std::vector<std::uint8_t> file;
    PngState state{.file = {}, .at = 0, .out = &file, .reason = {}};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &state, pngFailed, pngWarned);
    png_infop info = png_create_info_struct(png);
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return {};
    }
    png_set_write_fn(png, &state, pngWrite, pngFlush);
    png_set_IHDR(png, info, png_uint_32(width), png_uint_32(height), bits, type, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    if (bits == 16) png_set_swap(png);
    for (int y = 0; y < height; ++y) png_write_row(png, data + std::size_t(y) * row);
    png_write_end(png, nullptr);
    png_destroy_write_struct(&png, &info);
    return file;
}

bool isPng(std::span<const std::uint8_t> file) {
    return file.size() >= 8 && png_sig_cmp(file.data(), 0, 8) == 0;
}

struct Size {
    int width;
    int height;
};
Size fitted(int width, int height, int side) {
    const int longest = std::max(width, height);
    const auto scaled = [&](int n) {
        return std::max(1, int(std::lround(double(n) * side / longest)));
    };
    return {scaled(width), scaled(height)};
}

}  // namespace

Result<Picture> decodePicture(std::span<const std::uint8_t> file) {
    if (file.empty()) return unreadable("the file is empty");
    if (isPng(file)) {
        auto png = decodePng(file, false);
        if (!png) return png.error();
        if (png->bytes != 3) return unreadable("PNG: not RGB after decoding");
        return Picture{png->width, png->height, std::move(png->data)};
    }
    if (file.size() < 3 || file[0] != 0xff || file[1] != 0xd8)
        return unreadable("neither JPEG nor PNG");
    return decodeJpeg(file);
}

Result<LabelPicture> decodeLabels(std::span<const std::uint8_t> file) {
    if (!isPng(file)) return unreadable(file.empty() ? "the file is empty" : "not a PNG");
    auto png = decodePng(file, true);
    if (!png) return png.error();
    LabelPicture labels{png->width, png->height, {}};
    labels.ids.resize(std::size_t(labels.width) * std::size_t(labels.height));
    if (png->bytes == 2)
        std::memcpy(labels.ids.data(), png->data.data(), png->data.size());
    else
        std::copy(png->data.begin(), png->data.end(), labels.ids.begin());
    return labels;
}

Result<std::vector<std::uint8_t>> readFile(const std::string& path) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in) return Error{ErrorCode::NotFound, path + ": cannot be opened"};
    const std::streamoff size = in.tellg();
    if (size < 0) return unreadable(path + ": cannot be read");
    std::vector<std::uint8_t> bytes(std::size_t(size), std::uint8_t(0));
    in.seekg(0);
    in.read(reinterpret_cast<char*>(bytes.data()), size);
    if (!in) return unreadable(path + ": cannot be read");
    return bytes;
}

std::vector<std::uint8_t> encodeLabels(const LabelPicture& labels) {
    const auto width = std::size_t(labels.width);
    if (std::any_of(labels.ids.begin(), labels.ids.end(), [](auto id) { return id > 255; }))
        return encodePng(reinterpret_cast<const std::uint8_t*>(labels.ids.data()), labels.width,
                         labels.height, PNG_COLOR_TYPE_GRAY, 16, width * 2);
    std::vector<std::uint8_t> bytes(labels.ids.size());
    std::transform(labels.ids.begin(), labels.ids.end(), bytes.begin(),
                   [](std::uint16_t id) { return std::uint8_t(id); });
    return encodePng(bytes.data(), labels.width, labels.height, PNG_COLOR_TYPE_GRAY, 8, width);
}

std::vector<std::uint8_t> encodePicture(const Picture& picture) {
    return encodePng(picture.rgb.data(), picture.width, picture.height, PNG_COLOR_TYPE_RGB, 8,
                     std::size_t(picture.width) * 3);
}

Picture shrunk(const Picture& picture, int side) {
    if (std::max(picture.width, picture.height) <= side) return picture;
    const Size size = fitted(picture.width, picture.height, side);
    Picture out{size.width, size.height, {}};
    out.rgb.resize(std::size_t(size.width) * std::size_t(size.height) * 3);
    std::size_t at = 0;
    for (int y = 0; y < size.height; ++y) {
        const int y0 = int(std::int64_t(y) * picture.height / size.height);
        const int y1 = std::max(y0 + 1, int(std::int64_t(y + 1) * picture.height / size.height));
        for (int x = 0; x < size.width; ++x) {
            const int x0 = int(std::int64_t(x) * picture.width / size.width);
            const int x1 = std::max(x0 + 1, int(std::int64_t(x + 1) * picture.width / size.width));
            std::int64_t sum[3] = {0, 0, 0};
            for (int v = y0; v < y1; ++v)
                for (int u = x0; u < x1; ++u)
                    for (std::size_t c = 0; c < 3; ++c)
                        sum[c] += picture.rgb[(std::size_t(v) * std::size_t(picture.width) +
                                               std::size_t(u)) * 3 + c];
            const std::int64_t count = std::int64_t(y1 - y0) * (x1 - x0);
            for (const std::int64_t s : sum) out.rgb[at++] = std::uint8_t((s + count / 2) / count);
        }
    }
    return out;
}

LabelPicture shrunk(const LabelPicture& labels, int side) {
    if (std::max(labels.width, labels.height) <= side) return labels;
    const Size size = fitted(labels.width, labels.height, side);
    LabelPicture out{size.width, size.height, {}};
    out.ids.reserve(std::size_t(size.width) * std::size_t(size.height));
    for (int y = 0; y < size.height; ++y) {
        const auto v = std::size_t((2 * std::int64_t(y) + 1) * labels.height / (2 * size.height));
        for (int x = 0; x < size.width; ++x) {
            const auto u = std::size_t((2 * std::int64_t(x) + 1) * labels.width / (2 * size.width));
            out.ids.push_back(labels.ids[v * std::size_t(labels.width) + u]);
        }
    }
    return out;
}

}  // namespace fs2
