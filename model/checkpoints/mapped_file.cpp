#include "model/checkpoints/mapped_file.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "annotation/core/files.h"

namespace fs2 {

namespace {

/// A file descriptor that closes itself.
struct Descriptor {
    explicit Descriptor(const std::string& path)
        : number(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    const int number;
};

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
    const Descriptor file(path);
    struct stat status {};
    if (file.number < 0 || ::fstat(file.number, &status) != 0)
        return fileError(path, errno, FileUse::Reading);
    if (S_ISDIR(status.st_mode)) return fileError(path, EISDIR, FileUse::Reading);
    if (!S_ISREG(status.st_mode)) return Error{ErrorCode::Unreadable, path + ": is no file"};
    MappedFile mapped;
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return mapped;  // nothing can be mapped, and the bytes are none
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number, 0);
    if (data == MAP_FAILED) return fileError(path, errno, FileUse::Reading);
    mapped.data_ = {static_cast<const char*>(data),
                    [data, size](const char*) { ::munmap(data, size); }};
    mapped.size_ = size;
    return mapped;
}

}  // namespace fs2
