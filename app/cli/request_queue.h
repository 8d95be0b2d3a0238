// RequestQueue: the lines of `serve` on their way from the thread that reads standard input to the main
// thread, so that a request can be cancelled while it runs or waits. Overflow policy: block (the reader
// waits, nothing is dropped). Its own lock; two threads.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace fs2::cli {

class RequestQueue {
  public:
    struct Request {
        std::string line;
        std::string id;       ///< as JSON text; empty where the line has none
        std::stop_token stop; ///< asked for by cancel() and by end()
    };
    explicit RequestQueue(std::size_t capacity) : capacity_(capacity) {}

    /// The reader's: waits for room; false after end().
    bool push(std::string line, std::string id);
    /// The reader's: no more lines come; what waits is still answered.
    void close();
    /// The next request, from now on the running one; nothing when closed and drained, or ended.
    std::optional<Request> next();
    /// Stops the request of that id, running or waiting; false where there is none.
    bool cancel(const std::string& id);
    /// Stops all of them and the waiting of both threads.
    void end();

  private:
    struct Entry {
        std::string line;
        std::string id;
        std::stop_source stop;
    };
    const std::size_t capacity_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Entry> waiting_;
    std::optional<Entry> running_;
    bool closed_ = false;
    bool ended_ = false;
};

}  // namespace fs2::cli
