// TarWriter: a ustar file, member by member, as WebDataset reads it. Written to NAME.part and renamed by
// finish(). One thread.
#pragma once
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include "annotation/core/result.h"

namespace fs2 {

class TarWriter {
  public:
    explicit TarWriter(std::string path);
    ~TarWriter();  ///< without finish() the unfinished file is removed
    TarWriter(const TarWriter&) = delete;
    TarWriter& operator=(const TarWriter&) = delete;

    /// `name` has at most 100 bytes; times and owners are 0, so the same input gives the same bytes.
    Result<void> add(const std::string& name, std::string_view bytes);
    std::int64_t bytes() const { return bytes_; }
    Result<void> finish();

  private:
    Result<void> put(std::string_view bytes);

    std::string path_;
    std::ofstream out_;
    std::int64_t bytes_ = 0;
    bool finished_ = false;
};

}  // namespace fs2
