#include "annotation/media/png_read.h"

#include <bit>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <vector>

#include <png.h>

namespace fs2 {

struct PngReader::State {
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::string_view bytes;
    std::size_t at = 0;
    char message[200] = "";

    Error fault() const { return {ErrorCode::Unreadable, std::string("damaged PNG: ") + message}; }
};

namespace {

/// Runs `work`, which has nothing to destroy; false where libpng jumped out of it.
template <class Work>
bool guarded(png_structp png, Work work) {
    if (setjmp(png_jmpbuf(png)) != 0) return false;
    work();
    return true;
}

[[noreturn]] void fail(png_structp png, png_const_charp message) {
    auto* text = static_cast<char*>(png_get_error_ptr(png));
    std::snprintf(text, 200, "%s", message);
    png_longjmp(png, 1);
}

void keepQuiet(png_structp, png_const_charp) {}

}  // namespace

PngReader::PngReader() : state_(std::make_unique<State>()) {}

PngReader::~PngReader() { png_destroy_read_struct(&state_->png, &state_->info, nullptr); }

Result<void> PngReader::open(std::string_view bytes, Samples samples) {
    State& state = *state_;
    state.bytes = bytes;
    state.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, state.message, fail, keepQuiet);
    if (state.png == nullptr) return Error{ErrorCode::OutOfMemory, "no memory for the PNG reader"};
    state.info = png_create_info_struct(state.png);
    const auto read = [](png_structp png, png_bytep to, std::size_t size) {
        auto& from = *static_cast<State*>(png_get_io_ptr(png));
        if (from.bytes.size() - from.at < size) png_error(png, "the file is cut off");
        std::memcpy(to, from.bytes.data() + from.at, size);
        from.at += size;
    };
    const bool opened = guarded(state.png, [&] {
        png_set_read_fn(state.png, &state, read);
        png_read_info(state.png, state.info);
        png_set_packing(state.png);
        if (std::endian::native == std::endian::little) png_set_swap(state.png);
        if (samples == Samples::Colours) png_set_expand(state.png);
        if (png_get_interlace_type(state.png, state.info) != PNG_INTERLACE_NONE) {
            png_set_interlace_handling(state.png);
        }
        png_read_update_info(state.png, state.info);
    });
    if (!opened) return state.fault();
    return {};
}

int PngReader::width() const { return int(png_get_image_width(state_->png, state_->info)); }
int PngReader::height() const { return int(png_get_image_height(state_->png, state_->info)); }
int PngReader::channels() const { return png_get_channels(state_->png, state_->info); }
int PngReader::bits() const { return png_get_bit_depth(state_->png, state_->info); }
std::size_t PngReader::rowBytes() const { return png_get_rowbytes(state_->png, state_->info); }
bool PngReader::interlaced() const {
    return png_get_interlace_type(state_->png, state_->info) != PNG_INTERLACE_NONE;
}

Result<void> PngReader::readRow(std::uint8_t* row) {
    if (!guarded(state_->png, [&] { png_read_row(state_->png, row, nullptr); })) {
        return state_->fault();
    }
    return {};
}

Result<void> PngReader::readAll(std::uint8_t* rows) {
    const std::size_t step = rowBytes();
    const auto count = static_cast<std::size_t>(height());
    std::vector<std::uint8_t*> places(count);
    for (std::size_t y = 0; y < count; ++y) places[y] = rows + y * step;
    if (!guarded(state_->png, [&] { png_read_image(state_->png, places.data()); })) {
        return state_->fault();
    }
    return {};
}

}  // namespace fs2
