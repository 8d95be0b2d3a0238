// ClassTable: the text vectors that queries are compared with (MODEL.md E.8), made from class names
// by a text tower or read from a file. LibTorch; values, one thread.
#pragma once
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <torch/torch.h>

#include "annotation/core/result.h"
#include "model/words/class_names.h"
#include "model/words/clip_tokenizer.h"
#include "model/words/text_tower.h"

namespace fs2 {

struct ClassTable {
    std::vector<ClassName> classes;  ///< C
    /// (C, K, D) float32 of length 1: K = the most synonyms that a class has; shorter rows repeat
    /// their first one. TextClassifier appends the zeros of "nothing".
    torch::Tensor vectors;
    /// TextTower::id(), or "file:" and the hash of the file that the table was read from. A table
    /// works only with weights trained for its encoder.
    std::string encoder;

    std::int64_t things() const;
    /// The rows in another order, or some of them.
    ClassTable rows(const std::vector<std::int64_t>& which) const;
};

/// A tower with its tokenizer; a word is encoded once.
class WordEncoder {
  public:
    WordEncoder(ClipTokenizer tokenizer, TextTower tower)
        : tokenizer_(std::move(tokenizer)), tower_(std::move(tower)) {}
    /// (D): the word in the 14 templates, each of length 1, mean, length 1.
    torch::Tensor vector(const std::string& word);
    /// Takes over the words of a table that this tower made.
    void learn(const ClassTable& table);
    const std::string& id() const { return tower_.id(); }

  private:
    ClipTokenizer tokenizer_;
    TextTower tower_;
    std::map<std::string, torch::Tensor> known_;
};

/// A row for each class, a vector for each of its synonyms. Cancelled.
Result<ClassTable> makeClassTable(const std::vector<ClassName>& classes, WordEncoder& encoder,
                                  std::stop_token stop = {});
/// The same, kept in the user's cache folder by a hash of names, templates and tower: a second call
/// reads it. A cache that cannot be written is no error.
Result<ClassTable> cachedClassTable(const std::vector<ClassName>& classes, WordEncoder& encoder,
                                    std::stop_token stop = {});

/// A user's table: .pth (a tensor, or a dictionary with one), .safetensors (one tensor, or ours),
/// .npy; (C, K, D) or (C, D). `names` are for a file that has none itself; without them 133 rows
/// are COCO panoptic's. Errors: NotFound, Unreadable, BadRequest (another number of names).
Result<ClassTable> loadClassTable(const std::string& path, const std::vector<ClassName>& names);
Result<void> saveClassTable(const std::string& path, const ClassTable& table);

}  // namespace fs2
