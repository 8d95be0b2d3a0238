#include "model/fastsam2/backbone.h"

namespace fs2 {

ResNetImpl::ResNetImpl(int depth_) : depth(depth_), stem(*this, "conv1", "bn1", {3, 64, 7, 2}) {
    TORCH_CHECK(depth == 18 || depth == 50, "there is no ResNet-", depth, " here");
    constexpr std::array<int, 4> few{2, 2, 2, 2}, many{3, 4, 6, 3};
    std::int64_t in = 64;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::int64_t inner = 64ll << i, out = channels()[i];
        for (int k = 0; k < (depth == 50 ? many : few)[i]; ++k) {
            const std::int64_t stride = k == 0 && i > 0 ? 2 : 1;
            if (depth == 50)
                layers[i]->push_back(Bottleneck(in, inner, out, stride));
            else
                layers[i]->push_back(BasicBlock(in, out, stride));
            in = out;
        }
        register_module("layer" + std::to_string(i + 1), layers[i]);
    }
}

BackboneMaps ResNetImpl::forward(const torch::Tensor& image, const std::function<void()>& between) {
    BackboneMaps maps;
    maps.stem = stem(image);
    auto x = torch::max_pool2d(maps.stem, 3, 2, 1);
    for (std::size_t i = 0; i < 4; ++i) {
        for (const auto& block : *layers[i]) x = block->as<ResidualBlock>()->forward(x);
        maps.stage[i] = x;
        if (between) between();
    }
    return maps;
}

void ResNetImpl::fold() {
    stem.fold();
    for (auto& layer : layers)
        for (const auto& block : *layer) block->as<ResidualBlock>()->fold();
}

}  // namespace fs2
