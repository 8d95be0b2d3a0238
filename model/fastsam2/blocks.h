// Building blocks shared by all networks: convolution with BatchNorm that can be folded, bottleneck
// residuals, spatially reduced attention. LibTorch; one thread a model.
#pragma once
#include <torch/torch.h>

#include <functional>
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
    torch::Tensor widened(const torch::Tensor& x) const;
    torch::nn::Conv2d conv_{nullptr};
    torch::nn::BatchNorm2d bn_{nullptr};
    bool folded_ = false;
};

/// Told the tensors inside a network by name, as they are made (parity tests); empty = nobody asks.
using Tap = std::function<void(const std::string& name, const torch::Tensor& tensor)>;

/// Modules whose BatchNorms can be baked in.
struct Foldable {
    virtual ~Foldable() = default;
    virtual void fold() = 0;
};

/// The other way round a residual block: the input itself, or where the shapes differ a 1x1 convolution
/// and a BatchNorm, registered in `parent` as downsample.0 and downsample.1.
class Shortcut {
  public:
    Shortcut(torch::nn::Module& parent, std::int64_t in, std::int64_t out, std::int64_t stride);
    torch::Tensor operator()(const torch::Tensor& x) const { return same_ ? x : part_(x, false); }
    void fold();

  private:
    bool same_;
    ConvBn part_;
};

struct ResidualBlock : torch::nn::Module, Foldable {
    virtual torch::Tensor forward(const torch::Tensor& x) = 0;
};

/// Basic residual block of ResNet-18: two 3x3 convolutions.
struct BasicBlockImpl : ResidualBlock {
    BasicBlockImpl(std::int64_t in, std::int64_t out, std::int64_t stride);
    torch::Tensor forward(const torch::Tensor& x) override;
    void fold() override;
    ConvBn one, two;
    Shortcut skip;
};
TORCH_MODULE(BasicBlock);

/// Residual block of ResNet-50, and of the prompt decoder: 1x1 to `inner`, 3x3 with the stride and the
/// dilation, 1x1 to `out`.
struct BottleneckImpl : ResidualBlock {
    BottleneckImpl(std::int64_t in, std::int64_t inner, std::int64_t out, std::int64_t stride = 1,
                   std::int64_t dilation = 1);
    torch::Tensor forward(const torch::Tensor& x) override;
    void fold() override;
    ConvBn a, b, c;
    Shortcut skip;
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
