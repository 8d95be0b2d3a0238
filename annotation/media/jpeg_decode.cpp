#include "annotation/media/jpeg_decode.h"

// jpeglib.h needs size_t and FILE declared before it.
#include <csetjmp>
#include <cstdio>
#include <vector>

#include <jpeglib.h>
#include <jerror.h>

namespace fs2 {
namespace {

/// libjpeg's error manager: errors jump back, the first warning of lost data is remembered.
struct Faults {
    jpeg_error_mgr base;  // first: libjpeg hands it back as its own
    std::jmp_buf back;
    char message[JMSG_LENGTH_MAX];
    bool truncated;
};

Faults* faultsOf(j_common_ptr info) { return reinterpret_cast<Faults*>(info->err); }

[[noreturn]] void fail(j_common_ptr info) {
    Faults* faults = faultsOf(info);
    faults->base.format_message(info, faults->message);
    std::longjmp(faults->back, 1);
}

void note(j_common_ptr info, int level) {
    Faults* faults = faultsOf(info);
    if (level < 0 && faults->base.msg_code == JWRN_JPEG_EOF) faults->truncated = true;
}

void keepQuiet(j_common_ptr) {}

std::uint8_t product(std::uint8_t a, std::uint8_t b) { return std::uint8_t((a * b + 127) / 255); }

/// Printers' inks to screen colours, without a profile. Adobe's files keep the inks inverted.
void inksToRgbx(const std::uint8_t* inks, std::uint8_t* rgbx, int width, bool inverted) {
    const std::uint8_t flip = inverted ? 0 : 255;
    for (int x = 0; x < width; ++x, inks += 4, rgbx += 4) {
        const auto light = std::uint8_t(inks[3] ^ flip);
        for (int c = 0; c < 3; ++c) rgbx[c] = product(std::uint8_t(inks[c] ^ flip), light);
        rgbx[3] = 255;
    }
}

/// The part between the jumps: nothing here has a destructor. `inkRow` holds one CMYK row.
bool decode(jpeg_decompress_struct& jpeg, Faults& faults, std::string_view bytes, int eighths,
            const PixelRows& to, std::uint8_t* inkRow) {
    if (setjmp(faults.back) != 0) return false;
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_read_header(&jpeg, TRUE);
    const bool inks = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
    jpeg.out_color_space = inks ? JCS_CMYK : JCS_EXT_RGBX;
    jpeg.scale_num = static_cast<unsigned>(eighths);
    jpeg.scale_denom = 8;
    jpeg_start_decompress(&jpeg);
    if (int(jpeg.output_width) != to.width || int(jpeg.output_height) != to.height) {
        std::snprintf(faults.message, sizeof faults.message, "its header contradicts itself");
        return false;
    }
    while (jpeg.output_scanline < jpeg.output_height) {
        std::uint8_t* row = to.data + std::size_t(jpeg.output_scanline) * std::size_t(to.stride);
        JSAMPROW target = inks ? inkRow : row;
        if (jpeg_read_scanlines(&jpeg, &target, 1) != 1) break;
        if (inks) inksToRgbx(inkRow, row, to.width, jpeg.saw_Adobe_marker != 0);
    }
    jpeg_finish_decompress(&jpeg);
    return true;
}

}  // namespace

Result<void> decodeJpeg(std::string_view bytes, int eighths, const PixelRows& to) {
    jpeg_decompress_struct jpeg{};
    Faults faults{};
    jpeg.err = jpeg_std_error(&faults.base);
    faults.base.error_exit = fail;
    faults.base.emit_message = note;
    faults.base.output_message = keepQuiet;
    std::vector<std::uint8_t> inkRow(std::size_t(to.width) * 4);
    const bool decoded = decode(jpeg, faults, bytes, eighths, to, inkRow.data());
    jpeg_destroy_decompress(&jpeg);
    if (!decoded) {
        return Error{ErrorCode::Unreadable, std::string("damaged JPEG: ") + faults.message};
    }
    if (faults.truncated) return Error{ErrorCode::Unreadable, "the JPEG is cut off before its end"};
    return {};
}

}  // namespace fs2
