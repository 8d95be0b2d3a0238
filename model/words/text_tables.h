// Unicode and HTML tables of text_clean.cpp, made by model/words/make_text_tables.py from Python's html
// and unicodedata, regex and ftfy: own tables, because a build without system packages needs them
// too.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace fs2::text_tables {

struct Range {
    char32_t first, last;  ///< both included
};
/// The classes of the tokenizer's pattern; gaps are in none of them (regex's \s, and U+0345).
extern const std::span<const Range> kLetters, kNumbers, kGaps;
/// What Python's str.split() and str.strip() take for white space.
extern const std::span<const Range> kSpaces;
/// For the lower case of a final sigma: cased letters, and signs that are looked through.
extern const std::span<const Range> kCased, kCaseIgnorable;

/// Every `stride`-th of first..last becomes itself + delta.
struct Lower {
    char32_t first, last;
    std::uint32_t stride;
    std::int32_t delta;
};
extern const std::span<const Lower> kLower;

/// Canonical decomposition of one step; b = 0 where it is a single sign.
struct Decomposition {
    char32_t c, a, b;
};
extern const std::span<const Decomposition> kDecompositions;  ///< by c
extern const std::span<const Decomposition> kCompositions;    ///< by (a, b)
struct Combining {
    char32_t first, last;
    int order;  ///< canonical combining class
};
extern const std::span<const Combining> kCombining;

struct Fix {
    char32_t from;
    std::u32string_view to;
};
/// ftfy's fixes of single signs, one after the other: C1 controls, ligatures, widths, quotes, ends
/// of line.
extern const std::span<const Fix> kFixes;

struct Entity {
    std::string_view name;  ///< without '&', with ';' where it belongs to it
    std::u32string_view text;
};
extern const std::span<const Entity> kEntities;       ///< html.entities.html5, by name
extern const std::span<const Entity> kUpperEntities;  ///< names in capitals that only ftfy knows
/// Numeric references that HTML reads as another sign; those that vanish.
extern const std::span<const Fix> kNumericFixes;
extern const std::span<const Range> kNoReferences;

}  // namespace fs2::text_tables
