#include "model/checkpoints/npy.h"

#include <cctype>
#include <cstring>
#include <optional>

#include "model/checkpoints/mapped_file.h"
#include "model/checkpoints/safetensors.h"
#include "model/checkpoints/zip_archive.h"

namespace fs2 {

namespace {

Error unreadable(std::string detail) {
    return {ErrorCode::Unreadable, std::move(detail)};
}

struct TypeName {
    std::string_view numpy;
    const char* type;
};
constexpr TypeName kTypes[] = {
    {"<f8", "F64"}, {"<f4", "F32"}, {"<f2", "F16"}, {"<i8", "I64"},  {"<i4", "I32"},
    {"<i2", "I16"}, {"|i1", "I8"},  {"|u1", "U8"},  {"|b1", "BOOL"},
};

/// What follows `'key':` in the header, a Python dict literal in numpy's own spelling.
std::optional<std::string_view> valueOf(std::string_view header, std::string_view key) {
    const auto at = header.find("'" + std::string(key) + "':");
    if (at == std::string_view::npos) return {};
    auto rest = header.substr(at + key.size() + 3);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest;
}

/// "(3, 4)", "(7,)", "()".
std::optional<std::vector<std::int64_t>> readShape(std::string_view text) {
    const auto end = text.find(')');
    if (text.empty() || text.front() != '(' || end == std::string_view::npos) return {};
    std::vector<std::int64_t> shape;
    std::int64_t side = -1;
    for (const char c : text.substr(1, end - 1)) {
        if (c >= '0' && c <= '9') {
            if (side > (1ll << 56)) return {};
            side = std::max<std::int64_t>(side, 0) * 10 + (c - '0');
        } else if (c == ',' && side >= 0) {
            shape.push_back(side);
            side = -1;
        } else if (c != ' ' || side >= 0) {
            return {};
        }
    }
    if (side >= 0) shape.push_back(side);
    return shape;
}

template <class T>
constexpr const char* nameOf() {
    if constexpr (std::is_same_v<T, float>)
        return "F32";
    else if constexpr (std::is_same_v<T, double>)
        return "F64";
    else if constexpr (std::is_same_v<T, std::int32_t>)
        return "I32";
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return "I64";
    else
        return "U8";
}

}  // namespace

std::size_t NpyArray::count() const {
    return bytes.size() / std::size_t(sizeOfType(dtype));
}

template <class T>
Result<std::vector<T>> NpyArray::values() const {
    if (dtype != nameOf<T>() && !(sizeof(T) == 1 && dtype == "BOOL"))
        return Error{ErrorCode::Unsupported, "the array holds " + dtype + ", not " + nameOf<T>()};
    std::vector<T> values(count());
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}
template Result<std::vector<float>> NpyArray::values() const;
template Result<std::vector<double>> NpyArray::values() const;
template Result<std::vector<std::int32_t>> NpyArray::values() const;
template Result<std::vector<std::int64_t>> NpyArray::values() const;
template Result<std::vector<std::uint8_t>> NpyArray::values() const;

Result<NpyArray> parseNpy(std::string_view bytes) {
    using namespace std::literals;
    const auto byte = [&](std::size_t i) {
        return std::size_t(static_cast<unsigned char>(bytes[i]));
    };
    if (bytes.size() < 12 || !bytes.starts_with("\x93NUMPY"sv)) return unreadable("no numpy array");
    const std::size_t start = byte(6) == 1 ? 10 : 12;
    std::size_t length = byte(8) | byte(9) << 8;
    if (start == 12) length |= byte(10) << 16 | byte(11) << 24;
    if (length > bytes.size() - start)
        return unreadable("truncated inside the header of the array");
    const auto header = bytes.substr(start, length);
    const auto descr = valueOf(header, "descr"), order = valueOf(header, "fortran_order"),
               sides = valueOf(header, "shape");
    if (!descr || !order || !sides)
        return unreadable("the array's header lacks descr, fortran_order or shape");
    NpyArray array;
    for (const auto& known : kTypes)
        if (descr->starts_with("'" + std::string(known.numpy) + "'")) array.dtype = known.type;
    if (array.dtype.empty())
        return Error{ErrorCode::Unsupported,
                     "arrays of type " + std::string(descr->substr(0, 8)) + " are not read"};
    if (!order->starts_with("False"))
        return Error{ErrorCode::Unsupported, "the array is in Fortran order"};
    auto shape = readShape(*sides);
    if (!shape) return unreadable("the array's shape is damaged");
    array.shape = std::move(*shape);
    const auto size = bytesOfTensor(array.dtype, array.shape);
    if (!size || *size != bytes.size() - start - length)
        return unreadable("the array's data do not fit its shape");
    array.bytes = bytes.substr(start + length);
    return array;
}

Result<std::map<std::string, NpyArray>> readNpz(const std::string& path, std::uint64_t limit) {
    const auto named = [&](const Error& e) { return Error{e.code, path + ": " + e.detail}; };
    const auto file = MappedFile::open(path);
    if (!file) return file.error();
    const auto archive = ZipArchive::open(file->bytes());
    if (!archive) return named(archive.error());
    std::map<std::string, NpyArray> arrays;
    for (const auto& entry : archive->entries()) {
        if (!entry.name.ends_with(".npy")) continue;
        const auto bytes = ZipArchive::read(entry, limit);
        if (!bytes) return named(bytes.error());
        auto array = parseNpy(*bytes);
        if (!array) return named({array.error().code, entry.name + ": " + array.error().detail});
        limit -= bytes->size();
        arrays[entry.name.substr(0, entry.name.size() - 4)] = std::move(*array);
    }
    return arrays;
}

}  // namespace fs2
