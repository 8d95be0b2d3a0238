#include "training/validation.h"

#include <torch/torch.h>

#include <algorithm>

#include "model/fastsam2/blocks.h"
#include "training/amp.h"
#include "training/losses.h"

namespace fs2 {

using torch::Tensor;

namespace {

constexpr int kAtOnce = 32;
constexpr int kClicks = 3;

/// The pictures as they lie in the pool, in its top left corner.
Batch pictures(const SamplePool& pool, torch::Device device, const std::vector<Pick>& picks, bool half) {
    const auto view = pool.view();
    const int count = int(picks.size()), size = view.side;
    std::vector<kernels::SampleSpec> specs;
    for (const Pick& pick : picks) {
        kernels::SampleSpec spec;
        spec.image = pick.object.image;
        spec.labels[0] = pick.object.label;
        specs.push_back(spec);
    }
    const auto bytes = torch::TensorOptions().dtype(torch::kByte);
    const auto host = torch::from_blob(specs.data(), {std::int64_t(specs.size() * sizeof specs[0])}, bytes);
    const Tensor onDevice = host.to(device, false, /*copy=*/true);
    const auto on = bytes.device(device);
    const Tensor image = torch::empty({count, 3, size, size}, on.dtype(torch::kFloat));
    const Tensor output = torch::empty({count, size, size, 3}, on.dtype(half ? torch::kBFloat16 : torch::kFloat));
    const Tensor scratch = torch::empty({std::int64_t(kernels::photometricScratch(count)) + 1}, on);
    Batch batch{output.permute({0, 3, 1, 2}), torch::empty({count, size, size}, on),
                torch::empty({count, size, size}, on)};
    const auto where = whereOf(device);
    kernels::warpSamples(where, view, static_cast<const kernels::SampleSpec*>(onDevice.data_ptr()), count, size,
                         image.data_ptr<float>(), nullptr, batch.target.data_ptr<std::uint8_t>(),
                         batch.valid.data_ptr<std::uint8_t>());
    kernels::photometric(where, {1}, count, size, 0, image.data_ptr<float>(), batch.valid.data_ptr<std::uint8_t>(),
                         scratch.data_ptr(), output.data_ptr(),
                         half ? kernels::DType::BFloat16 : kernels::DType::Float32, kernels::Layout::ChannelsLast);
    return batch;
}

/// The most interior pixel of each mask (B, S, S) uint8: squared distance and flat index, (B) each.
std::pair<Tensor, Tensor> mostInterior(const Tensor& mask, torch::Device device) {
    const int count = int(mask.size(0)), size = int(mask.size(1));
    const auto on = torch::TensorOptions().device(device);
    const Tensor squared = torch::empty(mask.sizes(), on.dtype(torch::kInt));
    const Tensor scratch = torch::empty({std::int64_t(kernels::distanceScratch(count, size, size)) + 1},
                                        on.dtype(torch::kByte));
    kernels::distanceSquared(whereOf(device), mask.data_ptr<std::uint8_t>(), count, size, size, scratch.data_ptr(),
                             squared.data_ptr<std::int32_t>());
    const auto best = squared.flatten(1).max(1);
    return {std::get<0>(best), std::get<1>(best)};
}

void clickWorst(ClickSimulator& clicks, int at, const Batch& batch, const Tensor& guess, torch::Device device) {
    const auto size = batch.target.size(1);
    const auto truth = batch.target > 0, inside = batch.valid > 0;
    const auto missed = mostInterior(truth.logical_and(guess.logical_not()).to(torch::kByte), device);
    const auto spilled =
        mostInterior(guess.logical_and(truth.logical_not()).logical_and(inside).to(torch::kByte), device);
    const auto positive = missed.first >= spilled.first;
    const auto index = torch::where(positive, missed.second, spilled.second);
    const auto any = torch::maximum(missed.first, spilled.first) > 0;
    const auto type = torch::where(any, positive.to(torch::kFloat), -1.0);
    clicks.put(at, index.remainder(size).to(torch::kFloat),
               index.div(size, "floor").to(torch::kFloat), type);
}

/// (B, 2): IoU after the first and the last click.
Tensor scoresOf(FastSam2& net, const Batch& batch, torch::Device device, bool half) {
    const auto size = batch.target.size(1);
    const Amp amp(half);
    const auto features = net->encode(batch.images);
    ClickSimulator clicks(device, half);
    clicks.start(int(batch.target.size(0)), int(size));
    Tensor guess = torch::zeros_like(batch.target, torch::kBool);
    const auto target = batch.target.unsqueeze(1).to(torch::kFloat);
    const auto valid = batch.valid.unsqueeze(1).to(torch::kFloat);
    std::vector<Tensor> scores;
    for (int click = 0; click < kClicks; ++click) {
        clickWorst(clicks, click, batch, guess, device);
        const auto decoded = net->decode(features, clicks.prompts(1, 0));
        // As the Segmenter answers: the best reading of one click, then the first token.
        const auto token = click == 0 ? decoded.iou.argmax(1) : torch::zeros_like(decoded.iou.argmax(1));
        const auto logits = decoded.logits.to(torch::kFloat);
        const auto chosen = logits.gather(
            1, token.view({-1, 1, 1, 1}).expand({-1, 1, logits.size(2), logits.size(3)}));
        const auto full = upsample(chosen, size, size);
        guess = (full.squeeze(1) > 0).logical_and(batch.valid > 0);
        clicks.setPrior(full.contiguous());
        if (click == 0 || click == kClicks - 1) scores.push_back(realIou(full, target, valid));
    }
    return torch::cat(scores, 1);
}

}  // namespace

ValidationScore validate(FastSam2& net, const SamplePool& pool, torch::Device device, int objects, bool half) {
    const torch::NoGradGuard guard;
    net->eval();
    const std::vector<Pick> picks = pool.spread(objects);
    ValidationScore score;
    score.objects = int(picks.size());
    if (picks.empty()) return score;
    Tensor sum = torch::zeros({2}, torch::TensorOptions().dtype(torch::kFloat).device(device));
    for (std::size_t at = 0; at < picks.size(); at += kAtOnce) {
        const auto end = std::min(picks.size(), at + kAtOnce);
        const std::vector<Pick> some(picks.begin() + std::ptrdiff_t(at), picks.begin() + std::ptrdiff_t(end));
        sum += scoresOf(net, pictures(pool, device, some, half), device, half).sum(0);
    }
    const Tensor mean = (sum / double(picks.size())).cpu();
    score.iou1 = mean[0].item<double>();
    score.iou3 = mean[1].item<double>();
    return score;
}

}  // namespace fs2
