#include "model/mask_output.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace fs2 {

namespace {

/// Where the centres of `count` Frame pixels from `from` on lie among `cells` logits (two working
/// pixels wide): the cell before each and how far it is towards the next.
struct Axis {
    Axis(int from, int count, int frameSide, int side, std::int64_t cells) {
        for (int i = 0; i < count; ++i) {
            const double at = std::clamp((from + i + .5) * side / frameSide / 2 - .5, 0., double(cells - 1));
            const auto before = std::min<std::int64_t>(std::int64_t(at), std::max<std::int64_t>(0, cells - 2));
            cell.push_back(before);
            share.push_back(float(at - double(before)));
        }
    }
    std::vector<std::int64_t> cell;
    std::vector<float> share;
};

/// Logits (h/2, w/2) of the CPU at a rectangle of Frame pixels, bilinear, (1, 1, h, w) float.
torch::Tensor sampleOnCpu(const torch::Tensor& logits, const WorkingSize& s, const Rect& r) {
    const auto from = logits.to(torch::kFloat).contiguous();
    const auto H = from.size(0), W = from.size(1);
    const Axis xs(r.x, r.width, s.frameWidth, s.width, W), ys(r.y, r.height, s.frameHeight, s.height, H);
    auto out = torch::empty({1, 1, r.height, r.width});
    const auto* in = from.data_ptr<float>();
    auto* to = out.data_ptr<float>();
    at::parallel_for(0, r.height, 16, [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> line(std::size_t(W) + 1);
        for (auto y = begin; y < end; ++y) {
            const auto k = std::size_t(y);
            const auto* upper = in + ys.cell[k] * W;
            const auto* lower = ys.cell[k] + 1 < H ? upper + W : upper;
            for (std::int64_t x = 0; x < W; ++x)
                line[std::size_t(x)] = upper[x] + (lower[x] - upper[x]) * ys.share[k];
            line[std::size_t(W)] = line[std::size_t(W) - 1];
            auto* row = to + y * r.width;
            for (std::size_t x = 0; x < std::size_t(r.width); ++x) {
                const auto* pair = line.data() + xs.cell[x];
                row[x] = pair[0] + (pair[1] - pair[0]) * xs.share[x];
            }
        }
    });
    return out;
}

/// Logits at a rectangle of Frame pixels, bilinear, (1, 1, h, w) float.
torch::Tensor sampleLogits(const torch::Tensor& logits, const WorkingSize& s, const Rect& r) {
    if (!logits.is_cuda()) return sampleOnCpu(logits, s, r);
    const auto options = logits.options().dtype(torch::kFloat);
    // Frame pixel centre -> [-1, 1] over the padded picture, as grid_sampler takes it.
    const auto axis = [&](int from, int count, int frameSide, int side, int padded) {
        const double scale = double(side) / frameSide * 2 / padded;
        return (torch::arange(count, options) + (from + .5)) * scale - 1;
    };
    const auto xs = axis(r.x, r.width, s.frameWidth, s.width, s.paddedWidth);
    const auto ys = axis(r.y, r.height, s.frameHeight, s.height, s.paddedHeight);
    const auto grid = torch::stack({xs.view({1, r.width}).expand({r.height, r.width}),
                                    ys.view({r.height, 1}).expand({r.height, r.width})},
                                   -1)
                          .unsqueeze(0);
    return at::grid_sampler_2d(logits.to(torch::kFloat).view({1, 1, logits.size(0), logits.size(1)}),
                               grid, 0, 1, false);
}

/// The Frame's pixels that the object may cover: its box in the logits and one cell round it.
Rect objectRect(const torch::Tensor& logits, const WorkingSize& s) {
    const auto inside = (logits > 0).cpu();
    const auto rows = inside.any(1).nonzero().flatten(), columns = inside.any(0).nonzero().flatten();
    if (!rows.numel()) return {};
    const auto span = [](const torch::Tensor& cells, int frameSide, int side) {
        const double scale = 2.0 * frameSide / side;  // a cell is two working pixels wide
        const int from = int(std::floor((double(cells[0].item<std::int64_t>()) - 1) * scale));
        const int to = int(std::ceil((double(cells[-1].item<std::int64_t>()) + 2) * scale));
        return std::pair{std::clamp(from, 0, frameSide), std::clamp(to, 0, frameSide)};
    };
    const auto [x0, x1] = span(columns, s.frameWidth, s.width);
    const auto [y0, y1] = span(rows, s.frameHeight, s.height);
    return {x0, y0, x1 - x0, y1 - y0};
}

/// Tiles of the rectangle (top left corners, relative to it) that the mask's edge crosses; those with
/// most edge first.
std::vector<Point> edgeTiles(const torch::Tensor& region, std::int64_t tilePixels) {
    const auto inside = (region > 0).to(torch::kFloat);
    const auto most = torch::max_pool2d(inside, 3, 1, 1), least = -torch::max_pool2d(-inside, 3, 1, 1);
    const auto share = torch::avg_pool2d(most - least, kTileSide, kTileSide, 0, true, false).cpu();
    const auto flat = share.flatten();
    const auto order = flat.argsort(0, true);
    const auto columns = share.size(3);
    std::vector<Point> tiles;
    for (std::int64_t i = 0; i < order.numel(); ++i) {
        const auto k = order[i].item<std::int64_t>();
        if (flat[k].item<float>() <= 0) break;
        if (std::int64_t(tiles.size() + 1) * kTileSide * kTileSide > tilePixels) break;
        tiles.push_back({double(k % columns * kTileSide), double(k / columns * kTileSide)});
    }
    return tiles;
}

void refineTiles(FastSam2& net, torch::Tensor& region, const torch::Tensor& logits,
                 const FrameData& frame, const WorkingSize& s, const Rect& rect,
                 const OutputOptions& options) {
    constexpr int side = kTileSide + 2 * kTileMargin;
    const auto tiles = edgeTiles(region, options.tilePixels);
    if (tiles.empty()) return;
    std::vector<torch::Tensor> rgb, coarse;
    for (const auto& tile : tiles) {
        const Rect r{rect.x + int(tile.x) - kTileMargin, rect.y + int(tile.y) - kTileMargin, side, side};
        rgb.push_back(frameTile(frame, r.x, r.y, side, side));
        coarse.push_back(sampleLogits(logits, s, r));
    }
    const auto type = net->parameters().front().scalar_type();
    const auto pictures = torch::cat(rgb).to(logits.device()).to(type);
    const auto fine = net->refine(pictures, torch::cat(coarse).to(type)).to(torch::kFloat);
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const auto x = std::int64_t(tiles[i].x), y = std::int64_t(tiles[i].y);
        const auto w = std::min<std::int64_t>(kTileSide, rect.width - x);
        const auto h = std::min<std::int64_t>(kTileSide, rect.height - y);
        region.narrow(2, y, h).narrow(3, x, w).copy_(
            fine.narrow(0, std::int64_t(i), 1).narrow(2, kTileMargin, h).narrow(3, kTileMargin, w));
    }
}

}  // namespace

Mask maskFromLogits(FastSam2& net, const torch::Tensor& logits, const FrameData& frame,
                    const WorkingSize& s, const OutputOptions& options) {
    const auto rect = objectRect(logits, s);
    if (rect.empty()) return Mask::blank(s.fullWidth, s.fullHeight);
    auto region = sampleLogits(logits, s, rect);
    if (options.refine) refineTiles(net, region, logits, frame, s, rect, options);
    const auto bits = (region > 0).to(torch::kByte).cpu().contiguous();
    std::vector<std::uint8_t> bitmap(std::size_t(s.frameWidth) * std::size_t(s.frameHeight));
    const auto* from = bits.data_ptr<std::uint8_t>();
    for (int y = 0; y < rect.height; ++y)
        std::copy_n(from + std::ptrdiff_t(y) * rect.width, rect.width,
                    bitmap.begin() + std::ptrdiff_t(rect.y + y) * s.frameWidth + rect.x);
    const auto mask = Mask::fromBitmap(bitmap.data(), s.frameWidth, s.frameHeight, s.frameWidth);
    if (s.frameWidth == s.fullWidth && s.frameHeight == s.fullHeight) return mask;
    return resized(mask, s.fullWidth, s.fullHeight);
}

}  // namespace fs2
