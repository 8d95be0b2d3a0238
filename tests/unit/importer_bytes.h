// Zip files, pickles and checkpoints written byte by byte, as somebody with bad intentions would.
// Test helper; pure functions.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <zlib.h>

#include "annotation/core/paths.h"
#include "model/checkpoints/checkpoint_file.h"

namespace fs2::test {

inline std::string little(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += char((value >> (8 * i)) & 0xff);
    return text;
}

struct ZipPart {
    std::string name;
    std::string packed;
    std::uint64_t size = 0;
    std::uint64_t packedSize = 0;
    unsigned method = 0;
    unsigned flags = 0;
    std::uint32_t crc = 0;
    bool zip64 = false;
    std::uint64_t moved = 0;  ///< added to the place that the directory names
};

inline std::uint32_t crcOf(std::string_view bytes) {
    return std::uint32_t(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}
inline ZipPart storedPart(const std::string& name, const std::string& bytes) {
    return {name, bytes, bytes.size(), bytes.size(), 0, 0, crcOf(bytes)};
}
inline ZipPart deflatedPart(const std::string& name, const std::string& bytes) {
    uLongf size = compressBound(uLong(bytes.size()));
    std::string packed(size, '\0');
    compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
              reinterpret_cast<const Bytef*>(bytes.data()), uLong(bytes.size()), 9);
    packed = packed.substr(2, size - 6);  // without zlib's header and checksum
    return {name, packed, bytes.size(), packed.size(), 8, 0, crcOf(bytes)};
}

/// `countOffset` is added to the number of entries that the end record names.
inline std::string zipFile(const std::vector<ZipPart>& parts, int countOffset = 0) {
    std::string file, directory;
    for (const auto& p : parts) {
        const auto common = little(20, 2) + little(p.flags, 2) + little(p.method, 2) +
                            little(0, 4) + little(p.crc, 4);
        const auto sizes =
            p.zip64 ? little(0xffffffffffffffff, 8) : little(p.packedSize, 4) + little(p.size, 4);
        const auto at = file.size() + p.moved;
        const auto extra = p.zip64 ? little(1, 2) + little(24, 2) + little(p.size, 8) +
                                         little(p.packedSize, 8) + little(at, 8)
                                   : std::string{};
        directory += little(0x02014b50, 4) + little(20, 2) + common + sizes +
                     little(p.name.size(), 2) + little(extra.size(), 2) + std::string(10, '\0') +
                     (p.zip64 ? little(0xffffffff, 4) : little(at, 4)) + p.name + extra;
        file += little(0x04034b50, 4) + common + sizes + little(p.name.size(), 2) + little(0, 2) +
                p.name + p.packed;
    }
    const auto start = file.size();
    file += directory;
    const auto count = std::uint64_t(std::int64_t(parts.size()) + countOffset);
    if (!parts.empty() && parts[0].zip64) {
        const auto end = file.size();
        file += little(0x06064b50, 4) + little(44, 8) + little(45, 2) + little(45, 2) +
                little(0, 8) + little(count, 8) + little(count, 8) + little(directory.size(), 8) +
                little(start, 8);
        file += little(0x07064b50, 4) + little(0, 4) + little(end, 8) + little(1, 4);
        return file + little(0x06054b50, 4) + little(0, 4) + little(0xffffffff, 4) +
               little(0xffffffffffffffff, 8) + little(0, 2);
    }
    return file + little(0x06054b50, 4) + little(0, 4) + little(count, 2) + little(count, 2) +
           little(directory.size(), 4) + little(start, 4) + little(0, 2);
}

// Pieces of pickles.
inline std::string text(std::string_view value) {
    return "X" + little(value.size(), 4) + std::string(value);
}
inline std::string number(std::int64_t value) {
    return "\x8a\x08" + little(std::uint64_t(value), 8);
}
inline std::string classOf(const std::string& module, const std::string& name) {
    return "c" + module + "\n" + name + "\n";
}
inline std::string tuple(const std::vector<std::int64_t>& values) {
    std::string all = "(";
    for (const auto value : values) all += number(value);
    return all + "t";
}
inline std::string pickled(const std::string& body) {
    return "\x80\x02" + body + ".";
}

struct TensorText {
    std::string storage = "FloatStorage";
    std::string key = "0";
    std::int64_t count = 6;
    std::int64_t offset = 0;
    std::vector<std::int64_t> shape{2, 3};
    std::vector<std::int64_t> strides{3, 1};
};
inline std::string tensor(const TensorText& t) {
    return classOf("torch._utils", "_rebuild_tensor_v2") + "((" + text("storage") +
           classOf("torch", t.storage) + text(t.key) + text("cpu") + number(t.count) + "tQ" +
           number(t.offset) + tuple(t.shape) + tuple(t.strides) + "\x89}tR";
}
/// A dictionary of names and values that are already pickled.
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& items) {
    std::string all = "}(";
    for (const auto& [key, value] : items) all += text(key) + value;
    return all + "u";
}
inline std::string checkpoint(const std::string& pickle,
                              const std::string& storage = std::string(24, 'f')) {
    return zipFile({storedPart("a/data.pkl", pickle), storedPart("a/data/0", storage)});
}
/// PyTorch's format from before 1.6: pickles in a row, then the storages.
inline std::string legacy(const std::string& object, const std::vector<std::string>& keys,
                          const std::string& raw, std::int64_t version = 1001,
                          bool littleEndian = true) {
    std::string list = "](";
    for (const auto& key : keys) list += text(key);
    return pickled("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19") + pickled(number(version)) +
           pickled(dict({{"little_endian", littleEndian ? "\x88" : "\x89"}})) + pickled(object) +
           pickled(list + "e") + raw;
}

/// What make_checkpoints.py puts into element `i` of the tensor of this name.
inline double valueOf(std::string_view name, std::string_view dtype, std::size_t i) {
    const auto number = ((fnv1a64(name) & 0xffffffff) + i) % 251;
    if (dtype == "BOOL") return double(number % 2);
    return double(number) - (dtype == "U8" ? 0 : 125);
}

}  // namespace fs2::test
