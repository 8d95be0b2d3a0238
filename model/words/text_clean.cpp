#include "model/words/text_clean.h"

#include <algorithm>
#include <optional>

#include "model/words/text_tables.h"

namespace fs2 {

namespace tt = text_tables;
using std::u32string;
using std::u32string_view;

namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// The row of a table of {first, last, …} that holds c.
template <class Row>
const Row* rowOf(std::span<const Row> rows, char32_t c) {
    const auto at = std::ranges::lower_bound(rows, c, {}, &Row::last);
    return at != rows.end() && at->first <= c ? &*at : nullptr;
}
bool isIn(std::span<const tt::Range> rows, char32_t c) {
    return rowOf(rows, c) != nullptr;
}

const u32string_view* fixOf(std::span<const tt::Fix> rows, char32_t c) {
    const auto at = std::ranges::lower_bound(rows, c, {}, &tt::Fix::from);
    return at != rows.end() && at->from == c ? &at->to : nullptr;
}

const u32string_view* entityOf(std::span<const tt::Entity> rows, u32string_view name) {
    std::string key;
    for (const auto c : name) {
        if (c > 0x7F) return nullptr;
        key += char(c);
    }
    const auto at = std::ranges::lower_bound(rows, std::string_view(key), {}, &tt::Entity::name);
    return at != rows.end() && at->name == key ? &at->text : nullptr;
}

bool isDigit(char32_t c) {
    return c >= U'0' && c <= U'9';
}
bool isHexDigit(char32_t c) {
    return isDigit(c) || (c >= U'a' && c <= U'f') || (c >= U'A' && c <= U'F');
}
bool isAsciiLetter(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

/// What a numeric reference stands for; `digits` are of the base.
u32string numericReference(u32string_view digits, std::uint32_t base) {
    std::uint64_t value = 0;
    for (const auto c : digits) {
        const auto digit = isDigit(c) ? c - U'0' : (c | 0x20) - U'a' + 10;
        value = std::min<std::uint64_t>(value * base + digit, 0x110000);
    }
    const auto c = char32_t(value);
    if (const auto* fix = fixOf(tt::kNumericFixes, c)) return u32string(*fix);
    if (c == 0 || (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF) return {kReplacement};
    if (isIn(tt::kNoReferences, c)) return {};
    return {c};
}

/// HTML takes the longest beginning of a name that it knows.
u32string namedReference(u32string_view name) {
    for (auto length = name.size(); length > 1; --length)
        if (const auto* text = entityOf(tt::kEntities, name.substr(0, length)))
            return u32string(*text) + u32string(name.substr(length));
    return U'&' + u32string(name);
}

/// The reference that begins after the '&' at `at`: html's
/// &(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?). Moves `at` behind it.
std::optional<u32string> reference(u32string_view text, std::size_t& at) {
    const auto run = [&](std::size_t from, std::size_t most, auto&& fits) {
        auto end = from;
        while (end < text.size() && end - from < most && fits(text[end])) ++end;
        return end;
    };
    const auto close = [&](std::size_t end) {
        return end + (end < text.size() && text[end] == U';');
    };
    const auto from = at + 1;
    if (from < text.size() && text[from] == U'#') {
        const bool hex = from + 1 < text.size() && (text[from + 1] | 0x20) == U'x';
        const auto digits = from + 1 + hex;
        const auto end = run(digits, text.size(), hex ? isHexDigit : isDigit);
        if (end == digits) return {};
        at = close(end);
        return numericReference(text.substr(digits, end - digits), hex ? 16 : 10);
    }
    const auto end = run(from, 32, [](char32_t c) {
        return u32string_view(U"\t\n\f <&#;").find(c) == u32string_view::npos;
    });
    if (end == from) return {};
    at = close(end);
    return namedReference(text.substr(from, at - from));
}

/// ftfy's careful version: only names that end in ';', but some in capitals too.
u32string unescapeCarefully(const u32string& text) {
    u32string out;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != U'&') {
            out += text[at++];
            continue;
        }
        const auto name = at + 1;
        auto end = name + (name < text.size() && text[name] == U'#');
        const auto from = end;
        while (end < text.size() && end - from < 24 &&
               (isDigit(text[end]) || isAsciiLetter(text[end])))
            ++end;
        if (end == from || end >= text.size() || text[end] != U';') {
            out += text[at++];
            continue;
        }
        const auto whole = u32string_view(text).substr(name, end + 1 - name);
        if (const auto* known = entityOf(tt::kEntities, whole)) {
            out += *known;
        } else if (const auto* upper = entityOf(tt::kUpperEntities, whole)) {
            out += *upper;
        } else {
            const auto asWritten = U'&' + u32string(whole);
            const auto plain = from > name ? unescapeHtml(asWritten) : asWritten;
            out += plain.find(U';') == u32string::npos ? plain : asWritten;
        }
        at = end + 1;
    }
    return out;
}

u32string fixCharacters(const u32string& text) {
    u32string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == U'\r') {
            if (i + 1 == text.size() || text[i + 1] != U'\n') out += U'\n';
        } else if (const auto* fix = fixOf(tt::kFixes, text[i])) {
            out += *fix;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Colours and the like: ESC [ numbers letter.
u32string withoutTerminalEscapes(const u32string& text) {
    u32string out;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == 0x1B && i + 1 < text.size() && text[i + 1] == U'[') {
            auto end = i + 2;
            while (end < text.size() && (isDigit(text[end]) || text[end] == U';')) ++end;
            if (end < text.size() && isAsciiLetter(text[end])) {
                i = end + 1;
                continue;
            }
        }
        out += text[i++];
    }
    return out;
}

bool isControl(char32_t c) {
    return c <= 0x08 || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F ||
           (c >= 0x206A && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFC);
}

/// ftfy's fix_text() on one line.
u32string fixLine(u32string line, bool unescape) {
    while (true) {
        auto next = unescape ? unescapeCarefully(line) : line;
        next = withoutTerminalEscapes(fixCharacters(next));
        std::erase_if(next, isControl);
        next = composed(next);
        if (next == line) return line;
        line = std::move(next);
    }
}

u32string fixText(const u32string& text) {
    u32string out;
    bool unescape = true;  // until a '<' shows that this is HTML itself
    for (std::size_t at = 0; at < text.size();) {
        const auto newline = text.find(U'\n', at);
        const auto end = newline == u32string::npos ? text.size() : newline + 1;
        const auto line = text.substr(at, end - at);
        if (line.find(U'<') != u32string::npos) unescape = false;
        out += fixLine(line, unescape);
        at = end;
    }
    return out;
}

u32string withSingleSpaces(const u32string& text) {
    u32string out;
    bool gap = false;
    for (const auto c : text) {
        if (isIn(tt::kSpaces, c)) {
            gap = true;
            continue;
        }
        if (gap && !out.empty()) out += U' ';
        gap = false;
        out += c;
    }
    return out;
}

// Hangul syllables are composed by arithmetic (Unicode, chapter 3.12).
constexpr char32_t kSyllable = 0xAC00, kLead = 0x1100, kVowel = 0x1161, kTail = 0x11A7;
constexpr char32_t kLeads = 19, kVowels = 21, kTails = 28;

void decompose(char32_t c, u32string& out) {
    if (c >= kSyllable && c < kSyllable + kLeads * kVowels * kTails) {
        const auto index = c - kSyllable;
        out += kLead + index / (kVowels * kTails);
        out += kVowel + index / kTails % kVowels;
        if (index % kTails) out += kTail + index % kTails;
        return;
    }
    const auto at = std::ranges::lower_bound(tt::kDecompositions, c, {}, &tt::Decomposition::c);
    if (at == tt::kDecompositions.end() || at->c != c) {
        out += c;
        return;
    }
    decompose(at->a, out);
    if (at->b) decompose(at->b, out);
}

/// 0 where a and b make no sign.
char32_t compositionOf(char32_t a, char32_t b) {
    if (a >= kLead && a < kLead + kLeads && b >= kVowel && b < kVowel + kVowels)
        return kSyllable + ((a - kLead) * kVowels + (b - kVowel)) * kTails;
    if (a >= kSyllable && a < kSyllable + kLeads * kVowels * kTails &&
        (a - kSyllable) % kTails == 0 && b > kTail && b < kTail + kTails)
        return a + (b - kTail);
    const auto key = [](const tt::Decomposition& d) { return std::pair{d.a, d.b}; };
    const auto at = std::ranges::lower_bound(tt::kCompositions, std::pair{a, b}, {}, key);
    return at != tt::kCompositions.end() && key(*at) == std::pair{a, b} ? at->c : 0;
}

int combiningOrder(char32_t c) {
    const auto* row = rowOf(tt::kCombining, c);
    return row ? row->order : 0;
}

/// Whether a cased letter stands in the direction of the iterators, behind signs that do not count.
template <class Iterator>
bool meetsCased(Iterator at, Iterator end) {
    while (at != end && isIn(tt::kCaseIgnorable, *at)) ++at;
    return at != end && isIn(tt::kCased, *at);
}

/// `lower` is an ASCII letter; regex's case folding adds the long s.
bool sameLetter(char32_t c, char lower) {
    const auto l = char32_t(lower);
    return c == l || (l >= U'a' && l <= U'z' && c == l - 0x20) || (l == U's' && c == 0x17F);
}

/// Length of the special token or contraction that begins at `at`; 0 where there is none.
std::size_t fixedWordAt(u32string_view text, std::size_t at) {
    for (const std::string_view word :
         {"<start_of_text>", "<end_of_text>", "'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}) {
        const auto piece = text.substr(at, word.size());
        if (piece.size() == word.size() && std::ranges::equal(piece, word, sameLetter))
            return word.size();
    }
    return 0;
}

enum class Kind { Gap, Letter, Number, Other };
Kind kindOf(char32_t c) {
    if (isIn(tt::kLetters, c)) return Kind::Letter;
    if (isIn(tt::kNumbers, c)) return Kind::Number;
    return isIn(tt::kGaps, c) ? Kind::Gap : Kind::Other;
}

}  // namespace

u32string fromUtf8(std::string_view bytes) {
    u32string out;
    for (std::size_t i = 0; i < bytes.size();) {
        const auto lead = static_cast<unsigned char>(bytes[i]);
        const bool starts = lead < 0x80 || (lead >= 0xC2 && lead < 0xF5);
        const std::size_t more = lead < 0xC0 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        char32_t c = more == 0 ? lead : lead & (0x3Fu >> more);
        bool good = starts && i + more < bytes.size();
        for (std::size_t k = 1; good && k <= more; ++k) {
            const auto next = static_cast<unsigned char>(bytes[i + k]);
            good = (next & 0xC0) == 0x80;
            c = c << 6 | (next & 0x3F);
        }
        constexpr char32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
        good = good && c >= kLeast[more] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
        out += good ? c : kReplacement;
        i += good ? more + 1 : 1;
    }
    return out;
}

void appendUtf8(std::string& out, char32_t c) {
    const int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    constexpr char32_t kLead[] = {0, 0xC0, 0xE0, 0xF0};
    out += static_cast<char>(kLead[more] | c >> (6 * more));
    for (int k = more - 1; k >= 0; --k) out += static_cast<char>(0x80 | (c >> (6 * k) & 0x3F));
}

u32string unescapeHtml(const u32string& text) {
    u32string out;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == U'&')
            if (const auto meant = reference(text, at)) {
                out += *meant;
                continue;
            }
        out += text[at++];
    }
    return out;
}

u32string composed(const u32string& text) {
    if (std::ranges::all_of(text, [](char32_t c) { return c < 0x300; })) return text;
    u32string signs;
    for (const auto c : text) decompose(c, signs);
    for (auto from = signs.begin(); from != signs.end();) {
        const auto end =
            std::find_if(from, signs.end(), [](char32_t c) { return !combiningOrder(c); });
        std::stable_sort(from, end, [](char32_t a, char32_t b) {
            return combiningOrder(a) < combiningOrder(b);
        });
        from = end == signs.end() ? end : end + 1;
    }
    u32string out;
    std::size_t starter = u32string::npos;  // the last sign of order 0 in `out`
    for (const auto c : signs) {
        const int order = combiningOrder(c);
        if (starter != u32string::npos) {
            // Blocked by a sign in between that is of order 0, or of an order no less.
            const bool adjacent = out.size() == starter + 1;
            if (adjacent || (order && combiningOrder(out.back()) < order))
                if (const auto both = compositionOf(out[starter], c)) {
                    out[starter] = both;
                    continue;
                }
        }
        if (!order) starter = out.size();
        out += c;
    }
    return out;
}

u32string lowered(const u32string& text) {
    u32string out;
    for (auto at = text.begin(); at != text.end(); ++at) {
        if (*at == 0x130) {
            out += U"i\u0307";
        } else if (*at == 0x3A3) {
            const bool ends = meetsCased(std::make_reverse_iterator(at), text.rend()) &&
                              !meetsCased(at + 1, text.end());
            out += ends ? char32_t(0x3C2) : char32_t(0x3C3);
        } else {
            const auto* row = rowOf(tt::kLower, *at);
            const bool maps = row && (*at - row->first) % row->stride == 0;
            out += maps ? char32_t(std::int64_t(*at) + row->delta) : *at;
        }
    }
    return out;
}

u32string cleanText(std::string_view text) {
    return lowered(withSingleSpaces(unescapeHtml(unescapeHtml(fixText(fromUtf8(text))))));
}

std::vector<u32string> splitWords(const u32string& clean) {
    std::vector<u32string> words;
    for (std::size_t at = 0; at < clean.size();) {
        auto end = at + fixedWordAt(clean, at);
        if (end == at) {
            const auto kind = kindOf(clean[at++]);
            if (kind == Kind::Gap) continue;
            end = at--;
            while (kind != Kind::Number && end < clean.size() && kindOf(clean[end]) == kind) ++end;
        }
        words.push_back(clean.substr(at, end - at));
        at = end;
    }
    return words;
}

}  // namespace fs2
