// What a checkpoint of a network must hold, known without building the network. Pure functions; any
// thread.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/result.h"
#include "model/checkpoints/checkpoint_match.h"

namespace fs2 {

/// The state of RAP-SAM as the published code names it: for `backboneDepth` 50 568 entries with
/// 47,252,245 parameters; 18 is the other ResNet that it knows.
std::vector<ExpectedEntry> rapsamState(int backboneDepth = 50);

/// By the factory's name: rapsam_r50, rapsam_r18, rapsam_clip_r50, rapsam_convnext_base, _large and
/// _xxlarge (OpenCLIP's backbones), and fastsam2_s (as its bundled file). Unsupported for others.
Result<std::vector<ExpectedEntry>> networkState(const std::string& network);

}  // namespace fs2
