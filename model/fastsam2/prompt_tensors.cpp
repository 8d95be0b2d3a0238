#include "model/fastsam2/prompt_tensors.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/fastsam2/blocks.h"

namespace fs2 {

namespace {

/// Adds the places of a click's disk in map `channel`, as offsets into channels-last memory.
void addDisk(std::vector<std::int64_t>& places, Point centre, int channel, const WorkingSize& s) {
    const auto cx = std::lround(centre.x), cy = std::lround(centre.y);
    const auto r = std::lround(std::ceil(kClickRadius));
    for (long y = std::max(0L, cy - r); y <= std::min(s.paddedHeight - 1L, cy + r); ++y)
        for (long x = std::max(0L, cx - r); x <= std::min(s.paddedWidth - 1L, cx + r); ++x)
            if (float((x - cx) * (x - cx) + (y - cy) * (y - cy)) <= kClickRadius * kClickRadius)
                places.push_back((y * s.paddedWidth + x) * 4 + channel);
}

}  // namespace

torch::Tensor priorMap(const Mask& prior, const WorkingSize& s) {
    auto bytes = prior.toBitmap(255);
    auto map = torch::from_blob(bytes.data(), {1, 1, prior.height(), prior.width()}, torch::kByte);
    if (prior.width() == s.width && prior.height() == s.height)
        return map.to(torch::kFloat) / 127.5 - 1;
    return at::_upsample_bilinear2d_aa(map.to(torch::kFloat), {s.height, s.width}, false) / 127.5 - 1;
}

Result<void> checkPrompt(const Prompt& prompt, const WorkingSize& s) {
    const auto bad = [](std::string why) { return Error{ErrorCode::BadRequest, std::move(why)}; };
    if (prompt.clicks.empty() && !prompt.box) {
        if (!prompt.text.empty())
            return Error{ErrorCode::Unsupported, "this model does not understand text"};
        return bad("the prompt is empty");
    }
    for (const auto& c : prompt.clicks) {
        if (!std::isfinite(c.x) || !std::isfinite(c.y)) return bad("a click is not a finite number");
        if (c.x < -.5 || c.y < -.5 || c.x >= s.fullWidth || c.y >= s.fullHeight)
            return bad("the click " + std::to_string(c.x) + "," + std::to_string(c.y) +
                       " is outside the picture of " + std::to_string(s.fullWidth) + "x" +
                       std::to_string(s.fullHeight));
    }
    if (const auto& b = prompt.box) {
        if (!std::isfinite(b->x0) || !std::isfinite(b->y0) || !std::isfinite(b->x1) ||
            !std::isfinite(b->y1))
            return bad("the box is not finite");
        if (b->x0 >= b->x1 || b->y0 >= b->y1) return bad("the box has no area");
        if (b->x1 <= 0 || b->y1 <= 0 || b->x0 >= s.fullWidth || b->y0 >= s.fullHeight)
            return bad("the box is outside the picture");
    }
    return {};
}

PromptTensors promptTensors(const Prompt& prompt, const WorkingSize& s, const Mask& prior,
                            const torch::Tensor& priorLogits, torch::Device device) {
    PromptTensors t;
    auto memory = torch::zeros({s.paddedHeight, s.paddedWidth, 4}, device);
    t.maps = memory.permute({2, 0, 1}).unsqueeze(0);  // channels-last
    auto maps = t.maps[0];
    std::vector<std::int64_t> disks;
    if (priorLogits.defined()) {
        const auto logits = priorLogits.to(device, torch::kFloat);
        const auto full = upsample(logits.view({1, 1, logits.size(0), logits.size(1)}), s.paddedHeight,
                                   s.paddedWidth);
        maps[0].copy_(full[0][0].clamp(-kPriorClamp, kPriorClamp) / kPriorClamp);
    } else if (!prior.isNull() && !prior.empty()) {
        maps[0].fill_(-1);
        maps[0].narrow(0, 0, s.height).narrow(1, 0, s.width).copy_(priorMap(prior, s)[0][0]);
    }
    t.points = torch::zeros({1, kPromptPoints, 2});
    t.types = torch::full({1, kPromptPoints}, std::int64_t(kPad), torch::kLong);
    auto points = t.points.accessor<float, 3>();
    auto types = t.types.accessor<std::int64_t, 2>();
    std::int64_t n = 0;
    const auto add = [&](Point p, PointType type) {
        points[0][n][0] = float(p.x);
        points[0][n][1] = float(p.y);
        types[0][n++] = type;
    };
    // Every click is drawn; the tokens hold the first and the latest ones.
    constexpr std::size_t room = kPromptPoints - 2;
    for (std::size_t i = 0; i < prompt.clicks.size(); ++i) {
        const auto& c = prompt.clicks[i];
        const auto p = s.fromFull({c.x, c.y});
        const Point at{std::clamp(std::round(p.x), 0., s.width - 1.),
                       std::clamp(std::round(p.y), 0., s.height - 1.)};
        addDisk(disks, at, c.positive ? 1 : 2, s);
        if (i == 0 || prompt.clicks.size() - i < room) add(at, c.positive ? kPositive : kNegative);
    }
    if (const auto& b = prompt.box) {
        const auto column = [&](double x) { return std::clamp(x * s.width / s.fullWidth, 0., double(s.width)); };
        const auto row = [&](double y) { return std::clamp(y * s.height / s.fullHeight, 0., double(s.height)); };
        const auto x0 = std::min<std::int64_t>(std::int64_t(column(b->x0)), s.width - 1);
        const auto y0 = std::min<std::int64_t>(std::int64_t(row(b->y0)), s.height - 1);
        const auto x1 = std::max(x0, std::int64_t(std::ceil(column(b->x1))) - 1);
        const auto y1 = std::max(y0, std::int64_t(std::ceil(row(b->y1))) - 1);
        maps[3].narrow(0, y0, y1 - y0 + 1).narrow(1, x0, x1 - x0 + 1).fill_(1);
        add({double(x0), double(y0)}, kBoxTopLeft);
        add({double(x1), double(y1)}, kBoxBottomRight);
    }
    if (!disks.empty()) {
        const auto places = torch::from_blob(disks.data(), {std::int64_t(disks.size())}, torch::kLong).to(device);
        memory.view(-1).index_fill_(0, places, 1);
    }
    t.points = t.points.to(device);
    t.types = t.types.to(device);
    return t;
}

}  // namespace fs2
