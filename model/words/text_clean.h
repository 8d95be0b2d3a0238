// How open_clip cleans a text before it is cut into tokens: ftfy's character fixes (its repair of
// texts decoded with a wrong encoding is left out), HTML entities, white space, lower case. Pure
// functions; any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace fs2 {

/// Bytes that are no UTF-8 become U+FFFD.
std::u32string fromUtf8(std::string_view bytes);
void appendUtf8(std::string& out, char32_t c);

/// Python's html.unescape().
std::u32string unescapeHtml(const std::u32string& text);
/// Unicode's canonical composition (NFC).
std::u32string composed(const std::u32string& text);
/// Python's str.lower().
std::u32string lowered(const std::u32string& text);
/// All of it, as the tokenizer does.
std::u32string cleanText(std::string_view text);
/// The words that the byte-pair code is made of, in their order: contractions, runs of letters,
/// single digits, runs of other signs, and the two special tokens.
std::vector<std::u32string> splitWords(const std::u32string& clean);

}  // namespace fs2
