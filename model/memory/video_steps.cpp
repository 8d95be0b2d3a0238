#include "model/memory/video_steps.h"

#include <algorithm>

#include <torch/torch.h>

#include "model/fastsam2/mask_output.h"
#include "model/fastsam2/prompt_tensors.h"
#include "model/memory/mask_quality.h"

namespace fs2 {

using torch::Tensor;

namespace {

/// Objects that go through the network together: bounds its memory.
constexpr std::size_t kAtOnce = 16;

/// A mask at stride 2 from -1 to 1, (1, 1, H/2, W/2) on the CPU; what pads the picture is outside.
Tensor maskAtStride2(const Mask& mask, const WorkingSize& s) {
    auto map = torch::full({1, 1, s.paddedHeight, s.paddedWidth}, -1.f);
    map.narrow(2, 0, s.height).narrow(3, 0, s.width).copy_(priorMap(mask, s));
    return torch::avg_pool2d(map, 2);
}

std::vector<std::vector<float>> rowsOf(const Tensor& rows) {
    const auto plain = rows.to(torch::kCPU, torch::kFloat).contiguous();
    std::vector<std::vector<float>> out;
    for (std::int64_t i = 0; i < plain.size(0); ++i) {
        const auto* from = plain.const_data_ptr<float>() + i * plain.size(1);
        out.emplace_back(from, from + plain.size(1));
    }
    return out;
}

MemoryRead slice(const MemoryRead& read, std::int64_t from, std::int64_t count) {
    return {read.keys, read.values.narrow(0, from, count), read.pointers.narrow(0, from, count),
            read.choice.defined() ? read.choice.narrow(0, from, count) : read.choice};
}

}  // namespace

/// Of one object on one frame, before its mask is made.
struct VideoSteps::Outcome {
    Tensor logits;  ///< (H/2, W/2) fp32; -kPriorClamp where the object is not seen
    TrackedMask mask;
    float quality = 0;
    std::vector<float> pointer;
    std::shared_ptr<const MemoryTensors> written;  ///< null where no entry is due
};

VideoSteps::VideoSteps(FastSam2 net, const std::string& weightsId)
    : net_(std::move(net)),
      bank_(weightsId, net_->parameters().front().device(),
            net_->parameters().front().scalar_type()) {}

void VideoSteps::remember(FrameIndex frame, const EncodedPicture& picture,
                          const std::vector<KnownMask>& masks) {
    const auto device = picture.features.f16.device();
    std::vector<MemoryLedger::Written> pins;
    Tensor key;
    for (std::size_t from = 0; from < masks.size(); from += kAtOnce) {
        const auto to = std::min(masks.size(), from + kAtOnce);
        std::vector<Tensor> maps;
        for (auto i = from; i < to; ++i) maps.push_back(maskAtStride2(masks[i].mask, picture.size));
        const auto share = (torch::cat(maps).to(device) + 1) / 2;
        const auto write = fs2::remember(net_, picture.features, share);
        const auto pointers = rowsOf(write.pointer);
        const auto kept = bank_.kept(frame, write, key);
        for (auto i = from; i < to; ++i)
            pins.push_back(
                {masks[i].object, {frame, masks[i].mask, 1, pointers[i - from], kept[i - from]}});
    }
    bank_.remember(std::move(pins));
}

Tensor VideoSteps::previousLogits(FrameIndex frame, const WorkingSize& size,
                                  const std::vector<ObjectId>& objects) const {
    const auto h = size.paddedHeight / 2, w = size.paddedWidth / 2;
    std::vector<Tensor> rows;
    for (const auto object : objects) {
        const auto* entry = bank_.find(object)->neighbour(frame);
        if (!entry) {
            rows.push_back(torch::zeros({1, 1, h, w}));
        } else if (!entry->tensors || !entry->tensors->logits.defined()) {
            rows.push_back(kPriorClamp * maskAtStride2(entry->mask, size));
        } else {
            const auto& logits = entry->tensors->logits;
            rows.push_back(logits.view({1, 1, logits.size(0), logits.size(1)}));
            if (logits.size(0) != h || logits.size(1) != w)
                rows.back() = upsample(rows.back(), h, w);
        }
        rows.back() = rows.back().to(net_->parameters().front().device());
    }
    return torch::cat(rows);
}

void VideoSteps::follow(FrameIndex frame, const EncodedPicture& picture, const ReadGroup& group,
                        const std::vector<ObjectId>& objects, Tensor& key,
                        std::vector<Outcome>& outcomes) {
    std::vector<ObjectId> members;
    for (const auto i : group.members) members.push_back(objects[i]);
    const auto previous = previousLogits(frame, picture.size, members);
    const auto tracked = track(net_, picture.features, group.read, previous);
    const auto presence = torch::sigmoid(tracked.presence.to(torch::kFloat));
    std::vector<Tensor> facts{tracked.iou.to(torch::kFloat), presence,
                              disagreement(tracked.pathA, tracked.pathB)};
    const bool due = bank_.due(frame);
    std::vector<std::shared_ptr<const MemoryTensors>> written(members.size());
    if (due) {
        facts.push_back(certainty(tracked.logits) * stability(tracked.logits, previous));
        const auto share = torch::sigmoid(tracked.logits) * presence.view({-1, 1, 1, 1});
        written =
            bank_.kept(frame, net_->memory()->write(picture.features, share, tracked.pointer), key);
    }
    const auto fact = rowsOf(torch::stack(facts, 1));  // (O, 3 or 4)
    const auto pointers =
        due ? rowsOf(tracked.pointer) : std::vector<std::vector<float>>(members.size());
    for (std::size_t k = 0; k < members.size(); ++k) {
        auto& outcome = outcomes[group.members[k]];
        const auto& f = fact[k];
        outcome.mask = {members[k], {}, f[0], f[1], f[2]};
        const auto logits = tracked.logits[std::int64_t(k)][0];
        outcome.logits = f[1] < .5f ? torch::full_like(logits, -kPriorClamp) : logits.clone();
        if (!due) continue;
        outcome.quality = std::clamp(f[0] * (1 - f[2]) * f[3], 0.f, 1.f);
        outcome.pointer = pointers[k];
        outcome.written = written[k];
    }
}

std::vector<TrackedMask> VideoSteps::step(FrameIndex frame, const EncodedPicture& picture,
                                          const std::vector<ObjectId>& objects,
                                          const Hooks& hooks) {
    if (objects.empty()) return {};
    std::vector<Outcome> outcomes(objects.size());
    std::vector<ReadGroup> groups;
    for (const auto& group : bank_.reads(objects))
        for (std::size_t from = 0; from < group.members.size(); from += kAtOnce) {
            const auto to = std::min(group.members.size(), from + kAtOnce);
            groups.push_back({{group.members.begin() + std::ptrdiff_t(from),
                               group.members.begin() + std::ptrdiff_t(to)},
                              slice(group.read, std::int64_t(from), std::int64_t(to - from))});
        }
    hooks.lap("memory");
    Tensor key;  // of this frame
    for (const auto& group : groups) {
        hooks.between();
        follow(frame, picture, group, objects, key, outcomes);
    }
    hooks.lap("decoder");

    hooks.between();
    std::vector<Tensor> logits;
    for (const auto& outcome : outcomes) logits.push_back(outcome.logits);
    const auto masks =
        masksFromLogits(torch::stack(logits), picture.size, [&] { hooks.lap("post"); });
    hooks.lap("to_runs");

    hooks.between();
    std::vector<TrackedMask> answer;
    std::vector<MemoryLedger::Stepped> steps;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        auto& outcome = outcomes[i];
        outcome.mask.mask = masks[i];
        auto latest = std::make_shared<MemoryTensors>();
        latest->logits = outcome.logits;
        steps.push_back({objects[i], {frame, masks[i], 1, {}, std::move(latest)}, std::nullopt});
        // Where the object is not seen there is nothing to remember.
        if (outcome.written && !masks[i].empty())
            steps.back().entry =
                MemoryEntry{frame, masks[i], outcome.quality, outcome.pointer, outcome.written};
        answer.push_back(std::move(outcome.mask));
    }
    bank_.commit(frame, std::move(steps));
    return answer;
}

}  // namespace fs2
