#include "app/cli/request_queue.h"

#include <utility>

namespace fs2::cli {

bool RequestQueue::push(std::string line, std::string id) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || waiting_.size() < capacity_; });
    if (ended_) return false;
    waiting_.push_back({std::move(line), std::move(id), {}});
    changed_.notify_all();
    return true;
}

void RequestQueue::close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

std::optional<RequestQueue::Request> RequestQueue::next() {
    std::unique_lock lock(mutex_);
    running_.reset();
    changed_.wait(lock, [this] { return ended_ || closed_ || !waiting_.empty(); });
    if (ended_ || waiting_.empty()) return std::nullopt;
    running_ = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return Request{running_->line, running_->id, running_->stop.get_token()};
}

bool RequestQueue::cancel(const std::string& id) {
    std::lock_guard lock(mutex_);
    bool found = false;
    const auto stop = [&](Entry& entry) {
        if (entry.id != id) return;
        entry.stop.request_stop();
        found = true;
    };
    if (running_) stop(*running_);
    for (auto& entry : waiting_) stop(entry);
    return found;
}

void RequestQueue::end() {
    std::lock_guard lock(mutex_);
    ended_ = true;
    if (running_) running_->stop.request_stop();
    changed_.notify_all();
}

}  // namespace fs2::cli
