#include "model/checkpoints/pickle.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <string>
#include <unordered_map>

namespace fs2 {

namespace {

using Kind = PickleNode::Kind;
using Id = std::uint32_t;
constexpr Id kNone = 0, kFalse = 1, kTrue = 2, kEmptyTuple = 3;  // made once, before all others

[[noreturn]] void damaged(const std::string& why) {
    throw Error{ErrorCode::Unreadable, "the pickle is damaged: " + why};
}

bool isClass(const PickleNode& node, std::string_view module, std::string_view name) {
    return node.kind == Kind::Class && node.text == module && node.name == name;
}

}  // namespace

/// The stack machine. Throws Error.
class Unpickler {
  public:
    Unpickler(std::string_view bytes, Pickle& pickle) : bytes_(bytes), nodes_(pickle.nodes_) {
        nodes_.resize(4);
        nodes_[kFalse].kind = nodes_[kTrue].kind = Kind::Bool;
        nodes_[kTrue].number = 1;
        nodes_[kEmptyTuple].kind = Kind::Tuple;
    }

    /// Returns the root; at() is then behind the pickle.
    Id run() {
        while (true) {
            const auto op = byte();
            if (op == '.') return pop();
            if (!number(op) && !text(op) && !container(op) && !object(op) && !stackOrMemo(op))
                damaged("unknown opcode " + std::to_string(op));
        }
    }
    std::size_t at() const { return at_; }

  private:
    // Input.
    std::string_view take(std::uint64_t size) {
        if (size > bytes_.size() - at_) damaged("it is truncated");
        const auto taken = bytes_.substr(at_, std::size_t(size));
        at_ += std::size_t(size);
        return taken;
    }
    unsigned char byte() { return static_cast<unsigned char>(take(1)[0]); }
    std::uint64_t unsignedOf(std::string_view raw) const {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < raw.size(); ++i)
            value |= std::uint64_t(static_cast<unsigned char>(raw[i])) << (8 * i);
        return value;
    }
    std::uint64_t size(std::size_t width) { return unsignedOf(take(width)); }
    std::string_view line() {
        const auto end = bytes_.find('\n', at_);
        if (end == std::string_view::npos) damaged("it is truncated");
        const auto text = take(end - at_);
        take(1);
        return text;
    }

    // Stack and nodes.
    void push(Id id) { stack_.push_back(id); }
    Id pop() {
        if (stack_.size() <= floor()) damaged("it takes from an empty stack");
        const Id id = stack_.back();
        stack_.pop_back();
        return id;
    }
    Id top() const {
        if (stack_.size() <= floor()) damaged("it looks at an empty stack");
        return stack_.back();
    }
    std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
    /// What lies above the last mark, which goes.
    std::vector<Id> popMarked() {
        if (marks_.empty()) damaged("a mark is missing");
        const auto first = stack_.begin() + std::ptrdiff_t(marks_.back());
        std::vector<Id> items(first, stack_.end());
        stack_.erase(first, stack_.end());
        marks_.pop_back();
        return items;
    }
    std::vector<Id> popSome(std::size_t count) {
        std::vector<Id> items(count);
        for (auto i = count; i-- > 0;) items[i] = pop();
        return items;
    }
    void make(PickleNode node) {
        if (nodes_.size() >= Pickle::kMaxNodes)
            throw Error{ErrorCode::Unsupported, "the pickle has more than 8 million values"};
        nodes_.push_back(std::move(node));
        push(Id(nodes_.size() - 1));
    }
    void make(Kind kind, std::vector<Id> items) {
        make({.kind = kind, .text = {}, .name = {}, .items = std::move(items)});
    }
    void makeText(Kind kind, std::string_view text) {
        make({.kind = kind, .text = text, .name = {}, .items = {}});
    }
    void makeInt(std::int64_t value) {
        make({.kind = Kind::Int, .number = value, .text = {}, .name = {}, .items = {}});
    }
    void makeReal(double value) {
        make({.kind = Kind::Float, .real = value, .text = {}, .name = {}, .items = {}});
    }
    void makeClass(std::string_view module, std::string_view name) {
        make({.kind = Kind::Class, .text = module, .name = name, .items = {}});
    }

    // Opcodes, by what they make. Each function says whether the opcode was one of its own.
    bool number(unsigned char op);
    bool text(unsigned char op);
    bool container(unsigned char op);
    bool object(unsigned char op);
    bool stackOrMemo(unsigned char op);

    void decimal(std::string_view digits);
    void longInt(std::string_view raw);
    void addItems(Id target, const std::vector<Id>& items);
    void addPairs(Id target, const std::vector<Id>& pairs);
    void call(Id callee, Id arguments);
    void remember(std::uint64_t key) { memo_[key] = top(); }
    void recall(std::uint64_t key) {
        const auto found = memo_.find(key);
        if (found == memo_.end())
            damaged("it refers to value " + std::to_string(key) + ", which it does not hold");
        push(found->second);
    }
    std::uint64_t memoKey(std::string_view digits) const {
        std::uint64_t key = 0;
        const auto end = digits.data() + digits.size();
        const auto read = std::from_chars(digits.data(), end, key);
        if (read.ptr != end || read.ec != std::errc()) damaged("a reference is no number");
        return key;
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    std::deque<PickleNode>& nodes_;
    std::vector<Id> stack_;
    std::vector<std::size_t> marks_;
    std::unordered_map<std::uint64_t, Id> memo_;
};

void Unpickler::decimal(std::string_view digits) {
    if (digits.ends_with('L')) digits.remove_suffix(1);
    std::int64_t value = 0;
    const auto end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value);
    if (read.ptr != end || digits.empty()) damaged("a number is none");
    if (read.ec == std::errc())
        makeInt(value);
    else
        makeText(Kind::LongInt, digits);
}

void Unpickler::longInt(std::string_view raw) {
    if (raw.size() > 8) return makeText(Kind::LongInt, raw);
    auto value = unsignedOf(raw);
    if (!raw.empty() && raw.size() < 8 && (raw.back() & 0x80))
        value |= ~std::uint64_t(0) << (8 * raw.size());
    makeInt(std::int64_t(value));
}

bool Unpickler::number(unsigned char op) {
    switch (op) {
        case 'N':
            push(kNone);
            return true;
        case 0x88:
            push(kTrue);
            return true;
        case 0x89:
            push(kFalse);
            return true;
        case 'I': {
            const auto digits = line();
            if (digits == "00" || digits == "01")
                push(digits == "01" ? kTrue : kFalse);
            else
                decimal(digits);
            return true;
        }
        case 'L':
            decimal(line());
            return true;
        case 'J':
            makeInt(std::int32_t(size(4)));
            return true;
        case 'K':
            makeInt(std::int64_t(size(1)));
            return true;
        case 'M':
            makeInt(std::int64_t(size(2)));
            return true;
        case 0x8a:
            longInt(take(size(1)));
            return true;
        case 0x8b:
            longInt(take(size(4)));
            return true;
        case 'F': {
            const auto digits = line();
            double value = 0;
            const auto end = digits.data() + digits.size();
            if (std::from_chars(digits.data(), end, value).ptr != end) damaged("a number is none");
            makeReal(value);
            return true;
        }
        case 'G': {
            std::string raw(take(8));
            std::reverse(raw.begin(), raw.end());
            makeReal(std::bit_cast<double>(unsignedOf(raw)));
            return true;
        }
        default:
            return false;
    }
}

bool Unpickler::text(unsigned char op) {
    switch (op) {
        case 'V':
            makeText(Kind::Text, line());
            return true;
        case 'S': {
            auto quoted = line();
            if (quoted.size() < 2 || quoted.front() != quoted.back())
                damaged("a text has no quotes");
            makeText(Kind::Text, quoted.substr(1, quoted.size() - 2));
            return true;
        }
        case 0x8c:
        case 'U':
            makeText(Kind::Text, take(size(1)));
            return true;
        case 'T':
        case 'X':
            makeText(Kind::Text, take(size(4)));
            return true;
        case 0x8d:
            makeText(Kind::Text, take(size(8)));
            return true;
        case 'C':
            makeText(Kind::Bytes, take(size(1)));
            return true;
        case 'B':
            makeText(Kind::Bytes, take(size(4)));
            return true;
        case 0x8e:
        case 0x96:
            makeText(Kind::Bytes, take(size(8)));
            return true;
        default:
            return false;
    }
}

void Unpickler::addItems(Id target, const std::vector<Id>& items) {
    auto& node = nodes_[target];
    if (node.kind == Kind::List)
        node.items.insert(node.items.end(), items.begin(), items.end());
    else if (node.kind != Kind::Object)
        damaged("it appends to what is no list");
}

void Unpickler::addPairs(Id target, const std::vector<Id>& pairs) {
    if (pairs.size() % 2 != 0) damaged("a key has no value");
    auto& node = nodes_[target];
    if (node.kind == Kind::Dict)
        node.items.insert(node.items.end(), pairs.begin(), pairs.end());
    else if (node.kind != Kind::Object)
        damaged("it sets items of what is no dictionary");
}

bool Unpickler::container(unsigned char op) {
    switch (op) {
        case ')':
            push(kEmptyTuple);
            return true;
        case 't':
            make(Kind::Tuple, popMarked());
            return true;
        case 0x85:
            make(Kind::Tuple, popSome(1));
            return true;
        case 0x86:
            make(Kind::Tuple, popSome(2));
            return true;
        case 0x87:
            make(Kind::Tuple, popSome(3));
            return true;
        case ']':
        case 0x8f:
            make(Kind::List, {});
            return true;
        case 'l':
        case 0x91:
            make(Kind::List, popMarked());
            return true;
        case '}':
            make(Kind::Dict, {});
            return true;
        case 'd': {
            const auto pairs = popMarked();
            make(Kind::Dict, {});
            addPairs(top(), pairs);
            return true;
        }
        case 'a': {
            const auto item = popSome(1);
            addItems(top(), item);
            return true;
        }
        case 'e':
        case 0x90: {
            const auto items = popMarked();
            addItems(top(), items);
            return true;
        }
        case 's': {
            const auto pair = popSome(2);
            addPairs(top(), pair);
            return true;
        }
        case 'u': {
            const auto pairs = popMarked();
            addPairs(top(), pairs);
            return true;
        }
        default:
            return false;
    }
}

void Unpickler::call(Id callee, Id arguments) {
    const auto& node = nodes_[callee];
    if (isClass(node, "collections", "OrderedDict") || isClass(node, "collections", "defaultdict"))
        make(Kind::Dict, {});
    else
        make(Kind::Object, {callee, arguments});
}

bool Unpickler::object(unsigned char op) {
    switch (op) {
        case 'c': {
            const auto module = line();
            makeClass(module, line());
            return true;
        }
        case 0x93: {
            const auto names = popSome(2);
            const auto &module = nodes_[names[0]], &name = nodes_[names[1]];
            if (module.kind != Kind::Text || name.kind != Kind::Text)
                damaged("a class has no name");
            makeClass(module.text, name.text);
            return true;
        }
        case 0x82:
            makeClass("", take(1));
            return true;  // a class by its number in a registry
        case 0x83:
            makeClass("", take(2));
            return true;
        case 0x84:
            makeClass("", take(4));
            return true;
        case 'R':
        case 0x81: {  // call, or make an object
            const auto parts = popSome(2);
            call(parts[0], parts[1]);
            return true;
        }
        case 0x92: {  // with named arguments, which are dropped
            const auto parts = popSome(3);
            call(parts[0], parts[1]);
            return true;
        }
        case 'i':
        case 'o': {  // the class is named here, or lies under the arguments
            if (op == 'i') {
                const auto module = line();
                const auto name = line();
                auto arguments = popMarked();
                makeClass(module, name);
                make(Kind::Tuple, std::move(arguments));
            } else {
                auto arguments = popMarked();
                if (arguments.empty()) damaged("an object has no class");
                push(arguments.front());
                arguments.erase(arguments.begin());
                make(Kind::Tuple, std::move(arguments));
            }
            const auto parts = popSome(2);
            call(parts[0], parts[1]);
            return true;
        }
        case 'b':
            pop();
            top();
            return true;  // an object's state is of no use here
        case 'P': {
            makeText(Kind::Text, line());
            make(Kind::Persistent, popSome(1));
            return true;
        }
        case 'Q':
            make(Kind::Persistent, popSome(1));
            return true;
        default:
            return false;
    }
}

bool Unpickler::stackOrMemo(unsigned char op) {
    switch (op) {
        case 0x80:
            if (const auto protocol = size(1); protocol > 5)
                throw Error{ErrorCode::Unsupported,
                            "the pickle has protocol " + std::to_string(protocol)};
            return true;
        case 0x95:  // a frame is a hint for readers of streams
            if (size(8) > bytes_.size() - at_) damaged("it is truncated");
            return true;
        case '(':
            marks_.push_back(stack_.size());
            return true;
        case '0':
            if (!marks_.empty() && marks_.back() == stack_.size())
                marks_.pop_back();
            else
                pop();
            return true;
        case '1':
            popMarked();
            return true;
        case '2':
            push(top());
            return true;
        case 'p':
            remember(memoKey(line()));
            return true;
        case 'q':
            remember(size(1));
            return true;
        case 'r':
            remember(size(4));
            return true;
        case 0x94:
            remember(memo_.size());
            return true;
        case 'g':
            recall(memoKey(line()));
            return true;
        case 'h':
            recall(size(1));
            return true;
        case 'j':
            recall(size(4));
            return true;
        case 0x97:
        case 0x98:
            throw Error{ErrorCode::Unsupported, "the pickle keeps its data outside of itself"};
        default:
            return false;
    }
}

Result<Pickle> Pickle::parse(std::string_view bytes) {
    Pickle pickle;
    try {
        Unpickler unpickler(bytes, pickle);
        pickle.root_ = unpickler.run();
        pickle.size_ = unpickler.at();
    } catch (const Error& error) {
        return error;
    }
    return pickle;
}

const PickleNode* Pickle::find(const PickleNode& dict, std::string_view key) const {
    if (dict.kind != Kind::Dict) return nullptr;
    for (std::size_t i = dict.items.size() / 2; i-- > 0;)  // Python's rule: the last one holds
        if (const auto& k = item(dict, 2 * i); k.kind == Kind::Text && k.text == key)
            return &item(dict, 2 * i + 1);
    return nullptr;
}

}  // namespace fs2
