// The golden cases of the whole network: pictures, prompts, clips, and a video in clips. One thread.
#pragma once
#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "model/golden_case.h"
#include "model/rapsam_net.h"

namespace fs2::golden {

struct Network {
    std::string prefix;  ///< that its weights were made from
    RapSam net;
    TextClassifier classifier;
    bool folded = false;  ///< BatchNorms baked in: the deformable convolutions' own outputs are scaled
};
Network makeNetwork(const std::string& prefix, torch::Device device, bool folded);

void checkNetwork(Case& one, const nlohmann::json& document, const Network& network, torch::Device device);
/// `size` is height and width of the pictures.
void checkVideo(Case& one, const nlohmann::json& document, std::array<std::int64_t, 2> size,
                const Network& network, torch::Device device);

}  // namespace fs2::golden
