#include "training/tar.h"

#include <array>
#include <cstring>
#include <fstream>
#include <optional>

namespace fs2 {
namespace {

constexpr std::uint64_t kBlock = 512;
using Block = std::array<char, kBlock>;

std::string text(const Block& block, std::size_t at, std::size_t size) {
    const char* begin = block.data() + at;
    return {begin, strnlen(begin, size)};
}

/// Octal digits, or GNU's base 256 where the first bit is set.
std::optional<std::uint64_t> number(const Block& block, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    if (static_cast<unsigned char>(block[at]) & 0x80) {
        for (std::size_t i = 1; i < size; ++i)
            value = value << 8 | static_cast<unsigned char>(block[at + i]);
        return value;
    }
    std::size_t i = at;
    while (i < at + size && block[i] == ' ') ++i;
    bool any = false;
    for (; i < at + size && block[i] >= '0' && block[i] <= '7'; ++i, any = true)
        value = value << 3 | std::uint64_t(block[i] - '0');
    if (!any) return std::nullopt;
    return value;
}

std::uint64_t checksum(const Block& block) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kBlock; ++i)
        sum += i >= 148 && i < 156 ? std::uint64_t(' ') : static_cast<unsigned char>(block[i]);
    return sum;
}

std::string nameOf(const Block& block) {
    const std::string name = text(block, 0, 100);
    const bool ustar = std::memcmp(block.data() + 257, "ustar", 5) == 0;
    const std::string prefix = ustar ? text(block, 345, 155) : std::string();
    return prefix.empty() ? name : prefix + "/" + name;
}

/// The value of `path` in pax records ("LENGTH path=VALUE\n").
std::string paxPath(const std::string& records) {
    const auto at = records.find(" path=");
    if (at == std::string::npos) return {};
    const auto end = records.find('\n', at);
    return records.substr(at + 6, end == std::string::npos ? end : end - at - 6);
}

}  // namespace

Result<std::vector<TarMember>> indexTar(const std::string& path) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in) return Error{ErrorCode::NotFound, path + ": cannot be opened"};
    const auto fileSize = std::uint64_t(in.tellg());
    const auto bad = [&](std::uint64_t at, const char* reason) {
        return Error{ErrorCode::Unreadable, path + ": " + reason + " (byte " + std::to_string(at) + ")"};
    };
    if (fileSize < kBlock) return bad(fileSize, "too short for a tar file");
    std::vector<TarMember> members;
    std::string longName;
    for (std::uint64_t at = 0; at + kBlock <= fileSize;) {
        Block block;
        in.seekg(std::streamoff(at));
        if (!in.read(block.data(), kBlock)) return bad(at, "cannot be read");
        if (block == Block{}) return members;
        const auto sum = number(block, 148, 8);
        if (!sum || *sum != checksum(block)) return bad(at, "no tar header, or a damaged one");
        const auto size = number(block, 124, 12);
        if (!size) return bad(at, "a member without a size");
        if (*size > fileSize - at - kBlock) return bad(at, "cut off in the middle of a member");
        const char type = block[156];
        if (type == 'L' || type == 'x') {
            std::string data(std::size_t(*size), '\0');
            if (!in.read(data.data(), std::streamoff(*size))) return bad(at, "cannot be read");
            longName = type == 'L' ? std::string(data.c_str()) : paxPath(data);
        } else if (type == '0' || type == '\0') {
            members.push_back({longName.empty() ? nameOf(block) : longName, at + kBlock, *size});
            longName.clear();
        }
        at += kBlock + (*size + kBlock - 1) / kBlock * kBlock;
    }
    return bad(fileSize, "cut off: the end mark is missing");
}

Result<std::vector<std::uint8_t>> readMember(const std::string& path, const TarMember& member) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return Error{ErrorCode::NotFound, path + ": cannot be opened"};
    std::vector<std::uint8_t> bytes(std::size_t(member.size), std::uint8_t(0));
    in.seekg(std::streamoff(member.offset));
    if (!in.read(reinterpret_cast<char*>(bytes.data()), std::streamoff(member.size)))
        return Error{ErrorCode::Unreadable, path + ": " + member.name + " cannot be read"};
    return bytes;
}

}  // namespace fs2
