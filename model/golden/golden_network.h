// The golden cases of the whole network: pictures, prompts, clips, and a video in clips. One thread.
#pragma once
#include <array>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "model/golden/golden_case.h"
#include "model/rapsam/rapsam_net.h"

namespace fs2::golden {

struct Network {
    std::string prefix;  ///< that its weights were made from
    RapSam net;
    TextClassifier classifier;
    torch::Device device = torch::kCPU;
    torch::ScalarType type = torch::kFloat;
    bool folded = false;  ///< BatchNorms baked in: the deformable convolutions' own outputs are scaled
};
Network makeNetwork(const std::string& prefix, torch::Device device, bool folded,
                    torch::ScalarType type = torch::kFloat);
/// A network of the same weights in double precision, on the CPU; made when it is needed. Where a pixel so
/// near 0 that rounding decides has crossed it, only this one can tell rounding from a fault.
using ExactNetwork = std::function<const Network&()>;

void checkNetwork(Case& one, const nlohmann::json& document, const Network& network,
                  const ExactNetwork& exact);
/// `size` is height and width of the pictures.
void checkVideo(Case& one, const nlohmann::json& document, std::array<std::int64_t, 2> size,
                const Network& network, const ExactNetwork& exact);

}  // namespace fs2::golden
