// FrameCache: decoded pictures by name, bounded in bytes; the longest unused go first. Its own lock; any
// thread. The owner decides what a key is (a path, a path and frame number).
#pragma once
#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "annotation/core/frame.h"

namespace fs2 {

class FrameCache {
  public:
    explicit FrameCache(std::size_t maxBytes) : maxBytes_(maxBytes) {}
    /// Null where it is not held.
    Frame find(const std::string& key);
    /// A picture larger than the whole budget is held alone.
    void insert(const std::string& key, Frame frame);
    void remove(const std::string& key);
    void clear();
    std::size_t bytes() const;
    std::size_t size() const;

  private:
    struct Entry {
        std::string key;
        Frame frame;
    };
    void drop(std::list<Entry>::iterator entry);

    mutable std::mutex mutex_;
    const std::size_t maxBytes_;
    std::size_t bytes_ = 0;
    std::list<Entry> entries_;  ///< the latest used first
    std::unordered_map<std::string, std::list<Entry>::iterator> byKey_;
};

}  // namespace fs2
