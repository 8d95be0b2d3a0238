#include "app/cli/propagate.h"

#include <algorithm>
#include <map>

namespace fs2::cli {

namespace {

/// So many broken frames in a row are no film any more.
constexpr int kMostLost = 25;

class Run {
  public:
    Run(Segmenter& segmenter, ClipMedia& media, const RunPlan& plan, std::stop_token stop)
        : segmenter_(segmenter),
          media_(media),
          plan_(plan),
          stop_(std::move(stop)),
          way_(plan.to < plan.from ? -1 : 1) {
        for (const auto& known : plan.known)
            if (known.confirmed) confirmed_[known.frame.value].push_back(known);
    }

    Result<void> operator()(const std::function<void(const RunFrame&)>& take) {
        media_.play(way_ > 0 ? Playing::Forward : Playing::Backward);
        if (auto ready = prepare(); !ready) return ready;
        for (int number = plan_.from; number * way_ <= plan_.to * way_; number += way_) {
            if (stop_.stop_requested()) return Error{ErrorCode::Cancelled, "stopped"};
            auto found = at(number);
            if (!found) return found.error();
            take(*found);
        }
        return {};
    }

  private:
    /// Memory as the document has it, and nothing of what an earlier run wrote from here on.
    Result<void> prepare() {
        auto& memory = *segmenter_.memory();
        const FrameIndex start{plan_.from};
        const auto lacking = memory.reconcile(plan_.known, start);
        std::vector<ObjectId> all;
        for (const auto& object : plan_.objects) all.push_back(object.id);
        memory.truncate(all, start, way_ > 0 ? RunDirection::Forward : RunDirection::Backward);
        for (const auto frame : lacking)
            if (auto done = remember(frame.value); !done) return done;
        return {};
    }

    /// The confirmed masks of that frame that memory does not hold.
    Result<void> remember(int number) {
        const auto there = confirmed_.find(number);
        if (there == confirmed_.end()) return {};
        const auto entries = segmenter_.memory()->entries();
        std::vector<KnownMask> lacking;
        for (const auto& mask : there->second) {
            const bool held = std::any_of(entries.begin(), entries.end(), [&](const MemoryEntryInfo& e) {
                return e.frame == mask.frame && e.object == mask.object && e.bytes > 0;
            });
            if (!held) lacking.push_back(mask);
        }
        if (lacking.empty()) return {};
        const auto frame = media_.frame(number, stop_);
        if (!frame) return frame.error();
        return segmenter_.remember(*frame, lacking);
    }

    Result<RunFrame> at(int number) {
        RunFrame found{number, {}, {}};
        if (auto done = remember(number); !done) return done.error();
        std::vector<ObjectId> asked;
        for (const auto& object : plan_.objects)
            if ((number - object.from) * way_ >= 0 && !known(number, object.id)) asked.push_back(object.id);
        std::vector<TrackedMask> tracked;
        if (!asked.empty()) {
            const auto frame = media_.frame(number, stop_);
            if (!frame) return lost(std::move(found), frame.error());
            lostInARow_ = 0;
            auto answer = segmenter_.step(*frame, asked, stop_);
            if (!answer) return answer.error();
            tracked = std::move(*answer);
        }
        std::size_t next = 0;
        for (const auto& object : plan_.objects) {
            if (const auto* mask = known(number, object.id))
                found.masks.push_back({object.id, mask->mask, 1, 1, 0});
            else if (next < tracked.size() && tracked[next].object == object.id)
                found.masks.push_back(std::move(tracked[next++]));
        }
        return found;
    }

    Result<RunFrame> lost(RunFrame frame, const Error& error) {
        if (error.code != ErrorCode::Unreadable || ++lostInARow_ > kMostLost) return error;
        frame.lost = error.detail;
        return frame;
    }

    const KnownMask* known(int number, ObjectId object) const {
        const auto there = confirmed_.find(number);
        if (there == confirmed_.end()) return nullptr;
        const auto mask = std::find_if(there->second.begin(), there->second.end(),
                                       [&](const KnownMask& k) { return k.object == object; });
        return mask == there->second.end() ? nullptr : &*mask;
    }

    Segmenter& segmenter_;
    ClipMedia& media_;
    const RunPlan& plan_;
    const std::stop_token stop_;
    const int way_;  ///< 1 forward, -1 backward
    int lostInARow_ = 0;
    std::map<int, std::vector<KnownMask>> confirmed_;  ///< by frame
};

}  // namespace

Result<void> propagate(Segmenter& segmenter, ClipMedia& media, const RunPlan& plan,
                       const std::function<void(const RunFrame&)>& take, std::stop_token stop) {
    return Run(segmenter, media, plan, std::move(stop))(take);
}

}  // namespace fs2::cli
