#include "model/rapsam/convnext.h"

namespace fs2 {

namespace {

torch::nn::LayerNorm layerNorm(std::int64_t channels, double eps) {
    return torch::nn::LayerNorm(torch::nn::LayerNormOptions({channels}).eps(eps));
}

/// LayerNorm over the channels of a map.
struct MapNormImpl : torch::nn::LayerNormImpl {
    MapNormImpl(std::int64_t channels, double eps)
        : LayerNormImpl(torch::nn::LayerNormOptions({channels}).eps(eps)) {}
    torch::Tensor forward(const torch::Tensor& x) {
        return LayerNormImpl::forward(x.permute({0, 2, 3, 1})).permute({0, 3, 1, 2});
    }
};
TORCH_MODULE(MapNorm);

torch::nn::Conv2d patches(std::int64_t in, std::int64_t out, std::int64_t size) {
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, size).stride(size));
}

struct MlpImpl : torch::nn::Module {
    explicit MlpImpl(std::int64_t channels)
        : fc1(register_module("fc1", torch::nn::Linear(channels, 4 * channels))),
          fc2(register_module("fc2", torch::nn::Linear(4 * channels, channels))) {}
    torch::Tensor forward(const torch::Tensor& x) { return fc2(torch::gelu(fc1(x))); }
    torch::nn::Linear fc1, fc2;
};
TORCH_MODULE(Mlp);

struct BlockImpl : torch::nn::Module {
    BlockImpl(std::int64_t channels, double eps)
        : gamma(register_parameter("gamma", torch::full({channels}, 1e-6))),
          convDw(register_module(
              "conv_dw",
              torch::nn::Conv2d(
                  torch::nn::Conv2dOptions(channels, channels, 7).padding(3).groups(channels)))),
          norm(register_module("norm", layerNorm(channels, eps))),
          mlp(register_module("mlp", Mlp(channels))) {}
    torch::Tensor forward(const torch::Tensor& x) {
        const auto y = mlp(norm(convDw(x).permute({0, 2, 3, 1}))) * gamma;  // (B, H, W, C)
        return y.permute({0, 3, 1, 2}) + x;
    }
    torch::Tensor gamma;
    torch::nn::Conv2d convDw;
    torch::nn::LayerNorm norm;
    Mlp mlp;
};
TORCH_MODULE(Block);

}  // namespace

struct ConvNextImpl::Stage : torch::nn::Module {
    Stage(std::int64_t in, std::int64_t out, std::int64_t depth, double eps) {
        if (in != out) {
            downsample->push_back(MapNorm(in, eps));
            downsample->push_back(patches(in, out, 2));
            register_module("downsample", downsample);
        }
        for (std::int64_t i = 0; i < depth; ++i) blocks->push_back(Block(out, eps));
        register_module("blocks", blocks);
    }
    torch::Tensor forward(const torch::Tensor& x) {
        return blocks->forward(downsample->is_empty() ? x : downsample->forward(x));
    }
    torch::nn::Sequential downsample, blocks;
};

ConvNextImpl::ConvNextImpl(const ConvNextSpec& spec)
    : channels_(spec.channels),
      stem_(patches(3, spec.channels[0], 4), MapNorm(spec.channels[0], spec.eps)) {
    register_module("stem", stem_);
    auto in = spec.channels[0];
    for (std::size_t i = 0; i < 4; ++i) {
        stages_[i] = std::make_shared<Stage>(in, spec.channels[i], spec.depths[i], spec.eps);
        register_module("layer" + std::to_string(i + 1), stages_[i]);
        in = spec.channels[i];
    }
}

BackboneMaps ConvNextImpl::forward(const torch::Tensor& image,
                                   const std::function<void()>& between) {
    BackboneMaps maps;
    auto x = stem_->forward(image);
    for (std::size_t i = 0; i < 4; ++i) {
        x = stages_[i]->forward(x);
        maps.stage[i] = x;
        if (between) between();
    }
    return maps;
}

}  // namespace fs2
