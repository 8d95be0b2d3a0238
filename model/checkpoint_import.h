// A checkpoint that a user has becomes weights of a network here; weights become a checkpoint that
// PyTorch reads. Any thread. Errors name the file.
#pragma once
#include <string>

#include "annotation/core/result.h"
#include "model/checkpoint_file.h"
#include "model/checkpoint_match.h"

namespace fs2 {

struct ImportReport {
    Checkpoint source;
    CheckpointMatch match;
    std::string output;
};
/// Matches `source`, read from `path`, with the state of `network` and writes that state to
/// `output` as safetensors: types as they are, batch counters that the file lacks as 0; network,
/// origin and its hash in the metadata. An empty `output` is a new file in weightsFolder(), named
/// as the origin is. WrongModel where the network would not work; BadRequest where the folder has
/// another file of that name; Unsupported for an unknown network; NotFound, Unreadable, ReadOnly,
/// DiskFull.
Result<ImportReport> importCheckpoint(const std::string& path, const std::string& network,
                                      const std::string& output = {});

/// Writes the tensors as torch.save() writes a state_dict: a zip file with an OrderedDict that
/// carries
/// `_metadata`, the versions of the modules (mmdet renames tensors of states without).
Result<void> exportCheckpoint(const std::string& path, const Checkpoint& checkpoint);

}  // namespace fs2
