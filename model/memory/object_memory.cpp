#include "model/memory/object_memory.h"

#include <algorithm>
#include <cstdlib>

namespace fs2 {

namespace {

int distance(FrameIndex a, FrameIndex b) {
    return std::abs(a.value - b.value);
}

void release(MemoryEntry& pin) {
    pin.held = false;
    pin.tensors = nullptr;
    pin.pointer.clear();
}

/// The nearest first; of two as near the earlier.
void sortByDistance(std::vector<const MemoryEntry*>& entries, FrameIndex at) {
    std::sort(entries.begin(), entries.end(), [&](const auto* a, const auto* b) {
        const int da = distance(a->frame, at), db = distance(b->frame, at);
        return da != db ? da < db : a->frame < b->frame;
    });
}

}  // namespace

MemoryEntry* ObjectMemory::pinAt(FrameIndex frame) {
    const auto it =
        std::find_if(pins_.begin(), pins_.end(), [&](const auto& p) { return p.frame == frame; });
    return it == pins_.end() ? nullptr : &*it;
}

std::optional<MemoryEntry> ObjectMemory::take(FrameIndex frame) {
    for (auto* store : {&short_, &long_}) {
        const auto it = std::find_if(store->begin(), store->end(),
                                     [&](const auto& e) { return e.frame == frame; });
        if (it == store->end()) continue;
        auto entry = std::move(*it);
        store->erase(it);
        return entry;
    }
    return std::nullopt;
}

void ObjectMemory::addPin(MemoryEntry entry) {
    if (entry.mask.empty()) release(entry);
    if (auto* known = pinAt(entry.frame)) {
        *known = std::move(entry);
        return;
    }
    const auto after = std::upper_bound(pins_.begin(), pins_.end(), entry.frame,
                                        [](FrameIndex f, const auto& p) { return f < p.frame; });
    pins_.insert(after, std::move(entry));
}

std::size_t ObjectMemory::heldPins() const {
    return std::size_t(
        std::count_if(pins_.begin(), pins_.end(), [](const auto& p) { return p.held; }));
}

std::size_t ObjectMemory::room(const MemorySettings& settings) const {
    const auto pins = heldPins(), all = std::size_t(settings.longEntries);
    return pins < all ? all - pins : 0;
}

void ObjectMemory::remember(MemoryEntry entry, const MemorySettings& settings, FrameIndex at) {
    take(entry.frame);
    if (last_ && last_->frame == entry.frame) last_.reset();
    addPin(std::move(entry));
    fit(settings, at);
}

void ObjectMemory::offer(MemoryEntry entry, const MemorySettings& settings) {
    std::vector<float> qualities;
    for (const auto* store : {&short_, &long_})
        for (const auto& e : *store) qualities.push_back(e.quality);
    if (refuses(settings.policy, entry.quality, std::move(qualities))) return;
    long_.push_back(std::move(entry));
    while (long_.size() > room(settings))
        long_.erase(long_.begin() + std::ptrdiff_t(leaves(settings.policy, long_, pins_)));
}

void ObjectMemory::write(MemoryEntry entry, const MemorySettings& settings) {
    if (pinAt(entry.frame)) return;
    take(entry.frame);
    short_.push_back(std::move(entry));
    while (short_.size() > std::size_t(settings.shortEntries)) {
        auto oldest = std::move(short_.front());
        short_.erase(short_.begin());
        offer(std::move(oldest), settings);
    }
}

bool ObjectMemory::pin(FrameIndex frame, const MemorySettings& settings, FrameIndex at) {
    if (pinAt(frame)) return true;
    auto entry = take(frame);
    if (!entry) return false;
    addPin(std::move(*entry));
    fit(settings, at);
    return true;
}

bool ObjectMemory::evict(FrameIndex frame) {
    if (take(frame)) return true;
    return std::erase_if(pins_, [&](const auto& p) { return p.frame == frame; }) > 0;
}

void ObjectMemory::truncate(FrameIndex frame, RunDirection direction) {
    const auto ahead = [&](const MemoryEntry& e) {
        return direction == RunDirection::Forward ? e.frame >= frame : e.frame <= frame;
    };
    std::erase_if(short_, ahead);
    std::erase_if(long_, ahead);
    if (last_ && ahead(*last_)) last_.reset();
}

void ObjectMemory::match(const std::map<FrameIndex, KnownMask>& known,
                         const MemorySettings& settings, FrameIndex at) {
    const auto differs = [&](const MemoryEntry& e) {
        const auto it = known.find(e.frame);
        return it == known.end() || !(it->second.mask == e.mask);
    };
    std::erase_if(pins_, differs);
    std::erase_if(short_, differs);
    std::erase_if(long_, differs);
    // The document may keep "absent" where the model's mask is empty.
    if (last_ && differs(*last_) && !(last_->mask.empty() && !known.contains(last_->frame)))
        last_.reset();
    for (const auto& [frame, mask] : known) {
        if (!mask.confirmed || pinAt(frame)) continue;
        auto entry = take(frame);
        if (entry) entry->quality = 1;
        addPin(entry ? std::move(*entry) : MemoryEntry{frame, mask.mask, 1, {}, nullptr, false});
    }
    fit(settings, at);
}

void ObjectMemory::fit(const MemorySettings& settings, FrameIndex at) {
    while (heldPins() > std::size_t(settings.longEntries)) {
        MemoryEntry* farthest = nullptr;
        for (auto& pin : pins_)
            if (pin.held && (!farthest || distance(pin.frame, at) >= distance(farthest->frame, at)))
                farthest = &pin;
        release(*farthest);
    }
    while (short_.size() > std::size_t(settings.shortEntries)) {
        auto oldest = std::move(short_.front());
        short_.erase(short_.begin());
        offer(std::move(oldest), settings);
    }
    while (long_.size() > room(settings))
        long_.erase(long_.begin() + std::ptrdiff_t(leaves(settings.policy, long_, pins_)));
}

std::vector<FrameIndex> ObjectMemory::lacking(int most, FrameIndex at) const {
    std::vector<const MemoryEntry*> nearest;
    for (const auto& pin : pins_)
        if (!pin.mask.empty()) nearest.push_back(&pin);
    sortByDistance(nearest, at);
    if (nearest.size() > std::size_t(most)) nearest.resize(std::size_t(most));
    std::vector<FrameIndex> frames;
    for (const auto* pin : nearest)
        if (!pin->held) frames.push_back(pin->frame);
    return frames;
}

std::vector<const MemoryEntry*> ObjectMemory::held() const {
    std::vector<const MemoryEntry*> entries;
    for (const auto* store : {&pins_, &short_, &long_})
        for (const auto& e : *store)
            if (e.held) entries.push_back(&e);
    std::sort(entries.begin(), entries.end(),
              [](const auto* a, const auto* b) { return a->frame < b->frame; });
    return entries;
}

const MemoryEntry* ObjectMemory::neighbour(FrameIndex frame) const {
    if (last_ && distance(last_->frame, frame) == 1) return &*last_;
    for (const int side : {-1, 1})
        for (const auto& pin : pins_)
            if (pin.frame.value == frame.value + side) return &pin;
    return nullptr;
}

void ObjectMemory::assign(std::vector<MemoryEntry> pins, std::vector<MemoryEntry> shortStore,
                          std::vector<MemoryEntry> longStore, std::optional<MemoryEntry> last) {
    pins_ = std::move(pins);
    short_ = std::move(shortStore);
    long_ = std::move(longStore);
    last_ = std::move(last);
}

}  // namespace fs2
