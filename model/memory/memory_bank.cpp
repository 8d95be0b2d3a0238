#include "model/memory/memory_bank.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace fs2 {

using torch::Tensor;

namespace {

constexpr std::array kStoredTypes{torch::kFloat, torch::kBFloat16, torch::kHalf};

/// The tensors of an entry, in the order in which they are saved.
std::array<const Tensor*, 4> partsOf(const MemoryTensors& t) {
    return {&t.key, &t.value, &t.pointer, &t.logits};
}

void packTensor(const Tensor& tensor, ByteWriter& out) {
    const auto type = std::find(kStoredTypes.begin(), kStoredTypes.end(), tensor.scalar_type());
    const auto plain = tensor.to(torch::kCPU).contiguous();
    out.number(std::uint8_t(type - kStoredTypes.begin()));
    out.number(std::uint8_t(plain.dim()));
    for (const auto side : plain.sizes()) out.number(std::int32_t(side));
    out.text({static_cast<const char*>(plain.const_data_ptr()), plain.nbytes()});
}

Tensor unpackTensor(ByteReader& in) {
    const auto type = in.number<std::uint8_t>();
    const auto dims = in.number<std::uint8_t>();
    if (type >= kStoredTypes.size() || dims < 1 || dims > 2) in.fail();
    std::vector<std::int64_t> shape;
    std::uint64_t count = 1;
    for (int i = 0; i < dims && !in.failed(); ++i) {
        shape.push_back(in.number<std::int32_t>());
        if (shape.back() < 1) in.fail();
        count *= std::uint64_t(std::max<std::int64_t>(1, shape.back()));  // of two sides below 2^31
    }
    const auto bytes = in.text();
    if (in.failed() || bytes.size() != count * c10::elementSize(kStoredTypes[type])) {
        in.fail();
        return {};
    }
    auto tensor = torch::empty(shape, kStoredTypes[type]);
    std::memcpy(tensor.mutable_data_ptr(), bytes.data(), bytes.size());
    return tensor;
}

}  // namespace

namespace {

using Entries = std::vector<const MemoryEntry*>;

/// Values and pointers of each object, (O, kValueWidth + 1, N) and (O, E, kPointerWidth).
void addRows(const std::vector<Entries>& objects, MemoryRead& read) {
    std::vector<Tensor> values, pointers;
    for (const auto& entries : objects) {
        std::vector<Tensor> value, pointer;
        for (const auto* e : entries) {
            value.push_back(e->tensors->value);
            pointer.push_back(e->tensors->pointer);
        }
        values.push_back(torch::cat(value, 1));
        pointers.push_back(torch::stack(pointer));
    }
    read.values = torch::stack(values);
    read.pointers = torch::stack(pointers);
}

/// Each key that any of them chose, once and by frame; `choice` where they differ.
void addKeys(const std::vector<Entries>& objects, MemoryRead& read) {
    std::map<std::pair<FrameIndex, const void*>, std::pair<Tensor, std::int64_t>> places;
    const auto nameOf = [](const MemoryEntry& e) {
        return std::pair<FrameIndex, const void*>(e.frame, e.tensors->key.unsafeGetTensorImpl());
    };
    for (const auto& entries : objects)
        for (const auto* e : entries) places.try_emplace(nameOf(*e), e->tensors->key, 0);
    std::vector<Tensor> keys;
    for (auto& [name, place] : places) {
        place.second = std::int64_t(keys.size());
        keys.push_back(place.first);
    }
    read.keys = torch::cat(keys, 1).unsqueeze(0);
    if (places.size() == objects[0].size()) return;
    std::vector<std::int64_t> choice;
    for (const auto& entries : objects)
        for (const auto* e : entries) choice.push_back(places.at(nameOf(*e)).second);
    read.choice = torch::tensor(choice, torch::kLong)
                      .view({std::int64_t(objects.size()), std::int64_t(objects[0].size())})
                      .to(read.keys.device());
}

/// What objects of one group have in common: the sizes of their entries, where one differs their
/// keys too.
std::vector<const void*> groupOf(const Entries& entries) {
    std::vector<const void*> name;
    const auto size = entries[0]->tensors->key.size(1);
    for (const auto* e : entries)
        if (e->tensors->key.size(1) != size)
            for (const auto* each : entries)
                name.push_back(each->tensors->key.unsafeGetTensorImpl());
    return name;
}

}  // namespace

std::vector<ReadGroup> MemoryBank::reads(const std::vector<ObjectId>& objects) const {
    struct Name {
        std::size_t count;
        std::int64_t size;
        std::vector<const void*> keys;
        auto operator<=>(const Name&) const = default;
    };
    std::map<Name, std::size_t> placeOf;
    std::vector<ReadGroup> groups;
    std::vector<std::vector<Entries>> chosen;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        auto entries = find(objects[i])->held();
        const auto [place, isNew] = placeOf.emplace(
            Name{entries.size(), entries[0]->tensors->key.size(1), groupOf(entries)},
            groups.size());
        if (isNew) {
            groups.emplace_back();
            chosen.emplace_back();
        }
        groups[place->second].members.push_back(i);
        chosen[place->second].push_back(std::move(entries));
    }
    for (std::size_t g = 0; g < groups.size(); ++g) {
        addRows(chosen[g], groups[g].read);
        addKeys(chosen[g], groups[g].read);
    }
    return groups;
}

std::vector<std::shared_ptr<const MemoryTensors>> MemoryBank::kept(FrameIndex frame,
                                                                   const MemoryWrite& write,
                                                                   Tensor& key) const {
    const auto own = [](const Tensor& x) { return x.clone(torch::MemoryFormat::Contiguous); };
    for (const auto& tensors : tensorsOf(frame))
        if (!key.defined() && tensors->key.size(1) == write.key.size(2)) key = tensors->key;
    if (!key.defined()) key = own(write.key[0]);
    std::vector<std::shared_ptr<const MemoryTensors>> rows;
    for (std::int64_t row = 0; row < write.value.size(0); ++row)
        rows.push_back(std::make_shared<MemoryTensors>(
            MemoryTensors{key, own(write.value[row]), own(write.pointer[row]), {}}));
    return rows;
}

std::int64_t MemoryBank::tensorBytes(const std::vector<Tensors>& all) const {
    std::set<const void*> counted;
    std::int64_t bytes = 0;
    for (const auto& tensors : all)
        for (const auto* part : partsOf(*tensors))
            if (part->defined() && counted.insert(part->unsafeGetTensorImpl()).second)
                bytes += std::int64_t(part->nbytes());
    return bytes;
}

void MemoryBank::pack(const std::vector<Tensors>& all, ByteWriter& out) const {
    std::vector<Tensor> distinct;
    std::map<const void*, std::int32_t> place;
    for (const auto& tensors : all)
        for (const auto* part : partsOf(*tensors))
            if (part->defined() &&
                place.emplace(part->unsafeGetTensorImpl(), std::int32_t(distinct.size())).second)
                distinct.push_back(*part);
    out.number(std::uint32_t(distinct.size()));
    for (const auto& tensor : distinct) packTensor(tensor, out);
    out.number(std::uint32_t(all.size()));
    for (const auto& tensors : all)
        for (const auto* part : partsOf(*tensors))
            out.number(part->defined() ? place.at(part->unsafeGetTensorImpl()) : -1);
}

std::vector<MemoryBank::Tensors> MemoryBank::unpack(ByteReader& in) const {
    std::vector<Tensor> distinct(in.count(6));
    for (auto& tensor : distinct) {
        tensor = unpackTensor(in);
        if (in.failed()) return {};
        tensor = tensor.to(device_);
    }
    auto typed = distinct;  // logits stay fp32
    std::vector<Tensors> all(in.count(4 * sizeof(std::int32_t)));
    for (auto& tensors : all) {
        auto made = std::make_shared<MemoryTensors>();
        for (auto* part : {&made->key, &made->value, &made->pointer, &made->logits}) {
            const auto place = in.number<std::int32_t>();
            if (place >= 0 && std::size_t(place) < distinct.size()) {
                auto& tensor = typed[std::size_t(place)];
                if (part != &made->logits) tensor = tensor.to(type_);
                *part = part == &made->logits ? distinct[std::size_t(place)] : tensor;
            } else if (place != -1) {
                in.fail();
            }
        }
        tensors = std::move(made);
    }
    return all;
}

bool MemoryBank::usable(const Tensors& tensors, bool last) const {
    if (!tensors) return false;
    const auto& t = *tensors;
    if (last) return t.logits.defined() && t.logits.dim() == 2;
    const auto is = [](const Tensor& x, std::int64_t rows, std::int64_t dim) {
        return x.defined() && x.dim() == dim && x.size(0) == rows;
    };
    return is(t.key, kKeyWidth, 2) && is(t.value, kValueWidth + 1, 2) &&
           is(t.pointer, kPointerWidth, 1) && t.key.size(1) == t.value.size(1);
}

}  // namespace fs2
