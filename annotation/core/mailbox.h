// Mailbox: requests to a worker, by key. Overflow policy: replace (the latest of a key wins). The
// highest priority leaves first; among equals, the key that came first. Any thread.
#pragma once
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace fs2 {

template <class Key, class Value>
class Mailbox {
  public:
    /// Replaces the waiting value of this key, which keeps its place.
    void put(Key key, int priority, Value value) {
        {
            std::lock_guard lock(mutex_);
            auto slot = find(key);
            if (slot != slots_.end()) {
                slot->priority = priority;
                slot->value = std::move(value);
            } else {
                slots_.push_back({std::move(key), priority, std::move(value)});
            }
        }
        filled_.notify_one();
    }
    /// Waits for a value; nothing when stop is requested.
    std::optional<Value> take(std::stop_token stop) {
        std::unique_lock lock(mutex_);
        if (!filled_.wait(lock, stop, [this] { return !slots_.empty(); }) || stop.stop_requested()) {
            return std::nullopt;
        }
        return takeBest();
    }
    /// What waits now, or nothing.
    std::optional<Value> tryTake() {
        std::lock_guard lock(mutex_);
        return slots_.empty() ? std::nullopt : takeBest();
    }
    /// False where nothing of this key waited.
    bool remove(const Key& key) {
        std::lock_guard lock(mutex_);
        auto slot = find(key);
        if (slot == slots_.end()) return false;
        slots_.erase(slot);
        return true;
    }
    void clear() {
        std::lock_guard lock(mutex_);
        slots_.clear();
    }
    std::size_t size() const {
        std::lock_guard lock(mutex_);
        return slots_.size();
    }

  private:
    struct Slot {
        Key key;
        int priority = 0;
        Value value;
    };
    auto find(const Key& key) {
        return std::find_if(slots_.begin(), slots_.end(),
                            [&](const Slot& slot) { return slot.key == key; });
    }
    std::optional<Value> takeBest() {
        auto best = std::max_element(slots_.begin(), slots_.end(), [](const Slot& a, const Slot& b) {
            return a.priority < b.priority;
        });
        std::optional<Value> value(std::move(best->value));
        slots_.erase(best);
        return value;
    }

    mutable std::mutex mutex_;
    std::condition_variable_any filled_;
    std::vector<Slot> slots_;  ///< in order of arrival
};

}  // namespace fs2
