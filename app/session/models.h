// Models: the weights that there are to choose from, and what networks can. Plain functions; the files are
// read on the inference thread.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/result.h"
#include "app/session/session.h"
#include "model/segmenter.h"

namespace fs2 {

ModelAbilities abilitiesOf(const SegmenterInfo& info);

/// The bundled weights, where they are there, then the imported ones.
std::vector<ModelChoice> knownModels();

/// The path itself where it is safetensors or no file (an imported name); a PyTorch checkpoint is imported, and the file that was
/// made of it is returned. WrongModel where no network here works with it.
Result<std::string> usableWeights(const std::string& path);

}  // namespace fs2
