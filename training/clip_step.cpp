#include "training/clip_step.h"

#include "model/memory/memory_net.h"
#include "model/task_router.h"
#include "training/amp.h"
#include "training/clip_losses.h"
#include "training/losses.h"
#include "training/random.h"

namespace fs2 {

using torch::Tensor;

namespace {

enum Purpose : std::uint64_t { kStride = 201, kDrop };

constexpr double kForgetPrevious = 0.25;  ///< share of the steps that do not see the mask before
constexpr double kFewPixels = 16;         ///< of the target, below which a frame says nothing about presence

Features frameOf(const Features& all, int frame, int clips) {
    const auto part = [&](const Tensor& x) { return x.narrow(0, std::int64_t(frame) * clips, clips); };
    Features one;
    one.f2 = part(all.f2);
    one.f4 = part(all.f4);
    one.f8 = part(all.f8);
    one.f16 = part(all.f16);
    return one;
}

/// What has been written so far, as the next frame reads it.
struct Written {
    std::vector<Tensor> keys, values, pointers;
    void add(const MemoryWrite& write) {
        keys.push_back(write.key);
        values.push_back(write.value);
        pointers.push_back(write.pointer.unsqueeze(1));
    }
    MemoryRead read() const { return {torch::cat(keys, 2), torch::cat(values, 2), torch::cat(pointers, 1)}; }
};

Tensor meanOf(const Tensor& perSample, const Tensor& weight) {
    return (perSample * weight).sum() / weight.sum().clamp_min(1e-6);
}

/// The truth about one frame at strides 2 and 4.
struct Truth {
    Truth(const ClipBatch& batch, int frame) {
        const auto at = [&](const Tensor& x) { return x.select(1, frame).unsqueeze(1).to(torch::kFloat); };
        const auto full = at(batch.target) * at(batch.valid);
        target2 = torch::avg_pool2d(full, 2);
        valid2 = torch::avg_pool2d(at(batch.valid), 2);
        target4 = torch::avg_pool2d(target2, 2);
        valid4 = torch::avg_pool2d(valid2, 2);
        const auto area = full.flatten(1).sum(1);
        visible = (area > kFewPixels).to(torch::kFloat);
        certain = (area > kFewPixels).logical_or(area == 0).to(torch::kFloat);
        // A pixel at stride 2 covers four; its centre lies half a pixel beyond that of the first.
        previous2 = (torch::avg_pool2d(batch.previous.select(1, frame).permute({0, 3, 1, 2}), 2) - 0.5) / 2;
        seen2 = (torch::avg_pool2d(at(batch.seen), 2) == 1).to(torch::kFloat).squeeze(1);
    }
    Tensor target2, valid2, target4, valid4, visible, certain, previous2, seen2;
};

using Terms = std::array<Tensor, kClipTerms>;

/// The losses of one predicted frame.
Terms termsOf(const Tracked& out, const Truth& truth, const Tensor& before, const Tensor& pointerBefore,
              const Tensor& firstPointer) {
    const auto everywhere = torch::ones_like(truth.visible);
    const auto m = maskTerms(out.logits, truth.target2, truth.valid2, true);
    const auto a = maskTerms(out.pathA, truth.target2, truth.valid2, false);
    const auto b = maskTerms(out.pathB, truth.target4, truth.valid4, false);
    const auto two = [&](const MaskTerms& x) { return x.focal.squeeze(1) + x.dice.squeeze(1) * truth.visible; };
    Terms t;
    t[kClipMask] = meanOf(m.focal.squeeze(1), everywhere);
    t[kClipDice] = meanOf(m.dice.squeeze(1), truth.visible);
    t[kClipBoundary] = meanOf(m.boundary.squeeze(1), truth.visible);
    t[kClipPaths] = meanOf(two(a) + two(b), everywhere);
    const auto presence = torch::binary_cross_entropy_with_logits(out.presence, truth.visible, {}, {},
                                                                  at::Reduction::None);
    t[kClipPresence] = meanOf(presence, truth.certain);
    t[kClipDpsr] = meanOf(dpsrLoss(torch::avg_pool2d(out.pathA, 2), out.pathB, out.pointer, pointerBefore),
                          truth.visible);
    t[kClipTemporal] = temporalLoss(out.logits, before, truth.previous2.permute({0, 2, 3, 1}), truth.seen2).mean();
    t[kClipAlign] = memoryAlignLoss(out.pointer, firstPointer, truth.visible);
    t[kClipIou] = meanOf(realIou(out.logits, truth.target2, truth.valid2).squeeze(1), truth.visible);
    const LossWeights w = routeTask({.isVideo = true, .hasFirstFrameMasks = true}).losses;
    const auto scaled = [&](float weight) { return double(weight) / 5; };  // the table gives masks 5
    t[kClipTotal] = scaled(w.mask) * (t[kClipMask] + 0.5 * t[kClipPaths] + 0.5 * t[kClipBoundary]) +
                    scaled(w.dice) * t[kClipDice] + t[kClipPresence] * 0.2 + scaled(w.dpsr) * t[kClipDpsr] +
                    scaled(w.temporal) * t[kClipTemporal] + scaled(w.memoryAlign) * t[kClipAlign];
    return t;
}

}  // namespace

ClipStep::ClipStep(const SamplePool& pool, torch::Device device, const ClipOptions& options, std::uint64_t seed,
                   bool half)
    : seed_(seed), half_(half), maker_(pool, device, options, seed, half) {}

ClipLoss ClipStep::loss(FastSam2& net, std::uint64_t draw, int clips, int frames, int size, bool frozen) {
    const ClipBatch batch = maker_.make(draw, clips, frames, size);
    Features features;
    {
        const torch::AutoGradMode gradient(!frozen);
        const Amp amp(half_);
        features = net->encode(batch.images.transpose(0, 1).flatten(0, 1));
    }
    const auto stride = 1 + int(below(keyOf({seed_, draw, kStride}), 3));
    const Truth first(batch, 0);
    Written memory;
    Tensor firstPointer, pointerBefore;
    {
        const Amp amp(half_);
        const auto given = remember(net, frameOf(features, 0, clips), first.target2);
        firstPointer = pointerBefore = given.pointer;
        memory.add(given);
    }
    Tensor before = (2 * first.target2 - 1) * kPriorClamp;  // logits of the frame before, without gradient
    Terms sum;
    for (int frame = 1; frame < frames; ++frame) {
        const auto seen = frameOf(features, frame, clips);
        const auto kept = torch::rand({clips, 1, 1, 1}, before.options()) >= kForgetPrevious;
        Tracked out;
        {
            const Amp amp(half_);
            out = track(net, seen, memory.read(), before * kept);
        }
        const Truth truth(batch, frame);
        const auto terms = termsOf(out, truth, before, pointerBefore, firstPointer);
        for (std::size_t k = 0; k < kClipTerms; ++k) sum[k] = sum[k].defined() ? sum[k] + terms[k] : terms[k];
        if (frame % stride == 0 && frame + 1 < frames) {
            const Amp amp(half_);
            const auto present = torch::sigmoid(out.presence).view({-1, 1, 1, 1});
            memory.add(net->memory()->write(seen, torch::sigmoid(out.logits) * present, out.pointer));
        }
        const auto there = (out.presence.detach() > 0).view({-1, 1, 1, 1});
        before = torch::where(there, out.logits.detach(), torch::full_like(out.logits, -kPriorClamp).detach());
        pointerBefore = out.pointer.detach();
    }
    for (Tensor& term : sum) term = term / double(frames - 1);
    ClipLoss loss;
    loss.total = sum[kClipTotal];
    loss.terms = torch::stack(at::TensorList(sum.data(), sum.size())).detach().to(torch::kFloat);
    return loss;
}

}  // namespace fs2
