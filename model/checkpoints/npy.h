// numpy's .npy arrays and .npz files (zip files of them), read. C order only. Values; any thread.
// Errors: NotFound, Unreadable, Unsupported (Fortran order, other types); readNpz() names the file.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

struct NpyArray {
    std::string dtype;  ///< as safetensors writes it: F64 F32 F16 I64 I32 I16 I8 U8 BOOL
    std::vector<std::int64_t> shape;
    std::string bytes;  ///< little-endian, C order; as many as shape and type say

    std::size_t count() const;  ///< product of the shape
    /// The values as they are stored; Unsupported where the type is another one. T is float,
    /// double, std::int32_t, std::int64_t or std::uint8_t (which reads BOOL too).
    template <class T>
    Result<std::vector<T>> values() const;
};

Result<NpyArray> parseNpy(std::string_view bytes);
/// All arrays of a .npz file by name (without ".npy"); at most `limit` bytes of them.
Result<std::map<std::string, NpyArray>> readNpz(const std::string& path,
                                                std::uint64_t limit = 1ull << 30);

}  // namespace fs2
