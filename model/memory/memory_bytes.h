// ByteWriter and ByteReader: what save() writes and restore() reads: little-endian numbers, texts
// and masks. The reader checks every length against what is left; after a fault all that it gives
// is empty. Values.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "annotation/core/mask.h"

namespace fs2 {

static_assert(std::endian::native == std::endian::little, "saved memories are little-endian");

class ByteWriter {
  public:
    template <class T>
    void number(T value) {
        static_assert(std::is_arithmetic_v<T>);
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void text(std::string_view text);
    void mask(const Mask& mask);
    const std::string& bytes() const { return bytes_; }

  private:
    std::string bytes_;
};

class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
    template <class T>
    T number() {
        static_assert(std::is_arithmetic_v<T>);
        T value{};
        const auto from = take(sizeof value);
        if (!failed_) std::memcpy(&value, from.data(), sizeof value);
        return value;
    }
    std::string_view text();
    Mask mask();
    /// A count of things that take at least `least` bytes each.
    std::uint32_t count(std::size_t least);
    void fail() { failed_ = true; }
    bool failed() const { return failed_; }
    bool atEnd() const { return bytes_.empty(); }

  private:
    std::string_view take(std::uint64_t size);
    std::string_view bytes_;
    bool failed_ = false;
};

}  // namespace fs2
