#include "model/backbone.h"

namespace fs2 {

namespace {
/// The two parts of a shortcut, named 0 and 1 as in the published state.
struct ShortcutImpl : torch::nn::Module {
    ShortcutImpl(std::int64_t in, std::int64_t out, std::int64_t stride)
        : part(*this, "0", "1", {in, out, 1, stride}) {}
    ConvBn part;
};
}  // namespace

BasicBlockImpl::BasicBlockImpl(std::int64_t in, std::int64_t out, std::int64_t stride)
    : one(*this, "conv1", "bn1", {in, out, 3, stride}), two(*this, "conv2", "bn2", {out, out, 3}) {
    torch::nn::init::constant_(two.norm()->weight, 0.2);
    if (stride == 1 && in == out) return;
    auto shortcut = std::make_shared<ShortcutImpl>(in, out, stride);
    register_module("downsample", shortcut);
    skip = shortcut->part;
    downsample = shortcut.get();
}

torch::Tensor BasicBlockImpl::forward(const torch::Tensor& x) {
    const auto y = two(one(x), false);
    return (y + (downsample ? skip(x, false) : x)).relu_();
}

void BasicBlockImpl::fold() {
    one.fold();
    two.fold();
    if (downsample) skip.fold();
}

ResNet18Impl::ResNet18Impl() : stem(*this, "conv1", "bn1", {3, 64, 7, 2}) {
    std::int64_t in = 64;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto out = kChannels[i];
        layers[i]->push_back(BasicBlock(in, out, i == 0 ? 1 : 2));
        layers[i]->push_back(BasicBlock(out, out, 1));
        register_module("layer" + std::to_string(i + 1), layers[i]);
        in = out;
    }
}

BackboneMaps ResNet18Impl::forward(const torch::Tensor& image, const std::function<void()>& between) {
    BackboneMaps maps;
    maps.stem = stem(image);
    auto x = torch::max_pool2d(maps.stem, 3, 2, 1);
    for (std::size_t i = 0; i < 4; ++i) {
        for (const auto& block : *layers[i]) x = block->as<BasicBlockImpl>()->forward(x);
        maps.stage[i] = x;
        if (between) between();
    }
    return maps;
}

void ResNet18Impl::fold() {
    stem.fold();
    for (auto& layer : layers)
        for (const auto& block : *layer) block->as<BasicBlockImpl>()->fold();
}

}  // namespace fs2
