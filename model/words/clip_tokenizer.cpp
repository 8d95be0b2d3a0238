#include "model/words/clip_tokenizer.h"

#include <array>
#include <filesystem>
#include <unordered_map>

#include <zlib.h>

#include "annotation/core/files.h"
#include "model/words/text_clean.h"

namespace fs2 {

struct ClipTokenizer::Tables {
    struct Merge {
        int rank;
        int id;  ///< of the two together
    };
    /// Ids of single bytes, inside a word and at its end.
    std::array<int, 256> inner, last;
    std::unordered_map<std::uint64_t, Merge> merges;  ///< by the two ids

    static std::uint64_t key(int a, int b) { return std::uint64_t(a) << 32 | std::uint32_t(b); }
    std::vector<int> bytePairs(std::string_view word) const;
};

namespace {

constexpr int kMerges = ClipTokenizer::kVocabulary - 2 * 256 - 2;
constexpr std::string_view kWordEnd = "</w>";

Result<std::string> inflated(const std::string& path, std::string bytes) {
    constexpr std::size_t kLimit = 16 << 20;  // the real one has 3.2 MB
    std::string text;
    std::array<char, 1 << 16> piece{};
    z_stream stream{};
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
        return Error{ErrorCode::OutOfMemory, path + ": zlib cannot start"};
    stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    int state = Z_OK;
    while (state == Z_OK && text.size() <= kLimit) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        state = inflate(&stream, Z_NO_FLUSH);
        text.append(piece.data(), piece.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (state != Z_STREAM_END)
        return Error{ErrorCode::Unreadable, path + ": not a whole gzip file"};
    return text;
}

/// The sign that stands for a byte in the file: printable Latin-1 itself, the others from U+0100
/// on.
std::vector<std::pair<int, std::string>> byteSigns() {
    std::vector<std::pair<int, std::string>> signs;
    const auto add = [&](int byte, char32_t c) {
        signs.emplace_back(byte, std::string{});
        appendUtf8(signs.back().second, c);
    };
    const auto printable = [](int b) {
        return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
    };
    for (int b = 0; b < 256; ++b)
        if (printable(b)) add(b, char32_t(b));
    char32_t next = 0x100;
    for (int b = 0; b < 256; ++b)
        if (!printable(b)) add(b, next++);
    return signs;
}

/// The two parts of each merge; empty where the text is no such list.
std::vector<std::pair<std::string, std::string>> mergesOf(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> merges;
    auto at = text.find('\n');  // the first line tells the version
    while (at < text.size() && int(merges.size()) < kMerges) {
        const auto end = std::min(text.find('\n', at + 1), text.size());
        const auto line = text.substr(at + 1, end - at - 1);
        const auto gap = line.find(' ');
        if (gap == 0 || gap == std::string_view::npos || gap + 1 == line.size()) return {};
        merges.emplace_back(line.substr(0, gap), line.substr(gap + 1));
        at = end;
    }
    if (int(merges.size()) != kMerges) return {};
    return merges;
}

}  // namespace

Result<ClipTokenizer> ClipTokenizer::load(const std::string& given) {
    const auto path = given.empty() ? clipVocabularyPath() : given;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return Error{ErrorCode::NotFound, path +
                                              ": the vocabulary for texts is not there; "
                                              "packaging/setup fetches it"};
    const auto bytes = readWholeFile(path);
    if (!bytes) return bytes.error();
    const auto text = inflated(path, *bytes);
    if (!text) return text.error();
    const auto wrong =
        Error{ErrorCode::Unreadable, path + ": not CLIP's list of 48,894 byte pairs"};
    const auto merges = mergesOf(*text);
    if (merges.empty()) return wrong;

    auto tables = std::make_shared<Tables>();
    std::unordered_map<std::string, int> ids;
    int next = 0;
    const auto signs = byteSigns();
    for (const auto& [byte, sign] : signs) ids[sign] = tables->inner[std::size_t(byte)] = next++;
    for (const auto& [byte, sign] : signs)
        ids[sign + std::string(kWordEnd)] = tables->last[std::size_t(byte)] = next++;
    for (const auto& [a, b] : merges) ids[a + b] = next++;
    for (int rank = 0; rank < kMerges; ++rank) {
        const auto& [a, b] = merges[std::size_t(rank)];
        const auto first = ids.find(a), second = ids.find(b);
        if (first == ids.end() || second == ids.end()) return wrong;
        tables->merges[Tables::key(first->second, second->second)] = {rank, ids[a + b]};
    }
    ClipTokenizer tokenizer;
    tokenizer.tables_ = std::move(tables);
    return tokenizer;
}

std::vector<int> ClipTokenizer::Tables::bytePairs(std::string_view word) const {
    std::vector<int> ids;
    for (const char c : word) ids.push_back(inner[static_cast<unsigned char>(c)]);
    ids.back() = last[static_cast<unsigned char>(word.back())];
    while (ids.size() > 1) {
        const Merge* best = nullptr;
        std::size_t bestAt = 0;
        for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
            const auto found = merges.find(key(ids[i], ids[i + 1]));
            if (found == merges.end() || (best && found->second.rank >= best->rank)) continue;
            best = &found->second;
            bestAt = i;
        }
        if (!best) break;
        const int a = ids[bestAt], b = ids[bestAt + 1];
        std::size_t to = bestAt;
        for (std::size_t i = bestAt; i < ids.size(); ++i) {
            const bool pair = i + 1 < ids.size() && ids[i] == a && ids[i + 1] == b;
            ids[to++] = pair ? best->id : ids[i];
            i += pair;
        }
        ids.resize(to);
    }
    return ids;
}

std::vector<std::int64_t> ClipTokenizer::encode(std::string_view text) const {
    std::vector<std::int64_t> ids;
    for (const auto& word : splitWords(cleanText(text))) {
        if (word == U"<start_of_text>" || word == U"<end_of_text>") {
            ids.push_back(word[1] == U's' ? kStart : kEnd);
            continue;
        }
        std::string bytes;
        for (const auto c : word) appendUtf8(bytes, c);
        const auto pairs = tables_->bytePairs(bytes);
        ids.insert(ids.end(), pairs.begin(), pairs.end());
    }
    return ids;
}

std::vector<std::int64_t> ClipTokenizer::tokens(std::string_view text) const {
    auto ids = encode(text);
    ids.insert(ids.begin(), kStart);
    ids.resize(std::min(ids.size(), std::size_t(kContext - 1)));
    ids.push_back(kEnd);
    ids.resize(kContext, 0);
    return ids;
}

std::string clipVocabularyPath() {
    return userCacheFolder() + "/open_clip_torch-3.3.0/bpe_simple_vocab_16e6.txt.gz";
}

}  // namespace fs2
