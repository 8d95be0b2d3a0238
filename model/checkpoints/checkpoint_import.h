// A checkpoint that a user has becomes weights of a network here; weights become a checkpoint that
// PyTorch reads. Any thread. Errors name the file.
#pragma once
#include <string>

#include "annotation/core/result.h"
#include "model/checkpoints/checkpoint_file.h"
#include "model/checkpoints/checkpoint_match.h"

namespace fs2 {

struct ImportReport {
    std::string path;
    std::string network;
    Checkpoint source;
    CheckpointMatch match;
};
/// Reads a checkpoint and compares it with the state of `network` (model/checkpoints/network_state.h). A network
/// that would not work with it is no error yet. Errors: NotFound, Unreadable, Unsupported.
Result<ImportReport> examineCheckpoint(const std::string& path, const std::string& network);

/// Writes that state as safetensors and returns the file: types as they are, batch counters that the
/// source lacks as 0; network, origin and its hash in the metadata. An empty `output` is a file in
/// weightsFolder(), named as the origin is. Errors: WrongModel where the network would not work;
/// BadRequest where the folder has another file of that name; ReadOnly, DiskFull.
Result<std::string> writeWeights(const ImportReport& report, const std::string& output = {});

/// Writes the tensors as torch.save() writes a state_dict: a zip file with an OrderedDict that
/// carries
/// `_metadata`, the versions of the modules (mmdet renames tensors of states without).
Result<void> exportCheckpoint(const std::string& path, const Checkpoint& checkpoint);

}  // namespace fs2
