// PNG files of numbers below a folder, and lines of text: what VOC and semantic PNG share. Internal to
// formats.
#pragma once
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/id_image.h"
#include "annotation/core/result.h"

namespace fs2 {

/// Names of the PNG files in the folder and in those below it, without their ending, in natural order.
Result<std::vector<std::string>> pngStemsBelow(const std::string& folder);
/// The numbers of a picture but 0.
std::set<std::uint16_t> numbersIn(const IdImage& image);
/// NAME with the ending of the picture that is there; NAME.jpg where there is none.
std::string pictureFor(const std::string& folder, const std::string& stem);

/// Calls `take(number of the line, line without its end)` for each line that is not empty.
template <class Take>
void forEachLine(std::string_view text, Take take) {
    for (int number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) take(number, line);
    }
}

}  // namespace fs2
