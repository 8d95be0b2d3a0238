// OpenVocabulary: class tables for what a user types, from the files that the user named. The text
// tower is read once, when a word first needs it. LibTorch; one thread.
#pragma once
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "model/words/class_table.h"
#include "model/words/text_options.h"

namespace fs2 {

class OpenVocabulary {
  public:
    /// The tower computes on `device`; tables are on the CPU.
    explicit OpenVocabulary(TextOptions options, torch::Device device = torch::kCPU)
        : options_(std::move(options)), device_(device) {}
    /// Whether a tower or a table was named; the reason that users are told where none was.
    bool available() const { return !options_.towerPath.empty() || !options_.tablePath.empty(); }
    static Error missing();

    /// The table for options.classes: things first.
    Result<ClassTable> table(std::stop_token stop = {}) { return table(options_.classes, stop); }
    /// For a file of class names, or names separated by commas. Classes that options.tablePath has
    /// are taken from it, others are encoded by options.towerPath; empty = the table's own classes,
    /// else COCO panoptic's. Unsupported where a word cannot be encoded, NotFound where a file or
    /// the vocabulary is missing.
    Result<ClassTable> table(const std::string& classes, std::stop_token stop = {});

  private:
    Result<ClassTable> fromTable(const std::vector<ClassName>& wanted);
    Result<ClassTable> encoded(const std::vector<ClassName>& wanted, std::stop_token stop);

    TextOptions options_;
    torch::Device device_;
    std::optional<WordEncoder> encoder_;
};

}  // namespace fs2
