// ClipTokenizer: byte-pair tokens of CLIP's text towers, the same ids as open_clip's
// SimpleTokenizer with its default cleaning. Needs the vocabulary bpe_simple_vocab_16e6.txt.gz,
// which packaging/setup takes from the pinned open_clip_torch wheel. No torch. Immutable after
// load(): any thread.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

class ClipTokenizer {
  public:
    static constexpr int kVocabulary = 49408;
    static constexpr int kContext = 77;
    static constexpr std::int64_t kStart = 49406;
    static constexpr std::int64_t kEnd = 49407;  ///< the largest id: the tower finds it by argmax

    /// Reads the gzipped vocabulary; empty = clipVocabularyPath(). Errors: NotFound (the detail
    /// says how to get it), Unreadable.
    static Result<ClipTokenizer> load(const std::string& path = {});
    /// kContext ids: start, the text's, end, zeros. A longer text is cut, its last id is kEnd.
    std::vector<std::int64_t> tokens(std::string_view text) const;
    /// The text's ids alone, not cut.
    std::vector<std::int64_t> encode(std::string_view text) const;

  private:
    struct Tables;
    std::shared_ptr<const Tables> tables_;
};

/// The vocabulary in the user's cache folder; the file may be missing.
std::string clipVocabularyPath();

}  // namespace fs2
