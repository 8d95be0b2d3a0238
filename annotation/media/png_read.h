// PNG files row by row through libpng, without turning palette places into colours. Internal to media.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "annotation/core/result.h"

namespace fs2 {

class PngReader {
  public:
    enum class Samples {
        Numbers,  ///< palette places and grey levels as they are, 8 or 16 bits
        Colours,  ///< RGB or grey, alpha where the file has it, 8 or 16 bits
    };
    PngReader();
    ~PngReader();

    /// `bytes` must outlive the reader. Errors have no file name.
    Result<void> open(std::string_view bytes, Samples samples);
    int width() const;
    int height() const;
    int channels() const;
    int bits() const;      ///< 8 or 16, in the machine's byte order
    bool interlaced() const;
    std::size_t rowBytes() const;
    /// The next row from the top; an interlaced file has no rows but only readAll().
    Result<void> readRow(std::uint8_t* row);
    /// All rows, one after the other.
    Result<void> readAll(std::uint8_t* rows);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fs2
