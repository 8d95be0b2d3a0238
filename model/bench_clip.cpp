#include "model/bench_clip.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "annotation/core/mask_ops.h"

namespace fs2 {

namespace {

using Colour = std::array<int, 3>;

void fillDisc(FrameData& frame, double cx, double cy, double radius, const Colour& colour) {
    for (int y = 0; y < frame.height; ++y) {
        const double dy = y - cy;
        if (std::abs(dy) > radius) continue;
        const double half = std::sqrt(radius * radius - dy * dy);
        const int first = std::max(0, int(std::ceil(cx - half)));
        const int last = std::min(frame.width - 1, int(std::floor(cx + half)));
        auto* row = frame.pixels.data() + std::size_t(y) * std::size_t(frame.stride);
        for (int x = first; x <= last; ++x)
            for (std::size_t c = 0; c < 3; ++c) row[std::size_t(x) * 4 + c] = std::uint8_t(colour[c]);
    }
}

}  // namespace

std::shared_ptr<FrameData> benchPicture(int width, int height) {
    auto frame = makeFrame(width, height);
    std::uint32_t random = 1;
    for (int y = 0; y < height; ++y) {
        auto* out = frame->pixels.data() + std::size_t(y) * std::size_t(frame->stride);
        for (int x = 0; x < width; ++x, out += 4) {
            random = random * 1664525u + 1013904223u;
            const int grain = int(random >> 28);
            out[0] = std::uint8_t(x * 160 / width + grain);
            out[1] = std::uint8_t(y * 160 / height + grain + 20);
            out[2] = std::uint8_t(((x >> 5) + (y >> 5)) % 2 * 40 + grain + 60);
        }
    }
    struct Disc {
        double x, y, radius;  // shares of the sides; of the short side
        Colour colour;
    };
    const std::array<Disc, 3> discs{{{.5, .5, .2, {220, 60, 50}},
                                     {.25, .35, .12, {240, 220, 70}},
                                     {.75, .7, .15, {40, 90, 220}}}};
    for (const auto& disc : discs)
        fillDisc(*frame, disc.x * width, disc.y * height, disc.radius * std::min(width, height), disc.colour);
    return frame;
}

BenchClip::BenchClip(int width, int height, int objects)
    : behind_(benchPicture(width, height)), objects_(objects) {}

BenchClip::Disc BenchClip::discAt(int object, int number) const {
    const double phase = 2.4 * object;  // spread by the golden angle
    const double pace = .02 + .003 * (object % 5);
    return {behind_->width * (.5 + .4 * std::sin(phase + pace * number)),
            behind_->height * (.5 + .38 * std::cos(1.7 * phase + .8 * pace * number)),
            std::min(behind_->width, behind_->height) * (.06 + .02 * (object % 3))};
}

Frame BenchClip::frame(int number) const {
    auto frame = makeFrame(behind_->width, behind_->height);
    frame->pixels = behind_->pixels;
    frame->index = FrameIndex{number};
    for (int object = 1; object <= objects_; ++object) {
        const Disc disc = discAt(object, number);
        fillDisc(*frame, disc.x, disc.y, disc.radius,
                 {60 + 37 * object % 190, 40 + 91 * object % 210, 30 + 53 * object % 220});
    }
    return frame;
}

std::vector<KnownMask> BenchClip::masks(int number) const {
    std::vector<KnownMask> masks;
    for (int object = 1; object <= objects_; ++object) {
        const Disc disc = discAt(object, number);
        masks.push_back({FrameIndex{number}, ObjectId{object},
                         stroked(Mask::blank(behind_->width, behind_->height), {{disc.x + .5, disc.y + .5}},
                                 disc.radius, Brush::Paint),
                         true});
    }
    return masks;
}

}  // namespace fs2
