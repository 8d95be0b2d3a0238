// ClassTable: the text vectors that queries are compared with (MODEL.md E.8), made from class names
// by a text tower or read from a file; and the lists of class names. LibTorch; values, one thread.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <torch/torch.h>

#include "annotation/core/result.h"
#include "model/class_names.h"
#include "model/clip_tokenizer.h"
#include "model/text_tower.h"

namespace fs2 {

struct ClassTable {
    std::vector<ClassName> classes;  ///< C
    /// (C, K, D) float32, rows of length 1: K = the most synonyms of a class; shorter rows repeat
    /// their first synonym.
    torch::Tensor vectors;
    /// TextTower::id(), or "file:" and the hash of the file that the table was read from. A table
    /// works only with weights trained for its encoder.
    std::string encoder;

    /// (D, C + 1, K), the row of zeros for "nothing" appended: RAP's buffer fc_cls.
    torch::Tensor classifier() const;
};

/// Encodes every synonym with the 14 templates: each of length 1, mean, length 1.
Result<ClassTable> makeClassTable(const std::vector<ClassName>& classes,
                                  const ClipTokenizer& tokenizer, const TextTower& tower);
/// The same, kept in the user's cache folder by a hash of names, templates and tower: a second call
/// reads it. A cache that cannot be written is no error.
Result<ClassTable> cachedClassTable(const std::vector<ClassName>& classes,
                                    const ClipTokenizer& tokenizer, const TextTower& tower);

/// A user's table: .pth (a tensor, or a dictionary with one), .safetensors (one tensor, or ours),
/// .npy; (C, K, D) or (C, D). `classes` are its rows' names; empty = those in the file, or COCO
/// panoptic's where there are 133 rows. Errors: NotFound, Unreadable, BadRequest (another number of
/// names).
Result<ClassTable> loadClassTable(const std::string& path, const std::vector<ClassName>& classes);
Result<void> saveClassTable(const std::string& path, const ClassTable& table);

/// What the user gave: words, and where vectors come from.
struct TextOptions {
    std::string
        classes;  ///< file of class names, or names separated by commas; empty = the table's
    std::string towerPath;                             ///< --text-model
    TextActivation activation = TextActivation::Gelu;  ///< --text-activation
    std::string tablePath;                             ///< --class-table
};
/// The table for `options`: read from tablePath where that is given, else made by the tower.
/// Unsupported where neither is given, NotFound where the vocabulary is missing: the details are
/// for the user.
Result<ClassTable> classTableFor(const TextOptions& options);

}  // namespace fs2
