#include "annotation/formats/tar.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <span>

#include "annotation/core/files.h"

namespace fs2 {
namespace {

constexpr std::size_t kBlock = 512;

/// The ustar header, field by field (POSIX.1-1988); numbers are octal text.
struct Header {
    char name[100];
    char mode[8];
    char uid[8];
    char gid[8];
    char size[12];
    char mtime[12];
    char checksum[8];
    char type;
    char linkName[100];
    char magic[6];
    char version[2];
    char userName[32];
    char groupName[32];
    char deviceMajor[8];
    char deviceMinor[8];
    char prefix[155];
    char padding[12];
};
static_assert(sizeof(Header) == kBlock);

void octal(std::span<char> field, std::uint64_t value) {
    field.back() = '\0';
    for (std::size_t i = field.size() - 1; i-- > 0; value /= 8) field[i] = char('0' + value % 8);
}

Header headerOf(const std::string& name, std::size_t size) {
    Header header{};
    std::memcpy(header.name, name.data(), name.size());
    octal(header.mode, 0644);
    octal(header.uid, 0);
    octal(header.gid, 0);
    octal(header.size, size);
    octal(header.mtime, 0);
    header.type = '0';
    std::memcpy(header.magic, "ustar", 6);
    std::memcpy(header.version, "00", 2);
    std::memset(header.checksum, ' ', sizeof header.checksum);
    std::array<unsigned char, kBlock> raw{};
    std::memcpy(raw.data(), &header, kBlock);
    octal(std::span(header.checksum).first(7), std::accumulate(raw.begin(), raw.end(), 0u));
    return header;
}

}  // namespace

TarWriter::TarWriter(std::string path)
    : path_(std::move(path)), out_(temporaryName(path_), std::ios::binary | std::ios::trunc) {}

TarWriter::~TarWriter() {
    if (finished_) return;
    out_.close();
    std::error_code ignored;
    std::filesystem::remove(temporaryName(path_), ignored);
}

Result<void> TarWriter::put(std::string_view bytes) {
    errno = 0;
    out_.write(bytes.data(), std::streamsize(bytes.size()));
    if (!out_) return fileError(path_, errno == 0 ? EIO : errno, FileUse::Writing);
    bytes_ += std::int64_t(bytes.size());
    return {};
}

Result<void> TarWriter::add(const std::string& name, std::string_view bytes) {
    if (name.empty() || name.size() > sizeof Header::name) {
        return Error{ErrorCode::BadRequest, path_ + ": no tar member can be called \"" + name + "\""};
    }
    const Header header = headerOf(name, bytes.size());
    if (auto written = put({reinterpret_cast<const char*>(&header), kBlock}); !written) return written;
    if (auto written = put(bytes); !written) return written;
    return put(std::string((kBlock - bytes.size() % kBlock) % kBlock, '\0'));
}

Result<void> TarWriter::finish() {
    if (auto written = put(std::string(2 * kBlock, '\0')); !written) return written;
    errno = 0;
    out_.close();
    if (!out_) return fileError(path_, errno == 0 ? EIO : errno, FileUse::Writing);
    finished_ = true;
    return renameIntoPlace(path_);
}

}  // namespace fs2
