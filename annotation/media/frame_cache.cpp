#include "annotation/media/frame_cache.h"

namespace fs2 {

Frame FrameCache::find(const std::string& key) {
    std::lock_guard lock(mutex_);
    const auto found = byKey_.find(key);
    if (found == byKey_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->frame;
}

void FrameCache::insert(const std::string& key, Frame frame) {
    if (!frame) return;
    std::lock_guard lock(mutex_);
    if (const auto found = byKey_.find(key); found != byKey_.end()) drop(found->second);
    bytes_ += frame->bytes();
    entries_.push_front({key, std::move(frame)});
    byKey_[key] = entries_.begin();
    while (bytes_ > maxBytes_ && entries_.size() > 1) drop(std::prev(entries_.end()));
}

void FrameCache::remove(const std::string& key) {
    std::lock_guard lock(mutex_);
    if (const auto found = byKey_.find(key); found != byKey_.end()) drop(found->second);
}

void FrameCache::clear() {
    std::lock_guard lock(mutex_);
    entries_.clear();
    byKey_.clear();
    bytes_ = 0;
}

std::size_t FrameCache::bytes() const {
    std::lock_guard lock(mutex_);
    return bytes_;
}

std::size_t FrameCache::size() const {
    std::lock_guard lock(mutex_);
    return entries_.size();
}

void FrameCache::drop(std::list<Entry>::iterator entry) {
    bytes_ -= entry->frame->bytes();
    byKey_.erase(entry->key);
    entries_.erase(entry);
}

}  // namespace fs2
