#include "model/fastsam2/mask_output.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "annotation/core/segments.h"

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

/// Logits of a GPU at Frame rows `ys` (n, h) and columns `xs` (n, w), bilinear, (n, 1, h, w) float.
torch::Tensor sampleOnGpu(const torch::Tensor& logits, const WorkingSize& s, const torch::Tensor& ys,
                          const torch::Tensor& xs) {
    const auto n = ys.size(0), h = ys.size(1), w = xs.size(1);
    // Frame pixel centre -> [-1, 1] over the padded picture, as grid_sampler takes it.
    const auto axis = [](const torch::Tensor& at, int frameSide, int side, int padded) {
        return (at.to(torch::kFloat) + .5) * (double(side) / frameSide * 2 / padded) - 1;
    };
    const auto gx = axis(xs, s.frameWidth, s.width, s.paddedWidth).view({n, 1, w}).expand({n, h, w});
    const auto gy = axis(ys, s.frameHeight, s.height, s.paddedHeight).view({n, h, 1}).expand({n, h, w});
    const auto grid = torch::stack({gx, gy}, -1).view({1, n * h, w, 2});
    const auto map = logits.to(torch::kFloat).reshape({1, 1, logits.size(0), logits.size(1)});
    return at::grid_sampler_2d(map, grid, 0, /*padding: border*/ 1, false).view({n, 1, h, w});
}

/// Logits at a rectangle of Frame pixels, bilinear, (1, 1, h, w) float.
torch::Tensor sampleLogits(const torch::Tensor& logits, const WorkingSize& s, const Rect& r) {
    if (!logits.is_cuda()) return sampleOnCpu(logits, s, r);
    const auto options = logits.options().dtype(torch::kLong);
    return sampleOnGpu(logits, s, torch::arange(r.y, r.y + r.height, options).unsqueeze(0),
                       torch::arange(r.x, r.x + r.width, options).unsqueeze(0));
}

/// Of logits (O, h, w): whether a row (O, h), a column (O, w) has any above 0; on the CPU.
struct Occupied {
    explicit Occupied(const torch::Tensor& logits) {
        const auto inside = logits > 0;
        rows = inside.any(2).cpu();
        columns = inside.any(1).cpu();
    }
    torch::Tensor rows, columns;
};

/// The Frame's pixels that object `i` may cover: its box in the logits and one cell round it.
Rect objectRect(const Occupied& occupied, std::int64_t i, const WorkingSize& s) {
    const auto rows = occupied.rows[i].nonzero().flatten(), columns = occupied.columns[i].nonzero().flatten();
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

/// What the refiner reads of the tiles: pictures (n, 3, side, side) and logits (n, 1, side, side).
struct TileInputs {
    torch::Tensor pictures, logits;
};

TileInputs tilesOnCpu(const std::vector<Point>& corners, int side, const torch::Tensor& logits,
                      const FrameData& frame, const WorkingSize& s) {
    std::vector<torch::Tensor> pictures, coarse;
    for (const auto& corner : corners) {
        const Rect r{int(corner.x), int(corner.y), side, side};
        pictures.push_back(frameTile(frame, r.x, r.y, side, side));
        coarse.push_back(sampleOnCpu(logits, s, r));
    }
    return {torch::cat(pictures), torch::cat(coarse)};
}

TileInputs tilesOnGpu(const std::vector<Point>& corners, int side, const torch::Tensor& logits,
                      const torch::Tensor& pixels, const WorkingSize& s) {
    std::vector<std::int64_t> xy;
    for (const auto& corner : corners) xy.insert(xy.end(), {std::int64_t(corner.x), std::int64_t(corner.y)});
    const auto from = torch::from_blob(xy.data(), {std::int64_t(corners.size()), 2}, torch::kLong).to(logits.device());
    const auto along = torch::arange(side, from.options()).unsqueeze(0);
    const auto xs = from.select(1, 0).unsqueeze(1) + along, ys = from.select(1, 1).unsqueeze(1) + along;  // (n, side)
    return {frameTiles(pixels, ys, xs), sampleOnGpu(logits, s, ys, xs)};
}

/// Sharpens the tiles of `region` (1, 1, h, w; h and w multiples of kTileSide, its corner at `rect`).
void refineTiles(FastSam2& net, torch::Tensor& region, const torch::Tensor& logits, const FrameData& frame,
                 const torch::Tensor& pixels, const WorkingSize& s, const Rect& rect,
                 const OutputOptions& options) {
    const auto tiles = edgeTiles(region, options.tilePixels);
    if (tiles.empty()) return;
    std::vector<Point> corners;
    std::vector<std::int64_t> rows, columns;
    for (const auto& tile : tiles) {
        corners.push_back({rect.x + tile.x - kTileMargin, rect.y + tile.y - kTileMargin});
        rows.push_back(std::int64_t(tile.y) / kTileSide);
        columns.push_back(std::int64_t(tile.x) / kTileSide);
    }
    constexpr int side = kTileSide + 2 * kTileMargin;
    const auto inputs = logits.is_cuda() ? tilesOnGpu(corners, side, logits, pixels, s)
                                         : tilesOnCpu(corners, side, logits, frame, s);
    const auto type = net->parameters().front().scalar_type();
    const auto fine = net->refine(inputs.pictures.to(type), inputs.logits.to(type))
                          .to(torch::kFloat)
                          .narrow(2, kTileMargin, kTileSide)
                          .narrow(3, kTileMargin, kTileSide)
                          .squeeze(1);  // (n, 64, 64)
    const auto index = [&](std::vector<std::int64_t>& places) {
        return torch::from_blob(places.data(), {std::int64_t(places.size())}, torch::kLong).to(logits.device());
    };
    auto grid = region.view({region.size(2) / kTileSide, kTileSide, region.size(3) / kTileSide, kTileSide})
                    .permute({0, 2, 1, 3});  // (rows of tiles, columns of tiles, 64, 64)
    grid.index_put_({index(rows), index(columns)}, fine);
}

int wholeTiles(int side) { return (side + kTileSide - 1) / kTileSide * kTileSide; }

/// The photo's mask of a rectangle's bits, row-major.
Mask maskOfBits(const std::uint8_t* bits, const Rect& rect, const WorkingSize& s) {
    RunBuilder builder(s.frameWidth, s.frameHeight);
    forEachSegment(Mask::fromBitmap(bits, rect.width, rect.height, rect.width), [&](const Segment& part) {
        builder.add({rect.x + part.x, rect.y + part.y0, rect.y + part.y1});
    });
    const auto mask = builder.finish();
    if (s.frameWidth == s.fullWidth && s.frameHeight == s.fullHeight) return mask;
    return resized(mask, s.fullWidth, s.fullHeight);
}

}  // namespace

Mask maskFromLogits(FastSam2& net, const torch::Tensor& logits, const FrameData& frame,
                    const torch::Tensor& pixels, const WorkingSize& s, const OutputOptions& options) {
    const auto rect = objectRect(Occupied(logits.unsqueeze(0)), 0, s);
    if (rect.empty()) return Mask::blank(s.fullWidth, s.fullHeight);
    auto covered = rect;
    if (options.refine) {
        covered.width = wholeTiles(rect.width);
        covered.height = wholeTiles(rect.height);
    }
    auto region = sampleLogits(logits, s, covered);
    if (options.refine) refineTiles(net, region, logits, frame, pixels, s, rect, options);
    const auto inside = region.narrow(2, 0, rect.height).narrow(3, 0, rect.width) > 0;
    const auto bits = inside.to(torch::kByte).cpu().contiguous();
    return maskOfBits(bits.data_ptr<std::uint8_t>(), rect, s);
}

std::vector<Mask> masksFromLogits(const torch::Tensor& logits, const WorkingSize& s,
                                  const std::function<void()>& beforeRuns) {
    const auto O = logits.size(0);
    const Occupied occupied(logits);
    std::vector<Rect> rects;
    std::vector<torch::Tensor> parts;
    for (std::int64_t i = 0; i < O; ++i) {
        rects.push_back(objectRect(occupied, i, s));
        if (rects.back().empty()) continue;
        parts.push_back((sampleLogits(logits[i], s, rects.back()) > 0).to(torch::kByte).flatten());
    }
    const auto bits = parts.empty() ? torch::empty({0}, torch::kByte) : torch::cat(parts).cpu();
    std::vector<const std::uint8_t*> from;
    const auto* next = bits.data_ptr<std::uint8_t>();
    for (const auto& rect : rects) {
        from.push_back(next);
        next += std::ptrdiff_t(rect.width) * rect.height;
    }
    if (beforeRuns) beforeRuns();
    std::vector<Mask> masks(rects.size());
    at::parallel_for(0, O, 1, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = std::size_t(begin); i < std::size_t(end); ++i)
            masks[i] = rects[i].empty() ? Mask::blank(s.fullWidth, s.fullHeight) : maskOfBits(from[i], rects[i], s);
    });
    return masks;
}

}  // namespace fs2
