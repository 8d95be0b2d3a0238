// Tar files and shards for the trainer's tests, written member by member.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "annotation/core/files.h"
#include "training/image_io.h"

namespace fs2::testing {

/// A ustar member: header, bytes, padding.
inline std::string tarMember(const std::string& name, const std::string& bytes) {
    std::array<char, 512> block{};
    std::memcpy(block.data(), name.data(), name.size());
    const auto octal = [&](std::size_t at, std::size_t digits, std::size_t value) {
        for (std::size_t i = digits; i-- > 0; value /= 8) block[at + i] = char('0' + int(value % 8));
    };
    octal(100, 7, 0644);
    octal(124, 11, bytes.size());
    octal(136, 11, 0);
    block[156] = '0';
    std::memcpy(block.data() + 257, "ustar", 5);
    block[263] = block[264] = '0';
    std::memset(block.data() + 148, ' ', 8);
    std::size_t sum = 0;
    for (const char c : block) sum += static_cast<unsigned char>(c);
    octal(148, 6, sum);
    block[154] = '\0';
    std::string member(block.data(), block.size());
    member += bytes;
    member.resize((member.size() + 511) / 512 * 512, '\0');
    return member;
}

inline std::string tarEnd() { return std::string(1024, '\0'); }

inline std::string asString(const std::vector<std::uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

/// 40 x 30: id 5 is the left third, id 9 two separate squares, the rest is 0.
inline LabelPicture exampleLabels(std::uint16_t leftId = 5) {
    LabelPicture labels{40, 30, std::vector<std::uint16_t>(40 * 30, std::uint16_t(0))};
    const auto fill = [&](int x0, int y0, int x1, int y1, std::uint16_t id) {
        for (int y = y0; y < y1; ++y)
            for (int x = x0; x < x1; ++x) labels.ids[std::size_t(y * 40 + x)] = id;
    };
    fill(0, 0, 13, 30, leftId);
    fill(13, 2, 23, 12, 9);
    fill(28, 15, 38, 25, 9);
    return labels;
}

inline Picture examplePicture() {
    Picture picture{40, 30, {}};
    for (int y = 0; y < 30; ++y)
        for (int x = 0; x < 40; ++x)
            for (const int c : {6 * x, 8 * y, 128}) picture.rgb.push_back(std::uint8_t(c));
    return picture;
}

/// The photo is a PNG under the name of a JPEG: the decoder looks at the bytes.
inline std::string exampleSample(const std::string& key, const std::string& json) {
    return tarMember(key + ".jpg", asString(encodePicture(examplePicture()))) +
           tarMember(key + ".png", asString(encodeLabels(exampleLabels()))) + tarMember(key + ".json", json);
}

inline std::string exampleJson() {
    return R"({"set":"demo","path":"img/a.jpg","objects":[)"
           R"({"id":5,"mode":"all","seed":[6,15],"area":390,"box":[0,0,12,29]},)"
           R"({"id":9,"mode":"cc","seed":[15,5],"area":100,"box":[13,2,22,11]},)"
           R"({"id":9,"mode":"cc","seed":[30,20],"area":100,"box":[28,15,37,24]}],"neighbours":[]})";
}

}  // namespace fs2::testing
