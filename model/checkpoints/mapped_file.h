// MappedFile: the bytes of a file, read only, mapped instead of copied. A copy is a reference;
// views of its bytes live as long as one of them. Any thread. Another program that shortens the
// file meanwhile ends this one (SIGBUS): checkpoints are replaced by rename, not rewritten. Errors:
// NotFound, Unreadable.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "annotation/core/result.h"

namespace fs2 {

class MappedFile {
  public:
    static Result<MappedFile> open(const std::string& path);
    std::string_view bytes() const { return {data_.get(), size_}; }

  private:
    std::shared_ptr<const char> data_;  ///< unmaps itself
    std::size_t size_ = 0;
};

}  // namespace fs2
