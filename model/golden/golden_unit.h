// The golden cases of single parts: the deformable convolution, the sine code, post-processing, linking,
// sizes, the formulas themselves. One thread.
#pragma once
#include <torch/types.h>

#include <nlohmann/json_fwd.hpp>

#include "model/golden/golden_case.h"

namespace fs2::golden {

void checkUnit(Case& one, const nlohmann::json& document, torch::Device device);

}  // namespace fs2::golden
