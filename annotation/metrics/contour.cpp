#include "annotation/metrics/contour.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "annotation/metrics/overlap.h"

namespace fs2 {
namespace {

/// Contour pixels of one mask inside a window of the picture.
struct Contour {
    struct Pixel {
        int x = 0;  ///< from the window's left
        int y = 0;  ///< from the window's top
    };
    std::vector<Pixel> pixels;
};

/// Round both masks; one pixel wider, because a contour lies half a pixel towards the origin.
Rect windowRound(const Mask& a, const Mask& b) {
    const Rect boxes[2] = {a.bounds(), b.bounds()};
    int x0 = a.width();
    int y0 = a.height();
    int x1 = 0;
    int y1 = 0;
    for (const Rect& box : boxes) {
        if (box.empty()) continue;
        x0 = std::min(x0, std::max(0, box.x - 1));
        y0 = std::min(y0, std::max(0, box.y - 1));
        x1 = std::max(x1, std::min(a.width(), box.x + box.width + 1));
        y1 = std::max(y1, std::min(a.height(), box.y + box.height + 1));
    }
    return {x0, y0, std::max(0, x1 - x0), std::max(0, y1 - y0)};
}

/// seg2bmap: a pixel that differs from its right, lower or lower right neighbour. The last row looks to
/// the right only, the last column down only.
Contour contourOf(const Mask& mask, const Rect& window) {
    const auto width = std::size_t(window.width);
    std::vector<std::uint8_t> bitmap(width * std::size_t(window.height));
    mask.toBitmap(bitmap.data(), window.width, window);
    Contour contour;
    for (int y = 0; y < window.height; ++y) {
        const std::size_t down = y + 1 < window.height ? width : 0;
        for (int x = 0; x < window.width; ++x) {
            const std::size_t right = x + 1 < window.width ? 1 : 0;
            const auto* at = bitmap.data() + std::size_t(y) * width + std::size_t(x);
            const bool corner = right != 0 && down != 0 && at[0] != at[right + down];
            if (corner || at[0] != at[right] || at[0] != at[down]) contour.pixels.push_back({x, y});
        }
    }
    return contour;
}

/// The window's pixels within `radius` of the contour.
std::vector<std::uint8_t> covered(const Contour& contour, const Rect& window, int radius) {
    const auto width = std::size_t(window.width);
    std::vector<std::int32_t> steps((width + 1) * std::size_t(window.height), 0);
    std::vector<int> halves;
    for (int dy = 0; dy <= radius; ++dy)
        halves.push_back(int(std::sqrt(double(radius) * radius - double(dy) * dy)));
    for (const auto& pixel : contour.pixels) {
        const int last = std::min(window.height - 1, pixel.y + radius);
        for (int y = std::max(0, pixel.y - radius); y <= last; ++y) {
            const int half = halves[std::size_t(std::abs(y - pixel.y))];
            auto* row = steps.data() + std::size_t(y) * (width + 1);
            ++row[std::max(0, pixel.x - half)];
            --row[std::min(window.width, pixel.x + half + 1)];
        }
    }
    std::vector<std::uint8_t> inside(width * std::size_t(window.height));
    for (std::size_t y = 0; y < std::size_t(window.height); ++y) {
        std::int32_t depth = 0;
        for (std::size_t x = 0; x < width; ++x) {
            depth += steps[y * (width + 1) + x];
            inside[y * width + x] = depth > 0 ? 1 : 0;
        }
    }
    return inside;
}

/// Share of `contour` that lies within the tolerance of `other`.
double foundShare(const Contour& contour, const Contour& other, const Rect& window, int radius) {
    const auto near = covered(other, window, radius);
    const auto found = std::count_if(
        contour.pixels.begin(), contour.pixels.end(), [&](const Contour::Pixel& pixel) {
            return near[std::size_t(pixel.y) * std::size_t(window.width) + std::size_t(pixel.x)] != 0;
        });
    return double(found) / double(contour.pixels.size());
}

}  // namespace

int contourTolerance(int width, int height) { return int(std::ceil(.008 * std::hypot(width, height))); }

double contourF(const Mask& truth, const Mask& prediction) {
    const Rect window = windowRound(truth, prediction);
    const Contour wanted = contourOf(truth, window);
    const Contour drawn = contourOf(prediction, window);
    if (wanted.pixels.empty() && drawn.pixels.empty()) return 1;
    if (wanted.pixels.empty() || drawn.pixels.empty()) return 0;
    const int radius = contourTolerance(truth.width(), truth.height());
    const double precision = foundShare(drawn, wanted, window, radius);
    const double recall = foundShare(wanted, drawn, window, radius);
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

FrameScore frameScore(const Mask& truth, const Mask& prediction) {
    return {iou(truth, prediction), contourF(truth, prediction)};
}

bool VosScoreSheet::add(const std::string& sequence, const std::vector<FrameScore>& frames) {
    if (frames.size() < 3) return false;
    const int scored = int(frames.size()) - 2;
    Sums& sums = sequences_[sequence];
    for (std::size_t i = 1; i + 1 < frames.size(); ++i) {
        sums.j += frames[i].j / scored;
        sums.f += frames[i].f / scored;
    }
    ++sums.objects;
    sums.frames = std::max(sums.frames, scored);
    return true;
}

VosScores VosScoreSheet::scores() const {
    VosScores scores;
    for (const auto& [name, sums] : sequences_) {
        scores.sequences[name] = {sums.j / sums.objects, sums.f / sums.objects, sums.objects, sums.frames};
        scores.mean.j += sums.j;
        scores.mean.f += sums.f;
        scores.mean.objects += sums.objects;
        scores.mean.frames += sums.frames;
    }
    if (scores.mean.objects > 0) {
        scores.mean.j /= scores.mean.objects;
        scores.mean.f /= scores.mean.objects;
    }
    return scores;
}

}  // namespace fs2
