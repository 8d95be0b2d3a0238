// BoundedQueue: frames on their way from the decoder to the worker. Overflow policy: block (the
// producer waits, nothing is dropped). Every wait takes a stop_token. Any thread.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace fs2 {

template <class T>
class BoundedQueue {
  public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

    /// Waits for room; false when stopped or closed (the value is then lost).
    bool push(T value, std::stop_token stop) {
        {
            std::unique_lock lock(mutex_);
            const bool woken = changed_.wait(
                lock, stop, [this] { return closed_ || values_.size() < capacity_; });
            if (!woken || closed_ || stop.stop_requested()) return false;
            values_.push_back(std::move(value));
        }
        changed_.notify_all();
        return true;
    }
    /// Waits for a value; nothing when stopped, or when closed and drained.
    std::optional<T> pop(std::stop_token stop) {
        std::optional<T> value;
        {
            std::unique_lock lock(mutex_);
            const bool woken =
                changed_.wait(lock, stop, [this] { return closed_ || !values_.empty(); });
            if (!woken || stop.stop_requested() || values_.empty()) return std::nullopt;
            value = std::move(values_.front());
            values_.pop_front();
        }
        changed_.notify_all();
        return value;
    }
    /// No more values come: the consumer drains what is left, producers give up.
    void close() {
        {
            std::lock_guard lock(mutex_);
            closed_ = true;
        }
        changed_.notify_all();
    }
    /// Drops what waits and opens the queue again.
    void reset() {
        {
            std::lock_guard lock(mutex_);
            values_.clear();
            closed_ = false;
        }
        changed_.notify_all();
    }
    std::size_t size() const {
        std::lock_guard lock(mutex_);
        return values_.size();
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<T> values_;
    const std::size_t capacity_;
    bool closed_ = false;
};

}  // namespace fs2
