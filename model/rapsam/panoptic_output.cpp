#include "model/rapsam/panoptic_output.h"

#include <torch/torch.h>

#include <algorithm>
#include <functional>

#include "model/fastsam2/blocks.h"

namespace fs2 {

namespace {

constexpr std::int64_t kChunkBytes = 256ll << 20;  ///< of full-size logits held at a time

/// Full-size logits (k, H, W) of the kept queries from the first on.
using LogitsOf = std::function<torch::Tensor(std::size_t first, std::size_t count)>;

/// Each pixel belongs to the kept query of the largest score * probability.
struct Owners {
    torch::Tensor best;         ///< (H, W) the largest score * probability
    torch::Tensor owner;        ///< (H, W) int64, place among the kept
    torch::Tensor probability;  ///< (H, W) of the owner
    std::vector<torch::Tensor> areas;  ///< (k) int64 of each chunk: pixels with a probability >= .5
};

Owners findOwners(const std::vector<KeptQuery>& kept, std::size_t chunk, const LogitsOf& logitsOf) {
    Owners o;
    for (std::size_t first = 0; first < kept.size(); first += chunk) {
        const auto count = std::min(chunk, kept.size() - first);
        const auto p = logitsOf(first, count).sigmoid();
        o.areas.push_back((p >= .5).sum({1, 2}));
        std::vector<float> scores;
        for (std::size_t k = first; k < first + count; ++k) scores.push_back(kept[k].score);
        const auto factors = torch::tensor(scores).to(p.device(), true).view({-1, 1, 1});
        const auto [best, place] = (factors * p).max(0);
        const auto probability = p.gather(0, place.unsqueeze(0)).squeeze(0);
        if (first == 0) {
            o.best = best;
            o.owner = place;
            o.probability = probability;
            continue;
        }
        const auto better = best > o.best;  // of equals the first one stays
        o.best = torch::where(better, best, o.best);
        o.owner = torch::where(better, place + std::int64_t(first), o.owner);
        o.probability = torch::where(better, probability, o.probability);
    }
    return o;
}

PanopticLabels merge(const std::vector<KeptQuery>& kept, int things, const Owners& o) {
    const auto n = std::int64_t(kept.size());
    const auto counts = torch::stack({torch::bincount(o.owner.flatten(), {}, n), torch::cat(o.areas)}).cpu();
    const auto count = counts.accessor<std::int64_t, 2>();
    PanopticLabels out;
    auto table = torch::zeros({n}, torch::kByte);
    int instance = 1;
    for (std::int64_t k = 0; k < n; ++k) {
        const auto& query = kept[std::size_t(k)];
        const auto owned = count[0][k], area = count[1][k];
        if (owned == 0 || area == 0 || double(owned) / double(area) < kMinOwnedShare) continue;
        const bool thing = query.category < things;
        const int id = query.category + (thing ? kInstanceOffset * instance++ : 0);
        auto& all = out.segments;
        auto at = std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.id == id; });
        if (at == all.end()) at = all.insert(at, {id, query.category, 0});
        at->score = std::max(at->score, query.score);
        table[k] = std::int64_t(at - all.begin()) + 1;
    }
    const auto owned = table.to(o.owner.device(), true).index_select(0, o.owner.flatten());
    out.labels = owned.view_as(o.owner).masked_fill(o.probability < .5, 0);
    return out;
}

PanopticLabels panopticLabels(const torch::Tensor& classes, const torch::Tensor& masks, int things,
                              std::int64_t height, std::int64_t width,
                              const std::function<torch::Tensor(const torch::Tensor&)>& enlarge) {
    TORCH_CHECK(masks.size(0) < 256, "more than 255 queries");
    const auto kept = keptQueries(classes);
    if (kept.empty())
        return {torch::zeros({height, width}, torch::TensorOptions(torch::kByte).device(classes.device())), {}};
    std::vector<std::int64_t> rows;
    for (const auto& k : kept) rows.push_back(k.query);
    const auto some = masks.index_select(0, torch::tensor(rows).to(masks.device(), true));
    const auto chunk = std::size_t(std::max<std::int64_t>(1, kChunkBytes / (4 * height * width)));
    return merge(kept, things, findOwners(kept, chunk, [&](std::size_t first, std::size_t count) {
                     return enlarge(some.narrow(0, std::int64_t(first), std::int64_t(count)));
                 }));
}

}  // namespace

torch::Tensor fullSizeLogits(const torch::Tensor& masks, const WorkingSize& s) {
    auto x = upsample(masks.to(torch::kFloat).unsqueeze(0), s.paddedHeight, s.paddedWidth);
    x = x.narrow(2, 0, s.height).narrow(3, 0, s.width);
    return upsample(x, s.fullHeight, s.fullWidth).squeeze(0);
}

std::vector<KeptQuery> keptQueries(const torch::Tensor& classes, double minScore) {
    const auto [score, category] = classes.to(torch::kFloat).softmax(1).max(1);
    const auto both = torch::stack({score, category.to(torch::kFloat)}).cpu();
    const auto at = both.accessor<float, 2>();
    std::vector<KeptQuery> kept;
    for (std::int64_t q = 0; q < classes.size(0); ++q)
        if (int(at[1][q]) != int(classes.size(1)) - 1 && double(at[0][q]) > minScore)
            kept.push_back({q, int(at[1][q]), at[0][q]});
    return kept;
}

PanopticLabels panopticLabels(const torch::Tensor& classes, const torch::Tensor& masks, int things) {
    return panopticLabels(classes, masks, things, masks.size(1), masks.size(2),
                          [](const torch::Tensor& some) { return some; });
}

PanopticLabels panopticLabels(const torch::Tensor& classes, const torch::Tensor& masks, int things,
                              const WorkingSize& size) {
    return panopticLabels(classes, masks, things, size.fullHeight, size.fullWidth,
                          [&](const torch::Tensor& some) { return fullSizeLogits(some, size); });
}

torch::Tensor PanopticLabels::ids(int classes) const {
    std::vector<std::int32_t> table{classes};
    for (const auto& segment : segments) table.push_back(segment.id);
    const auto on = torch::tensor(table, torch::kInt).to(labels.device());
    return on.index_select(0, labels.flatten().to(torch::kLong)).view_as(labels);
}

std::vector<Instance> topInstances(const torch::Tensor& classes, const torch::Tensor& masks, int things,
                                   std::int64_t count) {
    const auto C = classes.size(1) - 1, H = masks.size(1), W = masks.size(2);
    const auto scores = classes.to(torch::kFloat).softmax(1).narrow(1, 0, C).flatten();
    const auto [best, place] = scores.topk(std::min(count, scores.numel()));
    const auto inside = masks > 0;
    const auto weights = inside.to(torch::kFloat);
    const auto areas = weights.sum({1, 2});
    const auto certainty = ((masks.sigmoid() * weights).sum({1, 2}) / (areas + 1e-6)).cpu();
    const auto area = inside.sum({1, 2}).cpu();
    const auto columns = inside.any(1).cpu().contiguous(), rows = inside.any(2).cpu().contiguous();
    const auto pick = place.cpu(), value = best.cpu();
    const auto span = [](const torch::Tensor& line, std::int64_t length) {
        const auto* at = line.const_data_ptr<bool>();
        const auto* end = at + length;
        const auto* first = std::find(at, end, true);
        while (end != first && !end[-1]) --end;
        return std::pair{int(first - at), int(end - first)};
    };
    std::vector<Instance> out;
    for (std::int64_t i = 0; i < pick.numel(); ++i) {
        const auto at = pick[i].item<std::int64_t>();
        const auto q = at / C;
        if (at % C >= things) continue;
        Instance instance;
        instance.query = q;
        instance.category = int(at % C);
        instance.score = value[i].item<float>() * certainty[q].item<float>();
        instance.area = area[q].item<std::int64_t>();
        if (instance.area) {
            const auto [x, width] = span(columns[q], W);
            const auto [y, height] = span(rows[q], H);
            instance.bounds = {x, y, width, height};
        }
        out.push_back(instance);
    }
    return out;
}

}  // namespace fs2
