// Checkpoints that people bring: PyTorch's .pth/.pt (zip, and the format from before PyTorch 1.6)
// and safetensors, read without PyTorch and without running anything that they contain
// (model/checkpoints/pickle.h). The file is mapped; tensors are views of it. Values; any thread. Errors:
// NotFound, Unreadable, Unsupported; the detail names the file.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/result.h"
#include "model/checkpoints/mapped_file.h"

namespace fs2 {

/// A tensor inside a file: it may be a part of its storage, transposed, or share it with others.
/// Every element lies inside the storage.
struct CheckpointTensor {
    std::string dtype;  ///< as safetensors writes it: F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;  ///< in elements, none negative
    std::uint64_t offset = 0;           ///< of the first element, in elements
    std::string_view storage;

    std::uint64_t bytes() const;  ///< of the tensor alone
    std::string data() const;     ///< its elements in row-major order, little-endian
};

struct Checkpoint {
    std::string format;  ///< "PyTorch", "PyTorch before 1.6" or "safetensors"
    std::string
        from;  ///< the key of the file that holds the weights, as "state_dict"; may be empty
    std::map<std::string, CheckpointTensor>
        tensors;                       ///< by the file's own names; a lone one: "tensor"
    std::vector<std::string> ignored;  ///< what else the file holds: "optimizer", "meta" …
    std::map<std::string, std::string> metadata;  ///< of a safetensors file
    std::string id;  ///< 16 hexadecimal digits of the file's bytes, as SegmenterInfo::weightsId
    MappedFile file;
};

Result<Checkpoint> readCheckpoint(const std::string& path);
/// The same of bytes in memory, which must outlive the result; `id` and `file` stay empty.
Result<Checkpoint> parseCheckpoint(std::string_view bytes);

}  // namespace fs2
