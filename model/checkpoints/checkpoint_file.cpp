#include "model/checkpoints/checkpoint_file.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <new>
#include <optional>
#include <set>

#include "annotation/core/paths.h"
#include "model/checkpoints/pickle.h"
#include "model/checkpoints/safetensors.h"
#include "model/checkpoints/zip_archive.h"

namespace fs2 {

namespace {

using Kind = PickleNode::Kind;
using namespace std::literals;

[[noreturn]] void fault(ErrorCode code, std::string why) {
    throw Error{code, std::move(why)};
}
[[noreturn]] void damaged(std::string why) {
    fault(ErrorCode::Unreadable, std::move(why));
}
[[noreturn]] void unsupported(std::string why) {
    fault(ErrorCode::Unsupported, std::move(why));
}

template <class T>
T valueOf(Result<T> result) {
    if (!result) throw Error(result.error());
    return std::move(*result);
}

struct TypeName {
    std::string_view torch;    ///< as PyTorch's dtype is called
    std::string_view storage;  ///< class of its storages
    const char* dtype;         ///< empty: known, but no type of a weight
    std::uint64_t size;
};
constexpr TypeName kTypes[] = {
    {"float64", "DoubleStorage", "F64", 8},
    {"float32", "FloatStorage", "F32", 4},
    {"float16", "HalfStorage", "F16", 2},
    {"bfloat16", "BFloat16Storage", "BF16", 2},
    {"int64", "LongStorage", "I64", 8},
    {"int32", "IntStorage", "I32", 4},
    {"int16", "ShortStorage", "I16", 2},
    {"int8", "CharStorage", "I8", 1},
    {"uint8", "ByteStorage", "U8", 1},
    {"bool", "BoolStorage", "BOOL", 1},
    {"", "UntypedStorage", "", 1},
    {"complex64", "ComplexFloatStorage", "", 8},
    {"complex128", "ComplexDoubleStorage", "", 16},
    {"qint8", "QInt8Storage", "", 1},
    {"quint8", "QUInt8Storage", "", 1},
    {"qint32", "QInt32Storage", "", 4},
};

bool isTorch(const PickleNode& node) {
    return node.kind == Kind::Class && (node.text == "torch" || node.text.starts_with("torch."));
}

/// What a persistent id says of a storage.
struct StorageRef {
    std::string_view key;
    const TypeName* type = nullptr;
    std::uint64_t first = 0;  ///< element of the file's storage where this one begins
    std::optional<std::uint64_t> count;
};

std::optional<std::uint64_t> countOf(const PickleNode& node) {
    if (node.kind != Kind::Int || node.number < 0) return {};
    return std::uint64_t(node.number);
}

/// Nothing where the node is no storage.
std::optional<StorageRef> storageRef(const Pickle& pickle, const PickleNode& node) {
    if (node.kind != Kind::Persistent) return {};
    const auto& parts = pickle.item(node, 0);
    if (parts.kind != Kind::Tuple || parts.items.size() < 5) return {};
    const auto& type = pickle.item(parts, 1);
    const auto& key = pickle.item(parts, 2);
    if (pickle.item(parts, 0).text != "storage" || !isTorch(type) || key.kind != Kind::Text)
        return {};
    StorageRef ref{.key = key.text, .count = {}};
    for (const auto& known : kTypes)
        if (type.name == known.storage) ref.type = &known;
    if (!ref.type) unsupported("storages of type " + std::string(type.name) + " are not read");
    ref.count = countOf(pickle.item(parts, 4));
    if (!ref.count) damaged("a storage has no size");
    if (parts.items.size() > 5) {  // before PyTorch 1.6: a storage may be a part of another one
        const auto& view = pickle.item(parts, 5);
        if (view.kind == Kind::Tuple && view.items.size() == 3) {
            const auto first = countOf(pickle.item(view, 1));
            ref.count = countOf(pickle.item(view, 2));
            if (!first || !ref.count) damaged("a part of a storage has no place");
            ref.first = *first;
        } else if (view.kind != Kind::None) {
            damaged("a part of a storage has no place");
        }
    }
    return ref;
}

/// The bytes of a storage of the file by its key; throws Error.
using StorageSource = std::function<std::string_view(const StorageRef&)>;

bool isTensor(const Pickle& pickle, const PickleNode& node) {
    if (node.kind != Kind::Object) return false;
    const auto& callee = pickle.item(node, 0);
    return isTorch(callee) && callee.name.starts_with("_rebuild_");
}

/// Tensors of a pickle. Throws Error.
class TensorReader {
  public:
    TensorReader(const Pickle& pickle, StorageSource source)
        : pickle_(pickle), source_(std::move(source)) {}

    /// Nothing for tensors of types and layouts that no network here has (complex, sparse …).
    std::optional<CheckpointTensor> read(const std::string& name, const PickleNode& node) const {
        const auto* callee = &pickle_.item(node, 0);
        const auto* arguments = &pickle_.item(node, 1);
        for (int wraps = 0; wraps < 8; ++wraps) {
            if (arguments->kind != Kind::Tuple) damaged(name + " is made of nothing");
            const auto made = callee->name;
            if (made == "_rebuild_tensor" || made == "_rebuild_tensor_v2" ||
                made == "_rebuild_tensor_v3")
                return rebuild(name, *arguments, made == "_rebuild_tensor_v3");
            if (made == "_rebuild_parameter" || made == "_rebuild_parameter_with_state") {
                if (arguments->items.empty() || !isTensor(pickle_, pickle_.item(*arguments, 0)))
                    damaged(name + " is a parameter of nothing");
                const auto& inner = pickle_.item(*arguments, 0);
                callee = &pickle_.item(inner, 0);
                arguments = &pickle_.item(inner, 1);
            } else if (made == "_rebuild_from_type" || made == "_rebuild_from_type_v2") {
                if (arguments->items.size() < 3) damaged(name + " is made of nothing");
                callee = &pickle_.item(*arguments, 0);
                arguments = &pickle_.item(*arguments, 2);
                if (!isTorch(*callee)) return {};
            } else {
                return {};
            }
        }
        damaged(name + " is wrapped too often");
    }

  private:
    std::vector<std::int64_t> counts(const std::string& name, const PickleNode& node) const {
        std::vector<std::int64_t> values;
        if (node.kind != Kind::Tuple || node.items.size() > 32) damaged(name + " has no shape");
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            if (!countOf(pickle_.item(node, i))) damaged(name + " has a negative side or step");
            values.push_back(pickle_.item(node, i).number);
        }
        return values;
    }

    /// storage, offset, size, stride, …; v3 also: requires_grad, hooks, dtype
    std::optional<CheckpointTensor> rebuild(const std::string& name, const PickleNode& arguments,
                                            bool typed) const {
        if (arguments.items.size() < (typed ? 7u : 4u)) damaged(name + " is made of nothing");
        const auto ref = storageRef(pickle_, pickle_.item(arguments, 0));
        if (!ref) damaged(name + " has no storage");
        std::string_view dtype = ref->type->dtype;
        if (typed) {
            const auto& type = pickle_.item(arguments, 6);
            for (const auto& known : kTypes)
                if (isTorch(type) && type.name == known.torch) dtype = known.dtype;
        }
        if (dtype.empty()) return {};
        CheckpointTensor tensor;
        tensor.dtype = dtype;
        const auto offset = countOf(pickle_.item(arguments, 1));
        if (!offset) damaged(name + " has a negative offset");
        tensor.offset = *offset;
        tensor.shape = counts(name, pickle_.item(arguments, 2));
        tensor.strides = counts(name, pickle_.item(arguments, 3));
        tensor.storage = source_(*ref);
        checkInside(name, tensor);
        return tensor;
    }

    static void checkInside(const std::string& name, const CheckpointTensor& t) {
        if (t.shape.size() != t.strides.size()) damaged(name + " has more sides than steps");
        const auto bytes = bytesOfTensor(t.dtype, t.shape);
        if (!bytes) damaged(name + " is too large");
        if (*bytes == 0) return;
        std::uint64_t last = t.offset;
        for (std::size_t i = 0; i < t.shape.size(); ++i) {
            std::uint64_t way = 0;
            if (__builtin_mul_overflow(std::uint64_t(t.shape[i] - 1), std::uint64_t(t.strides[i]),
                                       &way) ||
                __builtin_add_overflow(last, way, &last))
                damaged(name + " is too large");
        }
        if (last >= t.storage.size() / sizeOfType(t.dtype))
            damaged(name + " reaches beyond its storage");
    }

    const Pickle& pickle_;
    StorageSource source_;
};

// Where files keep the state, the best first. mmengine and mmcv put the averaged weights in
// "state_dict", where they keep an average.
constexpr std::string_view kHolders[] = {"state_dict", "model_state_dict", "model",     "network",
                                         "net",        "params_ema",       "params",    "weights",
                                         "module",     "ema_state_dict",   "model_ema", "ema"};

bool holdsTensors(const Pickle& pickle, const PickleNode& node) {
    if (node.kind != Kind::Dict) return false;
    for (std::size_t i = 1; i < node.items.size(); i += 2)
        if (isTensor(pickle, pickle.item(node, i))) return true;
    return false;
}

/// The way from the root to the dictionary that holds the weights: holders first, each dictionary
/// once.
class StateSearch {
  public:
    explicit StateSearch(const Pickle& pickle) : pickle_(pickle) {}

    bool search(const PickleNode& node, int depth = 0) {
        if (node.kind != Kind::Dict || depth > 3 || !seen_.insert(&node).second) return false;
        for (const auto holder : kHolders) {
            const auto* inside = pickle_.find(node, holder);
            if (!inside || !search(*inside, depth + 1)) continue;
            keys_.insert(keys_.begin(), holder);
            return true;
        }
        if (holdsTensors(pickle_, node)) state_ = &node;
        return state_ != nullptr;
    }
    const PickleNode& state() const { return *state_; }
    const std::vector<std::string_view>& keys() const { return keys_; }

  private:
    const Pickle& pickle_;
    std::set<const PickleNode*> seen_;
    const PickleNode* state_ = nullptr;
    std::vector<std::string_view> keys_;
};

/// The dictionary that holds the weights; the keys on the way there go to `into.from`, what lies
/// beside them to `into.ignored`.
const PickleNode& findState(const Pickle& pickle, Checkpoint& into) {
    StateSearch found(pickle);
    const auto* node = &pickle.root();
    if (!found.search(*node)) {
        if (node->kind != Kind::Object) unsupported("it holds no weights by name");
        const auto& type = pickle.item(*node, 0);
        unsupported("it holds a whole pickled object (" + std::string(type.text) + "." +
                    std::string(type.name) + "), not the weights alone: save its state_dict()");
    }
    for (const auto key : found.keys()) {
        for (std::size_t i = 0; i + 1 < node->items.size(); i += 2)
            if (const auto& beside = pickle.item(*node, i);
                beside.kind == Kind::Text && beside.text != key)
                into.ignored.emplace_back(beside.text);
        into.from += (into.from.empty() ? "" : ".") + std::string(key);
        node = pickle.find(*node, key);
    }
    return found.state();
}

void readState(const Pickle& pickle, const StorageSource& source, Checkpoint& into) {
    const TensorReader reader(pickle, source);
    const auto add = [&](const std::string& name, const PickleNode& value) {
        auto tensor = isTensor(pickle, value) ? reader.read(name, value) : std::nullopt;
        if (!tensor)
            into.ignored.push_back(name);
        else if (!into.tensors.emplace(name, std::move(*tensor)).second)
            damaged("it holds " + name + " twice");
    };
    if (isTensor(pickle, pickle.root())) {  // torch.save(tensor), as class tables are kept
        add("tensor", pickle.root());
    } else {
        const auto& state = findState(pickle, into);
        for (std::size_t i = 0; i + 1 < state.items.size(); i += 2)
            if (const auto& key = pickle.item(state, i); key.kind == Kind::Text)
                add(std::string(key.text), pickle.item(state, i + 1));
    }
    if (into.tensors.empty()) unsupported("none of its tensors is of a kind that is read");
}

std::string_view stored(const ZipEntry& entry) {
    if (entry.deflated)
        unsupported(entry.name + " is compressed, which PyTorch does not do: save it again");
    if (!ZipArchive::intact(entry)) damaged(entry.name + " is damaged: its checksum differs");
    return entry.packed;
}

void readZip(std::string_view bytes, Checkpoint& into) {
    const auto archive = valueOf(ZipArchive::open(bytes));
    const ZipEntry* entry = nullptr;  // in the archive's one folder, whatever its name is
    for (const auto& e : archive.entries())
        if (const auto slash = e.name.find('/'); e.name.substr(slash + 1) == "data.pkl" && !entry)
            entry = &e;
    if (!entry) unsupported("it is a zip file, but no PyTorch checkpoint: data.pkl is missing");
    const auto folder = entry->name.substr(0, entry->name.size() - "data.pkl"sv.size());
    if (archive.find(folder + "constants.pkl"))
        unsupported("it is a TorchScript program, not a checkpoint: save the model's state_dict()");
    if (const auto* order = archive.find(folder + "byteorder"); order && order->packed != "little")
        unsupported("it was written on a big-endian machine");
    const auto pickle = valueOf(Pickle::parse(stored(*entry)));
    std::set<const ZipEntry*> checked;
    readState(
        pickle,
        [&](const StorageRef& ref) {
            const auto* data = archive.find(folder + "data/" + std::string(ref.key));
            if (!data) damaged("the storage " + std::string(ref.key) + " is missing");
            if (checked.insert(data).second) stored(*data);
            if (*ref.count > data->size / ref.type->size)
                damaged("the storage " + std::string(ref.key) + " is truncated");
            return data->packed.substr(0, std::size_t(*ref.count * ref.type->size));
        },
        into);
    into.format = "PyTorch";
}

bool isMagic(const PickleNode& node) {
    return node.kind == Kind::LongInt &&
           (node.text == "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv ||
            node.text == "119547037146038801333356");
}

/// The raw storages behind the pickles: in the order of the list `keys`, each its count and its
/// data.
std::map<std::string_view, std::string_view> rawStorages(const Pickle& pickle, const Pickle& keys,
                                                         std::string_view bytes) {
    std::map<std::string_view, std::uint64_t> sizes;  // of an element
    for (const auto& node : pickle.nodes())
        if (const auto ref = storageRef(pickle, node))
            if (sizes.emplace(ref->key, ref->type->size).first->second != ref->type->size)
                damaged("the storage " + std::string(ref->key) + " has two types");
    std::map<std::string_view, std::string_view> storages;
    if (keys.root().kind != Kind::List) damaged("the list of storages is missing");
    for (std::size_t i = 0; i < keys.root().items.size(); ++i) {
        const auto& key = keys.item(keys.root(), i);
        const auto size = sizes.find(key.text);
        if (key.kind != Kind::Text || size == sizes.end())
            damaged("it lists a storage that no tensor uses");
        if (bytes.size() < 8) damaged("the file is truncated");
        std::uint64_t count = 0;
        std::memcpy(&count, bytes.data(), 8);
        bytes.remove_prefix(8);
        if (count > bytes.size() / size->second)
            damaged("the file is truncated inside its storages");
        storages[size->first] = bytes.substr(0, std::size_t(count * size->second));
        bytes.remove_prefix(std::size_t(count * size->second));
    }
    return storages;
}

void readLegacy(std::string_view bytes, Checkpoint& into) {
    const auto next = [&] {
        auto pickle = valueOf(Pickle::parse(bytes));
        bytes.remove_prefix(pickle.size());
        return pickle;
    };
    if (!isMagic(next().root())) unsupported("it is a pickle, but no PyTorch checkpoint");
    if (const auto version = next();
        version.root().kind != Kind::Int || version.root().number != 1001)
        unsupported("it has an unknown version of PyTorch's old format");
    if (const auto system = next();
        const auto* little = system.find(system.root(), "little_endian"))
        if (little->number != 1) unsupported("it was written on a big-endian machine");
    const auto pickle = next();
    const auto keys = next();
    const auto storages = rawStorages(pickle, keys, bytes);
    readState(
        pickle,
        [&](const StorageRef& ref) {
            const auto found = storages.find(ref.key);
            if (found == storages.end())
                damaged("the storage " + std::string(ref.key) + " is missing");
            const auto all = found->second.size() / ref.type->size;
            if (ref.first > all || *ref.count > all - ref.first)
                damaged("the storage " + std::string(ref.key) + " is truncated");
            return found->second.substr(std::size_t(ref.first * ref.type->size),
                                        std::size_t(*ref.count * ref.type->size));
        },
        into);
    into.format = "PyTorch before 1.6";
}

void readSafetensors(std::string_view bytes, Checkpoint& into) {
    auto header = valueOf(parseSafetensors(bytes, bytes.size()));
    for (const auto& [name, entry] : header.entries) {
        CheckpointTensor tensor;
        tensor.dtype = entry.dtype;
        tensor.shape = entry.shape;
        tensor.strides.assign(entry.shape.size(), 1);
        for (auto i = entry.shape.size(); i-- > 1 && entry.begin != entry.end;)
            tensor.strides[i - 1] = tensor.strides[i] * entry.shape[i];
        tensor.storage = bytes.substr(std::size_t(header.dataOffset + entry.begin),
                                      std::size_t(entry.end - entry.begin));
        into.tensors.emplace(name, std::move(tensor));
    }
    into.metadata = std::move(header.metadata);
    into.format = "safetensors";
}

void read(std::string_view bytes, Checkpoint& into) {
    if (bytes.empty()) damaged("the file is empty");
    if (ZipArchive::looksLike(bytes)) return readZip(bytes, into);
    if (bytes.size() > 8 && bytes[8] == '{') return readSafetensors(bytes, into);
    if (bytes.size() > 262 && bytes.substr(257, 5) == "ustar")
        unsupported(
            "it has PyTorch's tar format from before version 0.2: load it there and save it again");
    if (bytes.starts_with("version https://git-lfs"))
        damaged("it is a Git LFS pointer, not the file itself: fetch it with `git lfs pull`");
    if (bytes.front() == '<') damaged("it is a web page, not the file itself");
    if (bytes.front() == '\x80' || bytes.starts_with("L1195470371")) return readLegacy(bytes, into);
    damaged("it is neither a PyTorch checkpoint nor safetensors");
}

/// Views may share a storage, or repeat an element: a small file must not become a huge one.
void checkTotal(const Checkpoint& checkpoint, std::size_t fileSize) {
    std::uint64_t left = (std::uint64_t(fileSize) + (1 << 20)) * 16;
    for (const auto& [name, tensor] : checkpoint.tensors) {
        if (tensor.bytes() > left) damaged("its tensors are many times larger than the file");
        left -= tensor.bytes();
    }
}

/// Names come from the file: nothing that a terminal obeys, and no endless lines.
std::string printable(std::string text) {
    for (auto& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    if (text.size() > 400) text = text.substr(0, 400) + "...";
    return text;
}

}  // namespace

std::uint64_t CheckpointTensor::bytes() const {
    return bytesOfTensor(dtype, shape).value_or(0);
}

std::string CheckpointTensor::data() const {
    const auto total = std::size_t(bytes()), size = std::size_t(sizeOfType(dtype));
    std::string data;
    if (total == 0) return data;
    data.reserve(total);
    std::vector<std::int64_t> at(shape.size(), 0);
    auto from = std::size_t(offset) * size;
    while (data.size() < total) {
        // A run: the last side where its elements are neighbours, else one element.
        const bool row = !shape.empty() && strides.back() == 1;
        data.append(storage, from, row ? size * std::size_t(shape.back()) : size);
        for (auto i = shape.size() - std::size_t(row); i-- > 0;) {
            from += std::size_t(strides[i]) * size;
            if (++at[i] < shape[i]) break;
            from -= std::size_t(strides[i]) * size * std::size_t(shape[i]);
            at[i] = 0;
        }
    }
    return data;
}

Result<Checkpoint> parseCheckpoint(std::string_view bytes) {
    Checkpoint checkpoint;
    try {
        read(bytes, checkpoint);
        checkTotal(checkpoint, bytes.size());
    } catch (const Error& error) {
        return Error{error.code, printable(error.detail)};
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "no memory left for its values"};
    }
    return checkpoint;
}

Result<Checkpoint> readCheckpoint(const std::string& path) {
    auto file = MappedFile::open(path);
    if (!file) return file.error();
    auto checkpoint = parseCheckpoint(file->bytes());
    if (!checkpoint) return Error{checkpoint.error().code, path + ": " + checkpoint.error().detail};
    char id[17];
    std::snprintf(id, sizeof id, "%016llx",
                  static_cast<unsigned long long>(fnv1a64(file->bytes())));
    checkpoint->id = id;
    checkpoint->file = std::move(*file);
    return checkpoint;
}

}  // namespace fs2
