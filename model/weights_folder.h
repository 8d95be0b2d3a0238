// The user's own weights: what `models import` writes and `--weights NAME` finds. One folder of
// safetensors files, each with its network in the metadata. Any thread.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "annotation/core/result.h"
#include "model/checkpoint_match.h"

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

/// The file that is meant: `wanted` itself where there is such a file or it names a folder, else an
/// imported file of that name. Where nothing is wanted: the bundled file for fastsam2_s, for other
/// networks the imported file (the newest of several). NotFound says what to do.
Result<std::string> findWeights(const std::string& network, const std::string& wanted);

struct ImportReport {
    Checkpoint source;
    CheckpointMatch match;
    std::string output;
};
/// Reads `path`, matches it with what `network` expects and writes a whole state of it to `output`
/// as safetensors (types as they are; batch counters that the file lacks become 0), with origin,
/// its hash and the network in the metadata. An empty `output` is NAME.safetensors in
/// weightsFolder(). WrongModel where the network would not work with it.
Result<ImportReport> importWeights(const std::string& path, const std::string& network,
                                   std::span<const ExpectedEntry> expected,
                                   const std::string& output = {});

}  // namespace fs2
