#include "model/checkpoints/zip_archive.h"

#include <algorithm>
#include <memory>
#include <optional>

#include <zlib.h>

namespace fs2 {

namespace {

constexpr std::uint32_t kLocal = 0x04034b50;
constexpr std::uint32_t kCentral = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kLocator64 = 0x07064b50;
constexpr std::size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kEnd64Size = 56,
                      kLocatorSize = 20;
constexpr std::uint64_t kMaxRatio = 1032;  // deflate cannot pack better

Error unreadable(std::string detail) {
    return {ErrorCode::Unreadable, std::move(detail)};
}

/// The little-endian number of `size` bytes at `at`; the caller has checked that they are there.
std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value |= std::uint64_t(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return value;
}

/// The part [at, at + size), or nothing where it leaves `bytes`.
std::optional<std::string_view> part(std::string_view bytes, std::uint64_t at, std::uint64_t size) {
    if (at > bytes.size() || size > bytes.size() - at) return {};
    return bytes.substr(std::size_t(at), std::size_t(size));
}

std::uint32_t checksum(std::string_view bytes) {
    return std::uint32_t(crc32_z(crc32_z(0, nullptr, 0),
                                 reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

struct Directory {
    std::uint64_t count = 0;
    std::string_view bytes;
};

/// The directory that the record at the archive's end points to; zip64's where there is one.
Result<Directory> findDirectory(std::string_view file) {
    if (file.size() < kEndSize) return unreadable("no zip file: too short");
    const std::size_t first = file.size() - std::min<std::size_t>(file.size(), kEndSize + 0xffff);
    std::size_t at = file.size() - kEndSize;
    while (number(file, at, 4) != kEnd) {
        if (at == first)
            return unreadable("the file is truncated: the archive's directory is missing");
        --at;
    }
    std::uint64_t count = number(file, at + 10, 2);
    std::uint64_t size = number(file, at + 12, 4);
    std::uint64_t offset = number(file, at + 16, 4);
    if (at >= kLocatorSize && number(file, at - kLocatorSize, 4) == kLocator64) {
        const auto end = part(file, number(file, at - kLocatorSize + 8, 8), kEnd64Size);
        if (!end || number(*end, 0, 4) != kEnd64)
            return unreadable("the archive's zip64 record lies outside the file");
        count = number(*end, 32, 8);
        size = number(*end, 40, 8);
        offset = number(*end, 48, 8);
    }
    const auto bytes = part(file, offset, size);
    if (!bytes) return unreadable("the file is truncated: its directory lies outside it");
    if (count > size / kCentralSize)
        return unreadable("the archive's directory is too short for its count");
    return Directory{count, *bytes};
}

/// Replaces the sizes and the offset that do not fit 32 bits by those of the zip64 field.
Result<void> readZip64(std::string_view extra, std::uint64_t& size, std::uint64_t& packed,
                       std::uint64_t& offset) {
    constexpr std::uint64_t kElsewhere = 0xffffffff;
    if (size != kElsewhere && packed != kElsewhere && offset != kElsewhere) return {};
    while (extra.size() >= 4) {
        const auto length = std::size_t(number(extra, 2, 2));
        if (length > extra.size() - 4) break;
        auto field = extra.substr(4, length);
        if (number(extra, 0, 2) == 1) {
            for (auto* value : {&size, &packed, &offset}) {
                if (*value != kElsewhere) continue;
                if (field.size() < 8) return unreadable("an entry's zip64 field is too short");
                *value = number(field, 0, 8);
                field.remove_prefix(8);
            }
            return {};
        }
        extra.remove_prefix(4 + length);
    }
    return unreadable("an entry has no zip64 field");
}

/// Reads the entry at the start of `directory` and removes it there.
Result<ZipEntry> takeEntry(std::string_view file, std::string_view& directory) {
    if (directory.size() < kCentralSize || number(directory, 0, 4) != kCentral)
        return unreadable("the archive's directory is damaged");
    const auto flags = number(directory, 8, 2), method = number(directory, 10, 2);
    const auto nameSize = std::size_t(number(directory, 28, 2)),
               extraSize = std::size_t(number(directory, 30, 2));
    const auto whole = kCentralSize + nameSize + extraSize + std::size_t(number(directory, 32, 2));
    if (whole > directory.size()) return unreadable("the archive's directory is truncated");
    ZipEntry entry;
    entry.name = directory.substr(kCentralSize, nameSize);
    entry.crc = std::uint32_t(number(directory, 16, 4));
    entry.deflated = method == 8;
    entry.size = number(directory, 24, 4);
    std::uint64_t packed = number(directory, 20, 4), offset = number(directory, 42, 4);
    auto wide =
        readZip64(directory.substr(kCentralSize + nameSize, extraSize), entry.size, packed, offset);
    if (!wide) return Error{wide.error().code, entry.name + ": " + wide.error().detail};
    directory.remove_prefix(whole);
    if (flags & 1) return Error{ErrorCode::Unsupported, entry.name + " is encrypted"};
    if (method != 0 && method != 8)
        return Error{ErrorCode::Unsupported,
                     entry.name + " is compressed by method " + std::to_string(method)};

    const auto local = part(file, offset, kLocalSize);
    if (!local || number(*local, 0, 4) != kLocal)
        return unreadable(entry.name + " does not begin where the directory says");
    const auto data =
        part(file, offset + kLocalSize + number(*local, 26, 2) + number(*local, 28, 2), packed);
    if (!data) return unreadable("the file is truncated: " + entry.name + " ends behind it");
    entry.packed = *data;
    if (!entry.deflated && entry.size != packed)
        return unreadable(entry.name + " has two different sizes");
    if (entry.deflated && entry.size / kMaxRatio > packed)
        return unreadable(entry.name + " cannot unpack to the size it claims");
    return entry;
}

struct EndInflate {
    void operator()(z_stream* stream) const { inflateEnd(stream); }
};

}  // namespace

Result<ZipArchive> ZipArchive::open(std::string_view bytes) {
    auto directory = findDirectory(bytes);
    if (!directory) return directory.error();
    ZipArchive archive;
    for (std::uint64_t i = 0; i < directory->count; ++i) {
        auto entry = takeEntry(bytes, directory->bytes);
        if (!entry) return entry.error();
        archive.entries_.push_back(std::move(*entry));
    }
    auto& entries = archive.entries_;
    std::sort(entries.begin(), entries.end(),
              [](const ZipEntry& a, const ZipEntry& b) { return a.name < b.name; });
    const auto twice =
        std::adjacent_find(entries.begin(), entries.end(),
                           [](const ZipEntry& a, const ZipEntry& b) { return a.name == b.name; });
    if (twice != entries.end()) return unreadable("the archive holds " + twice->name + " twice");
    return archive;
}

const ZipEntry* ZipArchive::find(std::string_view name) const {
    const auto at =
        std::lower_bound(entries_.begin(), entries_.end(), name,
                         [](const ZipEntry& e, std::string_view n) { return e.name < n; });
    return at != entries_.end() && at->name == name ? &*at : nullptr;
}

Result<std::string> ZipArchive::read(const ZipEntry& entry, std::uint64_t limit) {
    if (entry.size > limit)
        return unreadable(entry.name + " would unpack to " + std::to_string(entry.size) +
                          " bytes, more than " + std::to_string(limit));
    std::string bytes;
    if (entry.deflated) {
        bytes.resize(std::size_t(entry.size));
        z_stream stream{};
        // zlib counts in 32 bits; whatever is larger is no packed pickle and no array of a test.
        constexpr std::uint64_t kMost = 0xffffffff;
        if (entry.size > kMost || entry.packed.size() > kMost)
            return Error{ErrorCode::Unsupported,
                         entry.name + " is compressed and larger than 4 GB"};
        if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
            return Error{ErrorCode::OutOfMemory, entry.name};
        const std::unique_ptr<z_stream, EndInflate> end(&stream);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(entry.packed.data()));
        stream.avail_in = uInt(entry.packed.size());
        stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
        stream.avail_out = uInt(bytes.size());
        if (inflate(&stream, Z_FINISH) != Z_STREAM_END || stream.avail_out != 0)
            return unreadable(entry.name + " cannot be unpacked");
    } else {
        bytes = entry.packed;
    }
    if (entry.crc != 0 && checksum(bytes) != entry.crc)
        return unreadable(entry.name + " is damaged: its checksum differs");
    return bytes;
}

bool ZipArchive::intact(const ZipEntry& entry) {
    return entry.crc == 0 || checksum(entry.packed) == entry.crc;
}

}  // namespace fs2
