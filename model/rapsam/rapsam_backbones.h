// The backbones that RAP-SAM is built with, by the network's name (model/checkpoints/network_state.h).
// LibTorch.
#pragma once
#include <memory>
#include <string>

#include "model/fastsam2/backbone.h"

namespace fs2 {

/// rapsam_r50, rapsam_r18, rapsam_clip_r50, rapsam_convnext_base, rapsam_convnext_large or
/// rapsam_convnext_xxlarge; null for any other name.
std::shared_ptr<Backbone> rapsamBackbone(const std::string& network);

}  // namespace fs2
