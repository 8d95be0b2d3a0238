#include "annotation/core/files.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>

namespace fs2 {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

ErrorCode codeOf(int systemError, FileUse use) {
    switch (systemError) {
        case ENOSPC:
        case EDQUOT: return ErrorCode::DiskFull;
        case ENOENT:
        case ENOTDIR: return ErrorCode::NotFound;
        case EACCES:
        case EPERM:
        case EROFS: return use == FileUse::Writing ? ErrorCode::ReadOnly : ErrorCode::Unreadable;
        case ENOMEM: return ErrorCode::OutOfMemory;
        default: return use == FileUse::Writing ? ErrorCode::Internal : ErrorCode::Unreadable;
    }
}

}  // namespace

Error fileError(const std::string& path, int systemError, FileUse use) {
    return {codeOf(systemError, use), path + ": " + std::generic_category().message(systemError)};
}

Result<std::string> readWholeFile(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        return fileError(path, EISDIR, FileUse::Reading);
    }
    File file(std::fopen(path.c_str(), "rb"));
    if (!file) return fileError(path, errno, FileUse::Reading);
    std::string bytes;
    const auto size = std::filesystem::file_size(path, ignored);
    if (!ignored) bytes.reserve(size);
    char block[1 << 16];
    while (const std::size_t got = std::fread(block, 1, sizeof block, file.get())) {
        bytes.append(block, got);
    }
    if (std::ferror(file.get())) return fileError(path, errno, FileUse::Reading);
    return bytes;
}

std::string userCacheFolder() {
    const auto given = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value ? value : "");
    };
    const auto cache = given("XDG_CACHE_HOME");
    return (cache.empty() ? given("HOME") + "/.cache" : cache) + "/fastsam2-studio";
}

std::string temporaryName(const std::string& path) { return path + ".part"; }

Result<void> renameIntoPlace(const std::string& path) {
    std::error_code fault;
    std::filesystem::rename(temporaryName(path), path, fault);
    if (!fault) return {};
    std::error_code ignored;
    std::filesystem::remove(temporaryName(path), ignored);
    return fileError(path, fault.value(), FileUse::Writing);
}

Result<void> writeWholeFile(const std::string& path, std::string_view bytes) {
    const std::string temporary = temporaryName(path);
    File file(std::fopen(temporary.c_str(), "wb"));
    if (!file) return fileError(path, errno, FileUse::Writing);
    bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
    written = written && std::fflush(file.get()) == 0;
    const int fault = errno;
    file.reset();
    if (!written) {
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        return fileError(path, fault, FileUse::Writing);
    }
    return renameIntoPlace(path);
}

}  // namespace fs2
