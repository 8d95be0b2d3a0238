#include "model/memory/memory_ledger.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace fs2 {

Result<void> MemoryLedger::configure(const MemorySettings& s) {
    const auto within = [](int value, int most) { return value >= 1 && value <= most; };
    if (!within(s.longEntries, 64))
        return Error{ErrorCode::BadRequest, "the long memory holds 1 to 64 entries"};
    if (!within(s.shortEntries, 64))
        return Error{ErrorCode::BadRequest, "the short memory holds 1 to 64 entries"};
    if (!within(s.writeEvery, 100))
        return Error{ErrorCode::BadRequest, "memory is written every 1 to 100 frames"};
    settings_ = s;
    for (auto& [id, book] : objects_) book.memory.fit(settings_, at_);
    return {};
}

std::vector<FrameIndex> MemoryLedger::reconcile(const std::vector<KnownMask>& known,
                                                FrameIndex at) {
    at_ = at;
    std::map<ObjectId, std::map<FrameIndex, KnownMask>> byObject;
    for (const auto& k : known) byObject[k.object].insert_or_assign(k.frame, k);
    for (auto& [id, book] : objects_) book.asleep = !byObject.contains(id);
    std::set<FrameIndex> wanted;
    for (const auto& [id, masks] : byObject) {
        auto& memory = objects_[id].memory;
        memory.match(masks, settings_, at);
        for (const auto frame : memory.lacking(settings_.longEntries, at)) wanted.insert(frame);
    }
    std::vector<FrameIndex> frames(wanted.begin(), wanted.end());
    std::stable_sort(frames.begin(), frames.end(), [&](FrameIndex a, FrameIndex b) {
        return std::abs(a.value - at.value) < std::abs(b.value - at.value);
    });
    return frames;
}

void MemoryLedger::truncate(const std::vector<ObjectId>& objects, FrameIndex frame,
                            RunDirection direction) {
    for (const auto object : objects)
        if (const auto it = objects_.find(object); it != objects_.end())
            it->second.memory.truncate(frame, direction);
}

namespace {
Error noEntry(FrameIndex frame, ObjectId object) {
    return {ErrorCode::NotFound, "memory has no entry of object " + std::to_string(object.value) +
                                     " on frame " + std::to_string(frame.value)};
}
}  // namespace

Result<void> MemoryLedger::pin(FrameIndex frame, ObjectId object) {
    const auto it = objects_.find(object);
    if (it == objects_.end() || !it->second.memory.pin(frame, settings_, at_))
        return noEntry(frame, object);
    return {};
}

Result<void> MemoryLedger::evict(FrameIndex frame, ObjectId object) {
    const auto it = objects_.find(object);
    if (it == objects_.end() || !it->second.memory.evict(frame)) return noEntry(frame, object);
    return {};
}

std::vector<MemoryEntryInfo> MemoryLedger::entries() const {
    using Kind = MemoryEntryInfo::Kind;
    std::vector<MemoryEntryInfo> all;
    for (const auto& [id, book] : objects_) {
        const auto add = [&, object = id](const std::vector<MemoryEntry>& store, Kind kind) {
            for (const auto& e : store) {
                std::int64_t size = 0;
                if (e.held) size = std::int64_t(e.mask.bytes() + e.pointer.size() * sizeof(float));
                if (e.tensors) size += tensorBytes({e.tensors});
                all.push_back({e.frame, object, kind, size, e.quality, e.mask.hash()});
            }
        };
        add(book.memory.pins(), Kind::Pinned);
        add(book.memory.longStore(), Kind::Long);
        add(book.memory.shortStore(), Kind::Short);
    }
    return all;
}

std::vector<MemoryLedger::Tensors> MemoryLedger::allTensors() const {
    std::vector<Tensors> all;
    const auto add = [&](const MemoryEntry& e) {
        if (e.tensors) all.push_back(e.tensors);
    };
    for (const auto& [id, book] : objects_) {
        for (const auto* store :
             {&book.memory.pins(), &book.memory.shortStore(), &book.memory.longStore()})
            for (const auto& e : *store) add(e);
        if (book.memory.last()) add(*book.memory.last());
    }
    return all;
}

std::vector<MemoryLedger::Tensors> MemoryLedger::tensorsOf(FrameIndex frame) const {
    std::vector<Tensors> found;
    for (const auto& [id, book] : objects_)
        for (const auto* e : book.memory.held())
            if (e->frame == frame && e->tensors) found.push_back(e->tensors);
    return found;
}

std::int64_t MemoryLedger::bytes() const {
    std::int64_t size = tensorBytes(allTensors());
    for (const auto& [id, book] : objects_)
        for (const auto* store :
             {&book.memory.pins(), &book.memory.shortStore(), &book.memory.longStore()})
            for (const auto& e : *store)
                size += std::int64_t(e.mask.bytes() + e.pointer.size() * sizeof(float));
    return size;
}

const ObjectMemory* MemoryLedger::find(ObjectId object) const {
    const auto it = objects_.find(object);
    if (it == objects_.end() || it->second.asleep || it->second.memory.held().empty())
        return nullptr;
    return &it->second.memory;
}

Result<void> MemoryLedger::knows(const std::vector<ObjectId>& objects) const {
    for (const auto object : objects)
        if (!find(object))
            return Error{ErrorCode::NotFound,
                         "memory knows nothing of object " + std::to_string(object.value)};
    return {};
}

void MemoryLedger::remember(std::vector<Written> pins) {
    auto next = objects_;
    for (auto& [object, entry] : pins) {
        auto& book = next[object];
        if (book.asleep) book = {};
        book.memory.remember(std::move(entry), settings_, at_);
    }
    objects_.swap(next);
}

void MemoryLedger::commit(FrameIndex frame, std::vector<Stepped> steps) {
    std::vector<ObjectMemory> next;
    next.reserve(steps.size());
    for (auto& step : steps) {
        next.push_back(objects_.at(step.object).memory);
        if (step.entry) next.back().write(std::move(*step.entry), settings_);
        next.back().setLast(std::move(step.last));
    }
    for (std::size_t i = 0; i < steps.size(); ++i)
        objects_.at(steps[i].object).memory = std::move(next[i]);
    at_ = frame;
}

Result<void> checkKnown(const FrameData& frame, const std::vector<KnownMask>& masks) {
    const auto bad = [](const KnownMask& known, const std::string& why) {
        return Error{ErrorCode::BadRequest,
                     "the mask of object " + std::to_string(known.object.value) + why};
    };
    for (const auto& known : masks) {
        if (known.frame != frame.index)
            return bad(known, " is of frame " + std::to_string(known.frame.value) +
                                  ", not of frame " + std::to_string(frame.index.value));
        if (known.mask.width() != frame.fullWidth || known.mask.height() != frame.fullHeight)
            return bad(known, " has another size than the picture");
    }
    return {};
}

}  // namespace fs2
