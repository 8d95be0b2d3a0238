// Building blocks shared by all networks: convolution with BatchNorm that can be folded, bottleneck
// residuals, spatially reduced attention. LibTorch; one thread a model.
#pragma once
#include <torch/torch.h>

#include <string>

namespace fs2 {

struct ConvSpec {
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::int64_t kernel = 3;
    std::int64_t stride = 1;
    std::int64_t dilation = 1;
};

/// Convolution without bias, BatchNorm, ReLU on demand. The two are registered in `parent` under the
/// names given, so that state names stay those of the published networks. fold() bakes the
/// BatchNorm's running statistics into the convolution for inference; training is over then.
class ConvBn {
  public:
    ConvBn() = default;
    ConvBn(torch::nn::Module& parent, const std::string& conv, const std::string& bn, ConvSpec spec);
    torch::Tensor operator()(const torch::Tensor& x, bool relu = true) const;
    void fold();
    torch::nn::BatchNorm2d& norm() { return bn_; }

  private:
    torch::nn::Conv2d conv_{nullptr};
    torch::nn::BatchNorm2d bn_{nullptr};
    bool folded_ = false;
};

/// Modules whose BatchNorms can be baked in.
struct Foldable {
    virtual ~Foldable() = default;
    virtual void fold() = 0;
};

/// 1x1 to `inner`, 3x3 dilated, 1x1 back, added to the input: the residual of ResNet's bottleneck.
struct BottleneckImpl : torch::nn::Module, Foldable {
    BottleneckImpl(std::int64_t channels, std::int64_t inner, std::int64_t dilation);
    torch::Tensor forward(const torch::Tensor& x);
    void fold() override;
    ConvBn a, b, c;
};
TORCH_MODULE(Bottleneck);

/// Pre-norm transformer block over a map and extra tokens together. Queries are all map positions and
/// tokens; keys and values the tokens and the map averaged over `reduce` x `reduce` positions (the
/// spatial reduction of PVT). A depthwise 3x3 convolution on the map gives it local position.
struct MapAttentionImpl : torch::nn::Module {
    MapAttentionImpl(std::int64_t width, std::int64_t heads, std::int64_t hidden, std::int64_t reduce);
    /// map (B, C, H, W), tokens (B, T, C) or undefined; both are replaced.
    void forward(torch::Tensor& map, torch::Tensor& tokens);
    std::int64_t heads;
    std::int64_t reduce;
    torch::nn::Conv2d pos{nullptr};
    torch::nn::LayerNorm norm1{nullptr}, norm2{nullptr};
    torch::nn::Linear q{nullptr}, kv{nullptr}, out{nullptr}, fc1{nullptr}, fc2{nullptr};
};
TORCH_MODULE(MapAttention);

/// The same as upsample(), as two matrix products on channels-last memory.
torch::Tensor upsampleByProducts(const torch::Tensor& x, std::int64_t height, std::int64_t width);
/// Bilinear, align_corners=False.
torch::Tensor upsample(const torch::Tensor& x, std::int64_t height, std::int64_t width);
torch::Tensor upsampleLike(const torch::Tensor& x, const torch::Tensor& like);

}  // namespace fs2
