#include "model/rapsam/clip_resnet.h"

namespace fs2 {

namespace {

/// 1x1, 3x3, average pooling where the map shrinks, 1x1.
struct PooledBottleneckImpl : ResidualBlock {
    PooledBottleneckImpl(std::int64_t in, std::int64_t inner, std::int64_t stride_)
        : stride(stride_),
          a(*this, "conv1", "bn1", {in, inner, 1}),
          b(*this, "conv2", "bn2", {inner, inner, 3}),
          c(*this, "conv3", "bn3", {inner, 4 * inner, 1}),
          skip(*this, in, 4 * inner, 1) {}
    torch::Tensor forward(const torch::Tensor& x) override {
        const auto pooled = [&](const torch::Tensor& y) {
            return stride > 1 ? torch::avg_pool2d(y, stride) : y;
        };
        return (c(pooled(b(a(x))), false) + skip(pooled(x))).relu_();
    }
    void fold() override {
        a.fold();
        b.fold();
        c.fold();
        skip.fold();
    }
    std::int64_t stride;
    ConvBn a, b, c;
    Shortcut skip;
};
TORCH_MODULE(PooledBottleneck);

}  // namespace

ClipResNetImpl::ClipResNetImpl(const std::array<int, 4>& depths, std::int64_t width_)
    : width(width_),
      stem{ConvBn(*this, "conv1", "bn1", {3, width / 2, 3, 2}),
           ConvBn(*this, "conv2", "bn2", {width / 2, width / 2, 3}),
           ConvBn(*this, "conv3", "bn3", {width / 2, width, 3})} {
    auto in = width;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto inner = width << i;
        for (int k = 0; k < depths[i]; ++k) {
            layers[i]->push_back(PooledBottleneck(in, inner, k == 0 && i > 0 ? 2 : 1));
            in = 4 * inner;
        }
        register_module("layer" + std::to_string(i + 1), layers[i]);
    }
}

BackboneMaps ClipResNetImpl::forward(const torch::Tensor& image,
                                     const std::function<void()>& between) {
    BackboneMaps maps;
    auto x = image;
    for (const auto& convolution : stem) x = convolution(x);
    maps.stem = x;
    x = torch::avg_pool2d(x, 2);
    for (std::size_t i = 0; i < 4; ++i) {
        for (const auto& block : *layers[i]) x = block->as<ResidualBlock>()->forward(x);
        maps.stage[i] = x;
        if (between) between();
    }
    return maps;
}

void ClipResNetImpl::fold() {
    for (auto& convolution : stem) convolution.fold();
    for (auto& layer : layers)
        for (const auto& block : *layer) block->as<ResidualBlock>()->fold();
}

}  // namespace fs2
