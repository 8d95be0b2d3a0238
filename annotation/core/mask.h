// Mask: immutable run-length bitmap behind a shared pointer; a copy is a reference. Any thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/geometry.h"
#include "annotation/core/result.h"

namespace fs2 {

/// Runs walk the pixels column by column (index = x * height + y) and alternate zero, one, zero…; the
/// first run counts zeros and may be 0: the order of COCO's RLE (cocoapi common/maskApi.c).
class Mask {
  public:
    /// 0 x 0: "no mask".
    Mask();
    /// All zeros.
    static Mask blank(int width, int height);
    /// Row-major bytes, `stride` bytes a row; every value but 0 is inside.
    static Mask fromBitmap(const std::uint8_t* data, int width, int height, std::ptrdiff_t stride);
    /// Error where the runs do not add up to width * height.
    static Result<Mask> fromRuns(int width, int height, std::vector<std::uint32_t> runs);
    /// COCO compressed text; Unreadable where it is no such text or has another size.
    static Result<Mask> fromCocoText(int width, int height, std::string_view text);

    int width() const;
    int height() const;
    bool isNull() const { return width() == 0; }  ///< made by Mask()
    bool empty() const { return area() == 0; }
    std::int64_t area() const;
    Rect bounds() const;  ///< smallest box round the ones; {0,0,0,0} when empty
    const std::vector<std::uint32_t>& runs() const;
    std::string cocoText() const;
    bool contains(int x, int y) const;  ///< false outside the picture
    std::uint64_t hash() const;         ///< of size and runs (FNV-1a 64)
    std::size_t bytes() const;          ///< memory that it holds

    /// Row-major bytes of the part `window` of the picture: `inside` where the mask is, 0 elsewhere.
    void toBitmap(std::uint8_t* out, std::ptrdiff_t stride, Rect window, std::uint8_t inside = 1) const;
    std::vector<std::uint8_t> toBitmap(std::uint8_t inside = 1) const;  ///< the whole picture

    friend bool operator==(const Mask& a, const Mask& b);

  private:
    struct Data;
    explicit Mask(std::shared_ptr<const Data> data);
    std::shared_ptr<const Data> data_;
};

/// Set operations on runs; both masks have the same size.
Mask unite(const Mask& a, const Mask& b);
Mask intersect(const Mask& a, const Mask& b);
Mask subtract(const Mask& a, const Mask& b);  ///< a without b
std::int64_t intersectionArea(const Mask& a, const Mask& b);
/// The same picture at another size: nearest pixel.
Mask resized(const Mask& mask, int width, int height);
/// The mask moved by whole pixels; what leaves the picture is cut.
Mask shifted(const Mask& mask, int dx, int dy);

}  // namespace fs2
