#include "training/refiner_step.h"

#include <torch/torch.h>

#include "model/fastsam2/blocks.h"
#include "training/amp.h"
#include "training/losses.h"
#include "training/random.h"

namespace fs2 {

using torch::Tensor;

namespace {

constexpr std::int64_t kTilesEach = 4;
constexpr std::int64_t kCell = 8;  // pixels of the grid on which edges are looked for

/// 1 where a cell of (B, 1, S, S) holds both values: (B, cells * cells).
Tensor cellsWithEdge(const Tensor& mask) {
    const auto most = torch::max_pool2d(mask, kCell);
    const auto least = -torch::max_pool2d(-mask, kCell);
    return (most - least).flatten(1);
}

/// Rows or columns of tiles (M) as an index of (M, tile).
Tensor span(const Tensor& begin) {
    return begin.unsqueeze(1) + torch::arange(kRefinerTile, torch::TensorOptions().dtype(torch::kLong).device(begin.device()));
}

struct Tiles {
    Tensor picture, rows, columns;  // (M), (M, tile), (M, tile)
    /// (B, C, S, S) -> (M, C, tile, tile)
    Tensor of(const Tensor& x) const {
        using torch::indexing::Slice;
        const auto at = x.index({picture.view({-1, 1, 1}), Slice(), rows.unsqueeze(2), columns.unsqueeze(1)});
        return at.permute({0, 3, 1, 2});
    }
};

Tiles chooseTiles(const Tensor& target, const Tensor& guess) {
    const auto count = target.size(0), size = target.size(2), cells = size / kCell;
    const auto edges = cellsWithEdge(target) + cellsWithEdge(guess);
    const auto score = torch::rand_like(edges) * (0.01 + edges);
    const auto cell = std::get<1>(score.topk(kTilesEach, 1)).flatten();  // (M)
    const auto place = [&](const Tensor& c) {
        return (c * kCell + kCell / 2 - kRefinerTile / 2).clamp(0, size - kRefinerTile);
    };
    const auto picture = torch::arange(count, cell.options()).repeat_interleave(kTilesEach);
    return {picture, span(place(cell.div(cells, "floor"))), span(place(cell.remainder(cells)))};
}

Tensor reduced(const Tensor& x, std::int64_t by) { return torch::avg_pool2d(x, by); }

}  // namespace

RefinerStep::RefinerStep(const SamplePool& pool, torch::Device device, std::uint64_t seed, bool half, int size,
                         int count)
    : maker_(pool, device, {0.5, 0.25}, keyOf({seed, 77}), half),
      clicks_(device, half),
      seed_(seed),
      half_(half),
      size_(size),
      count_(count) {}

Tensor RefinerStep::logitsOf(FastSam2& net, const Batch& fine, std::int64_t by, std::uint64_t key) {
    const torch::NoGradGuard guard;
    const auto small = [&](const Tensor& mask) {
        return (reduced(mask.unsqueeze(1).to(torch::kFloat), by).squeeze(1) > 0.5).to(torch::kByte);
    };
    const Batch seen{reduced(fine.images, by).contiguous(torch::MemoryFormat::ChannelsLast), small(fine.target),
                     small(fine.valid)};
    net->eval();
    Tensor full;
    {
        const Amp amp(half_);
        const auto features = net->encode(seen.images);
        clicks_.begin(keyOf({key, 2}), seen);
        for (std::uint64_t round = 0; round < 2; ++round) {
            const auto decoded = net->decode(features, clicks_.prompts(keyOf({key, 3, round}), 0));
            full = decoded.logits.narrow(1, 0, 1).to(torch::kFloat);
            if (round == 0)
                clicks_.next(keyOf({key, 4}), seen, upsample(full, seen.target.size(1), seen.target.size(2)), 0);
        }
    }
    net->train();
    return upsample(full, fine.target.size(1), fine.target.size(2));
}

Tensor RefinerStep::loss(FastSam2& net, std::uint64_t draw) {
    // The photo is 1, 2 or 4 times finer than what the encoder sees, whose sides are multiples of 32.
    const double chance = unit(keyOf({seed_, draw, 79}));
    const std::int64_t by = chance < 0.4 ? 1 : chance < 0.7 || size_ % 64 != 0 ? 2 : 4;
    const Batch fine = by == 1 ? maker_.make(draw, 2 * count_, size_) : maker_.make(draw, count_, 2 * size_);
    const auto logits = logitsOf(net, fine, by, keyOf({seed_, draw, 78}));
    const auto target = fine.target.unsqueeze(1).to(torch::kFloat);
    const auto valid = fine.valid.unsqueeze(1).to(torch::kFloat);
    const Tiles tiles = chooseTiles(target, (logits > 0).to(torch::kFloat));
    Tensor refined;
    {
        const Amp amp(half_);
        refined = net->refine(tiles.of(fine.images), tiles.of(logits));
    }
    return refineLoss(refined, tiles.of(target), tiles.of(valid));
}

}  // namespace fs2
