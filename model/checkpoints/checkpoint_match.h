// Which of a network's tensors a checkpoint has. Pure functions; any thread.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/checkpoints/checkpoint_file.h"

namespace fs2 {

/// A tensor of a network's state.
struct ExpectedEntry {
    std::string name;
    std::vector<std::int64_t> shape;
    bool optional =
        false;  ///< the network works without: counters of batches, non-persistent buffers
};

struct CheckpointMatch {
    std::string prefix;  ///< that all names of the file carry and the network's do not: "module." …
    std::map<std::string, std::string> matched;  ///< network's name -> file's name
    std::vector<std::string> missing;            ///< not optional
    std::vector<std::string> missingOptional;
    std::vector<std::string> wrongShape;     ///< "NAME is 3x4, not 4x3"
    std::vector<std::string> unexpected;     ///< file's names
    std::map<std::string, int> knownExtras;  ///< "prompt fusion of FastSAM2" -> tensors, not used

    bool works() const { return missing.empty() && wrongShape.empty(); }
    /// What is wrong, in a line; empty where it works.
    std::string fault() const;
};

/// Finds the prefix under which most names match, then sorts the file's names by what they are.
CheckpointMatch matchCheckpoint(const std::map<std::string, CheckpointTensor>& tensors,
                                std::span<const ExpectedEntry> expected);

}  // namespace fs2
