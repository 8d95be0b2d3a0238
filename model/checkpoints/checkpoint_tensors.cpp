#include "model/checkpoints/checkpoint_tensors.h"

#include <cstring>

namespace fs2 {

torch::Tensor floatTensor(std::string_view dtype, const std::vector<std::int64_t>& shape,
                          std::string_view bytes) {
    constexpr std::pair<std::string_view, torch::ScalarType> kTypes[] = {
        {"F32", torch::kFloat},     {"F64", torch::kDouble}, {"F16", torch::kHalf},
        {"BF16", torch::kBFloat16}, {"I64", torch::kLong},   {"I32", torch::kInt},
        {"I16", torch::kShort},     {"I8", torch::kChar},    {"U8", torch::kByte},
        {"BOOL", torch::kBool}};
    for (const auto& [name, type] : kTypes) {
        if (name != dtype) continue;
        auto tensor = torch::empty(shape, type);
        TORCH_CHECK(tensor.nbytes() == bytes.size(), "the bytes do not fit the shape");
        if (!bytes.empty()) std::memcpy(tensor.mutable_data_ptr(), bytes.data(), bytes.size());
        return tensor.to(torch::kFloat);
    }
    TORCH_CHECK(false, "there is no type ", dtype);
}

torch::Tensor floatTensor(const CheckpointTensor& tensor) {
    return floatTensor(tensor.dtype, tensor.shape, tensor.data());
}

}  // namespace fs2
