#include "model/disc_segmenter.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "annotation/core/mask_ops.h"

namespace fs2 {
namespace {

Mask discs(const Frame& frame, const Prompt& prompt, double radius) {
    Mask mask = Mask::blank(frame->fullWidth, frame->fullHeight);
    if (prompt.box) {
        const Box& b = *prompt.box;
        mask = unite(mask, fromPolygon(mask.width(), mask.height(),
                                       {{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}}));
    }
    for (const Click& click : prompt.clicks) {
        mask = stroked(mask, {{click.x + .5, click.y + .5}}, radius,
                       click.positive ? Brush::Paint : Brush::Erase);
    }
    return mask;
}

Result<void> checked(const Frame& frame, const Prompt& prompt) {
    if (prompt.clicks.empty() && !prompt.box)
        return Error{ErrorCode::BadRequest, "no click and no box"};
    for (const Click& c : prompt.clicks) {
        if (!std::isfinite(c.x) || !std::isfinite(c.y)) {
            return Error{ErrorCode::BadRequest, "a click is not a finite number"};
        }
        if (c.x < 0 || c.y < 0 || c.x >= frame->fullWidth || c.y >= frame->fullHeight) {
            return Error{ErrorCode::BadRequest, "a click is outside the picture"};
        }
    }
    if (prompt.box) {
        const Box& b = *prompt.box;
        if (!(b.x0 < b.x1 && b.y0 < b.y1) || !std::isfinite(b.x1 - b.x0) ||
            !std::isfinite(b.y1 - b.y0)) {
            return Error{ErrorCode::BadRequest, "a box has no area or is not finite"};
        }
    }
    return {};
}

}  // namespace

SegmenterInfo DiscSegmenter::info() const {
    SegmenterInfo info;
    info.network = "disc";
    info.weightsId = "none";
    info.device = "cpu";
    info.memory = true;
    info.whyNoPanoptic = "the model disc draws discs where it is clicked";
    return info;
}

Result<void> DiscSegmenter::prefetch(const Frame&, std::stop_token stop) {
    if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped"};
    return {};
}

Result<Prediction> DiscSegmenter::predict(const Frame& frame, const Prompt& prompt, const Mask&) {
    if (auto ok = checked(frame, prompt); !ok) return ok.error();
    const auto start = std::chrono::steady_clock::now();
    const double radius = std::max(2., .1 * std::min(frame->fullWidth, frame->fullHeight));
    Prediction answer;
    answer.frame = prompt.frame;
    answer.object = prompt.object;
    answer.mask = discs(frame, prompt, radius);
    answer.score = .9f;
    answer.weightsId = "none";
    if (prompt.clicks.size() == 1 && prompt.clicks[0].positive && !prompt.box) {
        answer.alternatives.push_back({discs(frame, prompt, radius / 2), .6f});
        answer.alternatives.push_back({discs(frame, prompt, radius * 2), .5f});
    }
    answer.milliseconds =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    return answer;
}

Result<void> DiscSegmenter::remember(const Frame& frame, const std::vector<KnownMask>& masks) {
    if (auto ok = checkKnown(*frame, masks); !ok) return ok;
    std::vector<MemoryLedger::Written> pins;
    for (const auto& known : masks) pins.push_back({known.object, {known.frame, known.mask}});
    memory_.remember(std::move(pins));
    return {};
}

Result<std::vector<TrackedMask>> DiscSegmenter::step(const Frame& frame,
                                                     const std::vector<ObjectId>& objects,
                                                     std::stop_token stop) {
    if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped"};
    if (auto ok = memory_.knows(objects); !ok) return ok.error();
    const auto now = frame->index;
    std::vector<TrackedMask> answer;
    std::vector<MemoryLedger::Stepped> steps;
    for (const auto object : objects) {
        const auto held = memory_.find(object)->held();
        const auto* nearest =
            *std::min_element(held.begin(), held.end(), [&](const auto* a, const auto* b) {
                return std::abs(a->frame.value - now.value) < std::abs(b->frame.value - now.value);
            });
        const int right = now.value % kSway - nearest->frame.value % kSway;
        const MemoryEntry entry{now, shifted(nearest->mask, right, 0), .9f};
        answer.push_back({object, entry.mask, entry.quality, 1, 0});
        steps.push_back({object, entry, std::nullopt});
        if (memory_.due(now) && !entry.mask.empty()) steps.back().entry = entry;
    }
    if (stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped"};
    memory_.commit(now, std::move(steps));
    return answer;
}

}  // namespace fs2
