#include "model/memory/memory_bytes.h"

#include <vector>

namespace fs2 {

void ByteWriter::text(std::string_view text) {
    number(std::uint32_t(text.size()));
    bytes_.append(text);
}

void ByteWriter::mask(const Mask& mask) {
    number(std::int32_t(mask.width()));
    number(std::int32_t(mask.height()));
    const auto& runs = mask.runs();
    number(std::uint32_t(runs.size()));
    bytes_.append(reinterpret_cast<const char*>(runs.data()), runs.size() * sizeof runs[0]);
}

std::string_view ByteReader::take(std::uint64_t size) {
    if (failed_ || size > bytes_.size()) {
        failed_ = true;
        return {};
    }
    const auto part = bytes_.substr(0, std::size_t(size));
    bytes_.remove_prefix(std::size_t(size));
    return part;
}

std::string_view ByteReader::text() {
    return take(number<std::uint32_t>());
}

std::uint32_t ByteReader::count(std::size_t least) {
    const auto n = number<std::uint32_t>();
    if (std::uint64_t(n) * least > bytes_.size()) failed_ = true;
    return failed_ ? 0 : n;
}

Mask ByteReader::mask() {
    const auto width = number<std::int32_t>(), height = number<std::int32_t>();
    std::vector<std::uint32_t> runs(count(sizeof(std::uint32_t)));
    const auto from = take(runs.size() * sizeof(std::uint32_t));
    if (failed_) return {};
    if (!runs.empty()) std::memcpy(runs.data(), from.data(), from.size());
    auto made = Mask::fromRuns(width, height, std::move(runs));
    if (!made) {
        failed_ = true;
        return {};
    }
    return *made;
}

}  // namespace fs2
