// ZipArchive: reads zip files (PyTorch checkpoints, numpy's .npz): stored and deflated entries,
// zip64. It looks at bytes that somebody else holds and writes nothing to disk: an entry's name is
// a key, never a path. Every offset and size is checked before it is used. Any thread. Errors:
// Unreadable, Unsupported (encrypted, other compression); details name the entry, not the file.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

struct ZipEntry {
    std::string name;
    std::uint32_t crc = 0;    ///< of the unpacked bytes, as the archive says
    bool deflated = false;    ///< else stored: `packed` are the bytes themselves
    std::string_view packed;  ///< inside the archive's bytes
    std::uint64_t size = 0;   ///< unpacked; what the archive says
};

class ZipArchive {
  public:
    /// Reads the directory. `bytes` stay the caller's and must outlive the archive.
    static Result<ZipArchive> open(std::string_view bytes);

    const std::vector<ZipEntry>& entries() const { return entries_; }  ///< by name
    const ZipEntry* find(std::string_view name) const;                 ///< null where there is none
    /// A copy of the entry's bytes, unpacked and with its checksum verified. Unreadable where it
    /// would have more than `limit` bytes; no more than that is ever allocated.
    static Result<std::string> read(const ZipEntry& entry, std::uint64_t limit);
    /// Whether the stored bytes of the entry have the checksum that the archive names. PyTorch can
    /// leave checksums out, all are 0 then: true.
    static bool intact(const ZipEntry& entry);
    /// Whether `bytes` begin as a zip file does.
    static bool looksLike(std::string_view bytes) { return bytes.starts_with("PK\3\4"); }

  private:
    std::vector<ZipEntry> entries_;
};

}  // namespace fs2
