// Inbox: values from the workers to the GUI thread. Overflow policy: none, unbounded, because a worker
// never waits for the GUI; the GUI takes all at once. Any thread delivers; its owner takes.
#pragma once
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace fs2 {

template <class T>
class Inbox {
  public:
    /// `wake` is called on the delivering thread, outside the lock, when the Inbox was empty: it posts
    /// one queued call to the owner.
    explicit Inbox(std::function<void()> wake) : wake_(std::move(wake)) {}

    void deliver(T value) {
        bool wasEmpty = false;
        {
            std::lock_guard lock(mutex_);
            wasEmpty = values_.empty();
            values_.push_back(std::move(value));
        }
        if (wasEmpty && wake_) wake_();
    }
    /// All that waits, in order of delivery.
    std::vector<T> takeAll() {
        std::lock_guard lock(mutex_);
        return std::exchange(values_, {});
    }

  private:
    std::mutex mutex_;
    std::vector<T> values_;
    const std::function<void()> wake_;
};

}  // namespace fs2
