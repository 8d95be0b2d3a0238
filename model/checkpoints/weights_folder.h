// The user's own weights: what `models import` writes and `--weights NAME` finds. One folder of
// safetensors files, each with its network in the metadata. Any thread.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/result.h"

namespace fs2 {

/// $XDG_DATA_HOME (else ~/.local/share) + /fastsam2-studio/weights; empty where there is no home.
std::string weightsFolder();

struct ImportedWeights {
    std::string name;  ///< file name without ".safetensors"
    std::string path;
    std::string network;  ///< empty where the file does not say
};
/// The folder's files by name; those that cannot be read are left out.
std::vector<ImportedWeights> importedWeights();

/// The file that is meant: `wanted` itself where it is a path or there is such a file, else an
/// imported file of that name. Where nothing is wanted: the bundled file for fastsam2_s, for other
/// networks the newest imported file. NotFound says what to do.
Result<std::string> findWeights(const std::string& network, const std::string& wanted);

}  // namespace fs2
