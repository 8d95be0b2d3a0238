#include "annotation/media/image_header.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "annotation/core/files.h"

namespace fs2 {
namespace {

/// Reads `size` bytes at `offset`; false where the input ends before.
using Read = std::function<bool(std::uint64_t offset, std::uint8_t* to, std::size_t size)>;

enum class Order { Big, Little };

/// Numbers at places of the input; the first read beyond the end sets `ended`.
class Bytes {
  public:
    explicit Bytes(Read read) : read_(std::move(read)) {}

    std::uint64_t number(std::uint64_t offset, int size, Order order) {
        std::array<std::uint8_t, 8> raw{};
        if (!read_(offset, raw.data(), std::size_t(size))) {
            ended_ = true;
            return 0;
        }
        std::uint64_t value = 0;
        for (int i = 0; i < size; ++i) {
            value = value << 8 | raw[std::size_t(order == Order::Big ? i : size - 1 - i)];
        }
        return value;
    }
    int big16(std::uint64_t at) { return int(number(at, 2, Order::Big)); }
    std::uint32_t big32(std::uint64_t at) { return std::uint32_t(number(at, 4, Order::Big)); }
    int byte(std::uint64_t at) { return int(number(at, 1, Order::Big)); }
    bool isText(std::uint64_t at, std::string_view text) {
        std::array<std::uint8_t, 16> raw{};
        return read_(at, raw.data(), text.size()) && !std::memcmp(raw.data(), text.data(), text.size());
    }
    bool ended() const { return ended_; }

  private:
    Read read_;
    bool ended_ = false;
};

Error damaged(const char* reason) { return {ErrorCode::Unreadable, reason}; }

struct TiffTags {
    std::int64_t width = 0;
    std::int64_t height = 0;
    int orientation = 1;
};

/// The first directory of a TIFF (or Exif) block that begins at `base`; nothing where it is damaged.
std::optional<TiffTags> tiffTags(Bytes& bytes, std::uint64_t base) {
    const bool little = bytes.isText(base, "II");
    if (!little && !bytes.isText(base, "MM")) return std::nullopt;
    const Order order = little ? Order::Little : Order::Big;
    const auto version = bytes.number(base + 2, 2, order);
    const bool large = version == 43;  // BigTIFF: 8-byte offsets and counts
    if (version != 42 && !large) return std::nullopt;
    const std::uint64_t directory =
        base + (large ? bytes.number(base + 8, 8, order) : bytes.number(base + 4, 4, order));
    const std::uint64_t count = bytes.number(directory, large ? 8 : 2, order);
    constexpr std::uint64_t kMostTags = 4096;
    if (bytes.ended() || directory < base || count > kMostTags) return std::nullopt;
    TiffTags tags;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t at = directory + (large ? 8 + 20 * i : 2 + 12 * i);
        const auto tag = bytes.number(at, 2, order);
        if (tag != 256 && tag != 257 && tag != 274) continue;
        constexpr std::uint64_t kShort = 3;
        const bool isShort = bytes.number(at + 2, 2, order) == kShort;
        const auto value = bytes.number(at + (large ? 12 : 8), isShort ? 2 : 4, order);
        if (tag == 256) tags.width = std::int64_t(value);
        if (tag == 257) tags.height = std::int64_t(value);
        if (tag == 274 && value >= 1 && value <= 8) tags.orientation = int(value);
    }
    if (bytes.ended()) return std::nullopt;
    return tags;
}

int exifOrientation(Bytes& bytes, std::uint64_t tiffBegin) {
    const auto tags = tiffTags(bytes, tiffBegin);
    return tags ? tags->orientation : 1;
}

Result<ImageInfo> jpegInfo(Bytes& bytes) {
    ImageInfo info;
    info.kind = ImageKind::Jpeg;
    std::uint64_t at = 2;
    while (!bytes.ended()) {
        if (bytes.byte(at) != 0xFF) return damaged("the JPEG header is damaged");
        const int marker = bytes.byte(at + 1);
        if (marker == 0xFF) {  // fill byte
            ++at;
            continue;
        }
        if (marker == 0xD9 || marker == 0xDA) return damaged("the JPEG has no frame header");
        if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {  // without a length
            at += 2;
            continue;
        }
        const int length = bytes.big16(at + 2);
        if (length < 2) break;
        const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
                           marker != 0xCC;
        if (frame) {
            info.storedHeight = bytes.big16(at + 5);
            info.storedWidth = bytes.big16(at + 7);
            info.components = bytes.byte(at + 9);
            if (bytes.ended()) break;
            return info;
        }
        if (marker == 0xE1 && bytes.isText(at + 4, std::string_view("Exif\0\0", 6))) {
            Bytes exif = bytes;  // a damaged Exif block does not end the picture
            info.orientation = exifOrientation(exif, at + 10);
        }
        at += 2 + std::uint64_t(length);
    }
    return damaged("the JPEG header is damaged or ends too early");
}

Result<ImageInfo> pngInfo(Bytes& bytes) {
    if (!bytes.isText(12, "IHDR")) return damaged("the PNG header is damaged");
    ImageInfo info;
    info.kind = ImageKind::Png;
    const std::uint32_t width = bytes.big32(16), height = bytes.big32(20);
    constexpr std::uint32_t kMostSide = 1u << 30;
    if (bytes.ended() || width > kMostSide || height > kMostSide) {
        return damaged("the PNG header is damaged");
    }
    info.storedWidth = int(width);
    info.storedHeight = int(height);
    for (std::uint64_t at = 8; !bytes.ended() && !bytes.isText(at + 4, "IDAT");
         at += 12 + std::uint64_t(bytes.big32(at))) {
        if (bytes.isText(at + 4, "eXIf")) {
            Bytes exif = bytes;
            info.orientation = exifOrientation(exif, at + 8);
        }
    }
    return info;
}

Result<ImageInfo> tiffInfo(Bytes& bytes) {
    const auto tags = tiffTags(bytes, 0);
    constexpr std::int64_t kMostSide = 1 << 30;
    if (!tags || tags->width > kMostSide || tags->height > kMostSide) {
        return damaged("the TIFF directory is damaged or ends too early");
    }
    return ImageInfo{ImageKind::Tiff, int(tags->width), int(tags->height), tags->orientation,
                     0};
}

Result<ImageInfo> bmpInfo(Bytes& bytes) {
    ImageInfo info;
    info.kind = ImageKind::Bmp;
    constexpr std::uint64_t kCoreHeader = 12;
    if (bytes.number(14, 4, Order::Little) == kCoreHeader) {
        info.storedWidth = int(bytes.number(18, 2, Order::Little));
        info.storedHeight = int(bytes.number(20, 2, Order::Little));
    } else {
        info.storedWidth = int(std::uint32_t(bytes.number(18, 4, Order::Little)));
        const int height = int(std::uint32_t(bytes.number(22, 4, Order::Little)));
        info.storedHeight = height == INT32_MIN ? 0 : std::abs(height);  // below 0: top row first
    }
    if (bytes.ended()) return damaged("the BMP header ends too early");
    return info;
}

Result<ImageInfo> webpInfo(Bytes& bytes) {
    ImageInfo info;
    info.kind = ImageKind::WebP;
    const auto little = [&](std::uint64_t at, int size) { return bytes.number(at, size, Order::Little); };
    if (bytes.isText(12, "VP8 ")) {
        info.storedWidth = int(little(26, 2) & 0x3FFF);
        info.storedHeight = int(little(28, 2) & 0x3FFF);
    } else if (bytes.isText(12, "VP8L")) {
        const auto packed = little(21, 4);
        info.storedWidth = int(packed & 0x3FFF) + 1;
        info.storedHeight = int(packed >> 14 & 0x3FFF) + 1;
    } else if (bytes.isText(12, "VP8X")) {
        info.storedWidth = int(little(24, 3)) + 1;
        info.storedHeight = int(little(27, 3)) + 1;
        Bytes chunks = bytes;
        for (std::uint64_t at = 12; !chunks.ended();) {
            const std::uint64_t size = chunks.number(at + 4, 4, Order::Little);
            if (chunks.isText(at, "EXIF")) {
                const bool marked = chunks.isText(at + 8, std::string_view("Exif\0\0", 6));
                info.orientation = exifOrientation(chunks, at + (marked ? 14 : 8));
                break;
            }
            at += 8 + size + size % 2;
        }
    } else {
        return damaged("the WebP header is damaged");
    }
    if (bytes.ended()) return damaged("the WebP header ends too early");
    return info;
}

Result<ImageInfo> anyInfo(Bytes bytes) {
    if (bytes.isText(0, "\xFF\xD8\xFF")) return jpegInfo(bytes);
    if (bytes.isText(0, "\x89PNG\r\n\x1A\n")) return pngInfo(bytes);
    if (bytes.isText(0, std::string_view("II*\0", 4)) || bytes.isText(0, std::string_view("MM\0*", 4)) ||
        bytes.isText(0, std::string_view("II+\0", 4)) || bytes.isText(0, std::string_view("MM\0+", 4))) {
        return tiffInfo(bytes);
    }
    if (bytes.isText(0, "RIFF") && bytes.isText(8, "WEBP")) return webpInfo(bytes);
    if (bytes.isText(0, "BM")) return bmpInfo(bytes);
    return Error{ErrorCode::Unsupported, "it is no JPEG, PNG, TIFF, BMP or WebP picture"};
}

Result<ImageInfo> sane(Result<ImageInfo> info) {
    if (!info) return info;
    if (info->storedWidth <= 0 || info->storedHeight <= 0) {
        return damaged("its header gives a picture without pixels");
    }
    return info;
}

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

Result<ImageInfo> imageInfo(std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) return damaged("the file is empty");
    return sane(anyInfo(Bytes([bytes](std::uint64_t offset, std::uint8_t* to, std::size_t size) {
        if (offset > bytes.size() || bytes.size() - offset < size) return false;
        std::memcpy(to, bytes.data() + offset, size);
        return true;
    })));
}

Result<ImageInfo> imageInfo(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        return fileError(path, EISDIR, FileUse::Reading);
    }
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (!file) return fileError(path, errno, FileUse::Reading);
    if (std::fgetc(file.get()) == EOF) {
        return Error{ErrorCode::Unreadable, path + ": the file is empty"};
    }
    auto info = sane(anyInfo(
        Bytes([&file](std::uint64_t offset, std::uint8_t* to, std::size_t size) {
            return offset < std::uint64_t(INT64_MAX) &&
                   std::fseek(file.get(), long(offset), SEEK_SET) == 0 &&
                   std::fread(to, 1, size, file.get()) == size;
        })));
    if (!info) return Error{info.error().code, path + ": " + info.error().detail};
    return info;
}

}  // namespace fs2
