#include "app/session/propagation.h"

#include <algorithm>

#include "app/session/frame_feed.h"

namespace fs2 {
namespace {

/// So many frames in a row that cannot be decoded are a film that is gone, not a film with faults.
constexpr int kMostLost = 25;

std::vector<FrameIndex> framesOf(const RunLeg& leg) {
    std::vector<FrameIndex> frames;
    const int step = leg.step();
    for (FrameIndex f = leg.first; f.value != leg.last.value + step; f.value += step) frames.push_back(f);
    return frames;
}

}  // namespace

Propagation::Propagation(Segmenter& segmenter, const RunRequest& request, const Deliver& deliver)
    : segmenter_(segmenter),
      request_(request),
      deliver_(deliver),
      weights_(segmenter.info().weightsId) {
    for (const KnownMask& mask : request.known) {
        known_[{mask.object, mask.frame}] = mask;
        if (mask.confirmed) pins_[mask.frame].push_back(mask);
    }
}

Result<void> Propagation::run() {
    if (!segmenter_.memory()) return Error{ErrorCode::Unsupported, segmenter_.info().whyNoMemory};
    forgetRemoved();
    for (const RunLeg& leg : request_.legs) {
        if (auto done = runLeg(leg); !done) return done;
    }
    return {};
}

void Propagation::forgetRemoved() {
    std::set<ObjectId> removed;
    for (const MemoryEntryInfo& entry : segmenter_.memory()->entries()) {
        if (!request_.existing.count(entry.object)) removed.insert(entry.object);
    }
    for (ObjectId object : removed) segmenter_.memory()->forget(object);
}

std::vector<KnownMask> Propagation::known() const {
    std::vector<KnownMask> all;
    all.reserve(known_.size());
    for (const auto& [key, mask] : known_) all.push_back(mask);
    return all;
}

Result<void> Propagation::runLeg(const RunLeg& leg) {
    StreamingMemory& memory = *segmenter_.memory();
    const std::vector<FrameIndex> lacking = memory.reconcile(known(), leg.first);
    memory.truncate(request_.objects, leg.first, leg.direction());
    std::vector<FrameIndex> order = lacking;
    const std::vector<FrameIndex> path = framesOf(leg);
    order.insert(order.end(), path.begin(), path.end());
    FrameFeed feed(request_.open, std::move(order), request_.shown);
    std::size_t conditioning = lacking.size();
    while (auto fed = feed.next(request_.stop)) {
        if (!fed->picture) {
            const Error& error = fed->picture.error();
            ++lost_;
            const bool costsAFrame = error.code == ErrorCode::Unreadable && !fed->isGone;
            if (!costsAFrame || ++lostInARow_ > kMostLost) return error;
        } else {
            lostInARow_ = 0;
            auto done = conditioning > 0 ? remember(*fed->picture, fed->frame) : pass(*fed->picture, fed->frame);
            if (!done) return done;
        }
        if (conditioning > 0) --conditioning;
    }
    if (request_.stop.stop_requested()) return Error{ErrorCode::Cancelled, "stopped"};
    return {};
}

bool Propagation::knows(FrameIndex frame, ObjectId object) const {
    const auto entries = segmenter_.memory()->entries();
    return std::any_of(entries.begin(), entries.end(), [&](const MemoryEntryInfo& entry) {
        return entry.frame == frame && entry.object == object && entry.bytes > 0;  // else a name only
    });
}

/// The pins of that frame that memory does not hold.
Result<void> Propagation::remember(const Frame& picture, FrameIndex frame) {
    const auto pins = pins_.find(frame);
    if (pins == pins_.end()) return {};
    std::vector<KnownMask> lacking;
    for (const KnownMask& pin : pins->second) {
        if (!knows(frame, pin.object)) lacking.push_back(pin);
    }
    return lacking.empty() ? Result<void>() : segmenter_.remember(picture, lacking);
}

/// One frame of the run.
Result<void> Propagation::pass(const Frame& picture, FrameIndex frame) {
    if (auto done = remember(picture, frame); !done) return done;
    std::vector<ObjectId> asked;
    for (ObjectId object : request_.objects) {
        if (!request_.held.count({frame, object})) asked.push_back(object);
    }
    if (const auto pins = pins_.find(frame); pins != pins_.end()) {
        for (const KnownMask& pin : pins->second) doubts_.see(pin.object, pin.mask);
    }
    Tracked answer{request_.job, frame, picture, {}};
    if (!asked.empty()) {
        auto masks = segmenter_.step(picture, asked, request_.stop);
        if (!masks) return masks.error();
        const auto readings = doubts_.read(*masks);
        for (std::size_t i = 0; i < masks->size(); ++i) {
            const TrackedMask& mask = (*masks)[i];
            LabelRecord row;
            row.item = request_.item;
            row.frame = row.prompt.frame = frame;
            row.object = row.prompt.object = mask.object;
            row.mask = mask.mask;
            if (row.mask.isNull()) row.mask = Mask::blank(picture->fullWidth, picture->fullHeight);
            known_[{mask.object, frame}] = {frame, mask.object, row.mask, false};
            row.provenance = Provenance::Model;
            row.score = mask.score;
            row.weightsId = weights_;
            row.state = mask.mask.empty() ? LabelState::Absent : LabelState::Seen;
            row.doubt = readings[i].value;
            row.cause = readings[i].cause;
            answer.labels.push_back(std::move(row));
        }
    }
    deliver_(ClipAnswer{std::move(answer)});
    return {};
}

}  // namespace fs2
