// Pickle: reads Python's pickles (protocols 0 to 5) as data. Nothing is imported, called or
// executed: a class is its name, an object is its class, the arguments it was made with and what
// was added to it, whatever they are. The values are nodes of one flat store that refer to each
// other by number, so an input may be as deep or as circular as it likes. Texts are views of the
// input, which must outlive the Pickle. Any thread. Errors: Unreadable, Unsupported.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

struct PickleNode {
    enum class Kind : std::uint8_t {
        None,
        Bool,        ///< number
        Int,         ///< number
        LongInt,     ///< beyond 64 bits; text: its little-endian bytes, or its decimal digits
        Float,       ///< real
        Text,        ///< text, UTF-8 (protocol 0: as it is written, with its escapes)
        Bytes,       ///< text
        Tuple,       ///< items
        List,        ///< items; sets too
        Dict,        ///< items: key, value, key, value …; OrderedDict and defaultdict too
        Class,       ///< text: module, name: the rest
        Object,      ///< items: what was called (most often a Class), its arguments (most often a
                     ///< Tuple)
        Persistent,  ///< items: the one value that stands for something outside the pickle
    };
    Kind kind = Kind::None;
    std::int64_t number = 0;
    double real = 0;
    std::string_view text, name;
    std::vector<std::uint32_t> items;
};

class Pickle {
  public:
    /// A pickle makes at most this many nodes: 1 GB of memory for the worst of large files.
    static constexpr std::size_t kMaxNodes = 8'000'000;

    /// Reads one pickle at the start of `bytes`.
    static Result<Pickle> parse(std::string_view bytes);

    const PickleNode& root() const { return nodes_[root_]; }
    const PickleNode& node(std::uint32_t number) const { return nodes_[number]; }
    const PickleNode& item(const PickleNode& of, std::size_t i) const {
        return nodes_[of.items[i]];
    }
    /// The value of a key of a Dict; null where it has none or the node is no Dict.
    const PickleNode* find(const PickleNode& dict, std::string_view key) const;
    /// Every node in the order in which it was made.
    const std::deque<PickleNode>& nodes() const { return nodes_; }
    std::size_t size() const { return size_; }  ///< bytes that were read

  private:
    friend class Unpickler;
    std::deque<PickleNode> nodes_;
    std::uint32_t root_ = 0;
    std::size_t size_ = 0;
};

}  // namespace fs2
