// MemoryLedger::save() and restore(): "FS2MEM01", the weights id, settings, the tensors that
// entries share, the books of the objects, and the FNV-1a 64 of all before it.
#include <algorithm>
#include <cmath>
#include <set>

#include "annotation/core/paths.h"
#include "model/memory/memory_ledger.h"

namespace fs2 {

namespace {

constexpr std::string_view kMagic = "FS2MEM01";
constexpr std::size_t kLeastEntry = 30;  ///< bytes of an entry without runs and pointer
constexpr std::int32_t kNoTensors = -1;

template <class T>
std::int32_t placeIn(const std::vector<T>& table, const T& tensors) {
    if (!tensors) return kNoTensors;
    return std::int32_t(std::find(table.begin(), table.end(), tensors) - table.begin());
}

void writeSettings(ByteWriter& out, const MemorySettings& s) {
    for (const int value : {s.longEntries, s.shortEntries, s.writeEvery, int(s.policy)})
        out.number(std::int32_t(value));
}

MemorySettings readSettings(ByteReader& in) {
    MemorySettings s;
    s.longEntries = in.number<std::int32_t>();
    s.shortEntries = in.number<std::int32_t>();
    s.writeEvery = in.number<std::int32_t>();
    const auto policy = in.number<std::int32_t>();
    if (policy < 0 || policy > int(MemoryPolicy::Adaptive)) in.fail();
    s.policy = in.failed() ? MemoryPolicy::Adaptive : MemoryPolicy(policy);
    return s;
}

bool twice(const std::vector<MemoryEntry>& pins, const std::vector<MemoryEntry>& a,
           const std::vector<MemoryEntry>& b) {
    std::set<FrameIndex> frames;
    for (const auto* store : {&pins, &a, &b})
        for (const auto& e : *store)
            if (!frames.insert(e.frame).second) return true;
    return false;
}

}  // namespace

Result<std::string> MemoryLedger::save() const {
    std::vector<Tensors> table;
    for (const auto& tensors : allTensors())
        if (placeIn(table, tensors) == std::int32_t(table.size())) table.push_back(tensors);
    ByteWriter out;
    out.text(kMagic);
    out.text(weightsId_);
    writeSettings(out, settings_);
    out.number(std::int32_t(at_.value));
    pack(table, out);
    const auto writeEntry = [&](const MemoryEntry& e) {
        out.number(std::int32_t(e.frame.value));
        out.mask(e.mask);
        out.number(e.quality);
        out.number(std::uint32_t(e.pointer.size()));
        for (const float x : e.pointer) out.number(x);
        out.number(std::uint8_t(e.held));
        out.number(placeIn(table, e.tensors));
    };
    out.number(std::uint32_t(objects_.size()));
    for (const auto& [id, book] : objects_) {
        out.number(std::int32_t(id.value));
        out.number(std::uint8_t(book.asleep));
        for (const auto* store :
             {&book.memory.pins(), &book.memory.shortStore(), &book.memory.longStore()}) {
            out.number(std::uint32_t(store->size()));
            for (const auto& e : *store) writeEntry(e);
        }
        out.number(std::uint8_t(book.memory.last().has_value()));
        if (book.memory.last()) writeEntry(*book.memory.last());
    }
    const auto sum = fnv1a64(out.bytes());
    out.number(sum);
    return out.bytes();
}

MemoryEntry MemoryLedger::readEntry(ByteReader& in, const std::vector<Tensors>& table,
                                    bool last) const {
    MemoryEntry e;
    e.frame = FrameIndex{in.number<std::int32_t>()};
    e.mask = in.mask();
    e.quality = in.number<float>();
    e.pointer.resize(in.count(sizeof(float)));
    for (float& x : e.pointer) x = in.number<float>();
    const auto held = in.number<std::uint8_t>();
    const auto place = in.number<std::int32_t>();
    e.held = held == 1;
    if (place >= 0 && std::size_t(place) < table.size()) e.tensors = table[std::size_t(place)];
    const bool placed = place == kNoTensors || e.tensors;
    const bool finite =
        std::all_of(e.pointer.begin(), e.pointer.end(), [](float x) { return std::isfinite(x); });
    if (e.frame.value < 0 || !(e.quality >= 0 && e.quality <= 1) || held > 1 || !placed ||
        !finite || e.mask.isNull())
        in.fail();
    if (e.held ? !usable(e.tensors, last) : e.tensors != nullptr) in.fail();
    return e;
}

MemoryLedger::Book MemoryLedger::readBook(ByteReader& in, const std::vector<Tensors>& table) const {
    Book book;
    book.asleep = in.number<std::uint8_t>() != 0;
    std::vector<MemoryEntry> stores[3];
    for (auto& store : stores) {
        store.resize(in.count(kLeastEntry));
        for (auto& e : store) e = readEntry(in, table, false);
    }
    auto& [pins, shortStore, longStore] = stores;
    std::optional<MemoryEntry> last;
    if (in.number<std::uint8_t>() != 0) last = readEntry(in, table, true);
    const auto held = [](const MemoryEntry& e) { return e.held; };
    const auto before = [](const MemoryEntry& a, const MemoryEntry& b) {
        return a.frame < b.frame;
    };
    if (twice(pins, shortStore, longStore) || !std::is_sorted(pins.begin(), pins.end(), before) ||
        !std::all_of(shortStore.begin(), shortStore.end(), held) ||
        !std::all_of(longStore.begin(), longStore.end(), held) || (last && !last->held))
        in.fail();
    book.memory.assign(std::move(pins), std::move(shortStore), std::move(longStore),
                       std::move(last));
    return book;
}

Result<void> MemoryLedger::restore(const std::string& saved) {
    const Error damaged{ErrorCode::Unreadable, "the saved memory is damaged"};
    if (saved.size() < sizeof(std::uint64_t)) return damaged;
    const std::string_view all(saved), body = all.substr(0, all.size() - sizeof(std::uint64_t));
    ByteReader sum(all.substr(body.size())), in(body);
    if (sum.number<std::uint64_t>() != fnv1a64(body)) return damaged;
    if (in.text() != kMagic)
        return Error{ErrorCode::Unreadable, "the saved memory is of another version"};
    if (const auto id = in.text(); !in.failed() && id != weightsId_)
        return Error{ErrorCode::WrongModel, "the saved memory belongs to the weights " +
                                                std::string(id) + ", not to " + weightsId_};
    const auto settings = readSettings(in);
    const FrameIndex at{in.number<std::int32_t>()};
    const auto table = unpack(in);
    std::map<ObjectId, Book> objects;
    const auto count = in.count(sizeof(std::int32_t));
    for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
        const ObjectId id{in.number<std::int32_t>()};
        if (!objects.emplace(id, readBook(in, table)).second) in.fail();
    }
    if (in.failed() || !in.atEnd()) return damaged;
    MemoryLedger checked(weightsId_);
    if (!checked.configure(settings)) return damaged;
    settings_ = settings;
    at_ = at;
    objects_.swap(objects);
    for (auto& [id, book] : objects_) book.memory.fit(settings_, at_);
    return {};
}

}  // namespace fs2
