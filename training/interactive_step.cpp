#include "training/interactive_step.h"

#include "model/fastsam2/blocks.h"
#include "training/amp.h"
#include "training/random.h"

namespace fs2 {

using torch::Tensor;

namespace {
enum Purpose : std::uint64_t { kRounds = 101, kFirst, kNext, kDrop };
}  // namespace

InteractiveStep::InteractiveStep(const SamplePool& pool, torch::Device device, Mixture mixture, std::uint64_t seed,
                                 bool half)
    : device_(device), seed_(seed), half_(half), maker_(pool, device, mixture, seed, half), clicks_(device, half) {}

/// 0 to 3 rounds of clicks without gradient; the prompts that they end with are left in `clicks_`.
/// Returns (B): 1 where the last prompt may mean several objects.
Tensor InteractiveStep::clickRounds(FastSam2& net, const Features& features, const Batch& batch, std::uint64_t draw) {
    const auto key = [&](std::uint64_t purpose, std::uint64_t round) {
        return keyOf({seed_, draw, purpose, round});
    };
    clicks_.begin(key(kFirst, 0), batch);
    const double chance = unit(key(kRounds, 0));
    const int rounds = chance < 0.3 ? 0 : chance < 0.6 ? 1 : chance < 0.85 ? 2 : 3;
    if (rounds == 0) return clicks_.ambiguous();
    const torch::NoGradGuard guard;
    const bool training = net->is_training();
    net->eval();
    const Features seen = features.detached();
    for (int round = 0; round < rounds; ++round) {
        Tensor chosen;
        {
            const Amp amp(half_);
            const auto decoded = net->decode(seen, clicks_.prompts(key(kDrop, std::uint64_t(round)), 0));
            const auto logits = decoded.logits.to(torch::kFloat);
            // After one click the window shows the reading of the best predicted IoU: half of the
            // samples go on from that one, the others from the first token's mask.
            const auto several = clicks_.ambiguous() * (torch::rand_like(decoded.iou.select(1, 0)) < 0.5);
            const auto token = (decoded.iou.argmax(1) * several).to(torch::kLong);
            chosen = logits.gather(1, token.view({-1, 1, 1, 1}).expand({-1, 1, logits.size(2), logits.size(3)}));
        }
        const auto full = upsample(chosen, batch.target.size(1), batch.target.size(2));
        clicks_.next(key(kNext, std::uint64_t(round)), batch, full, 0.1F);
    }
    net->train(training);
    return torch::zeros({batch.target.size(0)}, torch::TensorOptions().dtype(torch::kFloat).device(device_));
}

InteractiveLoss InteractiveStep::loss(FastSam2& net, std::uint64_t draw, int count, int size) {
    const Batch batch = maker_.make(draw, count, size);
    Features features;
    {
        const Amp amp(half_);
        features = net->encode(batch.images);
    }
    const Tensor ambiguous = clickRounds(net, features, batch, draw);
    const PromptTensors prompts = clicks_.prompts(keyOf({seed_, draw, kDrop, 9}), 0.1F);
    Decoded decoded;
    {
        const Amp amp(half_);
        decoded = net->decode(features, prompts);
    }
    return interactiveLoss(decoded, {batch.target, batch.valid, clicks_.clicks(), ambiguous}, {});
}

}  // namespace fs2
