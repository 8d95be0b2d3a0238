// A film of interlaced H.264 whose fields have packets of their own (PAFF), which no free encoder makes:
// fields of uncoded blocks, each block of 16 x 16 pixels of one brightness. Frame n shows n as a bar code.
#pragma once
#include <cstdint>
#include <string>

namespace fs2::test {

class BitWriter {
  public:
    void bits(int count, unsigned value) {
        for (int bit = count - 1; bit >= 0; --bit) {
            if (used_ % 8 == 0) bytes_.push_back('\0');
            if ((value >> bit & 1) != 0) bytes_.back() = char(bytes_.back() | 0x80 >> used_ % 8);
            ++used_;
        }
    }
    /// Exp-Golomb.
    void number(unsigned value) {
        int length = 0;
        while ((value + 1) >> (length + 1) != 0) ++length;
        bits(length, 0);
        bits(length + 1, value + 1);
    }
    void align() { used_ = int(bytes_.size()) * 8; }
    /// As one unit of the stream: start code, head, 3 between zeros that would look like a start code.
    std::string unit(int head) {
        bits(1, 1);
        std::string out("\0\0\0\1", 4);
        out.push_back(char(head));
        int zeros = 0;
        for (const char byte : bytes_) {
            if (zeros >= 2 && static_cast<unsigned char>(byte) <= 3) {
                out.push_back('\3');
                zeros = 0;
            }
            out.push_back(byte);
            zeros = byte == 0 ? zeros + 1 : 0;
        }
        return out;
    }

  private:
    std::string bytes_;
    int used_ = 0;
};

inline constexpr int kPaffGroup = 10;  ///< frames from one key frame to the next

/// 160 x 96: what a decoder must know first.
inline std::string paffHead() {
    BitWriter sps;
    sps.bits(24, 77u << 16 | 30);  // main profile, level 3
    for (const unsigned value : {0u, 0u, 0u, 4u, 1u}) sps.number(value);  // ..., 8 bits of order, 1 reference
    sps.bits(1, 0);
    sps.number(160 / 16 - 1);
    sps.number(96 / 32 - 1);
    sps.bits(5, 0b00100);  // fields allowed; no mixing in a picture, 8x8 inference, no cropping, no VUI
    BitWriter pps;
    for (int i = 0; i < 2; ++i) pps.number(0);
    pps.bits(2, 0);
    for (int i = 0; i < 3; ++i) pps.number(0);
    pps.bits(3, 0);
    for (int i = 0; i < 3; ++i) pps.number(0);
    pps.bits(3, 0b100);  // the slice says whether edges are smoothed
    return sps.unit(0x67) + pps.unit(0x68);
}

inline std::string paffField(int frame, bool bottom) {
    const int place = frame % kPaffGroup;
    const bool key = place == 0 && !bottom;
    BitWriter slice;
    slice.number(0);
    slice.number(7);  // all slices of the picture are intra
    slice.number(0);
    slice.bits(4, unsigned(place));
    slice.bits(2, bottom ? 0b11 : 0b10);
    if (key) slice.number(unsigned(frame / kPaffGroup % 2));
    slice.bits(8, unsigned(2 * place + (bottom ? 1 : 0)));
    slice.bits(key ? 2 : 1, 0);
    slice.number(0);
    slice.number(1);  // edges are not smoothed
    for (int block = 0; block < 160 / 16 * (96 / 32); ++block) {
        slice.number(25);  // uncoded
        slice.align();
        const unsigned luma = (frame >> block % 10 & 1) != 0 ? 220 : 30;
        for (int i = 0; i < 256; ++i) slice.bits(8, luma);
        for (int i = 0; i < 128; ++i) slice.bits(8, 128);
    }
    return slice.unit(key ? 0x65 : 0x21);
}

inline std::string paffStream(int frames) {
    std::string stream;
    for (int n = 0; n < frames; ++n) {
        if (n % kPaffGroup == 0) stream += paffHead();
        stream += paffField(n, false) + paffField(n, true);
    }
    return stream;
}

}  // namespace fs2::test
