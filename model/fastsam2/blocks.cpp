#include "model/fastsam2/blocks.h"

#include <ATen/autocast_mode.h>

namespace fs2 {

namespace F = torch::nn::functional;

ConvBn::ConvBn(torch::nn::Module& parent, const std::string& conv, const std::string& bn,
               ConvSpec s)
    : conv_(torch::nn::Conv2dOptions(s.in, s.out, s.kernel)
                .stride(s.stride)
                .padding(s.dilation * (s.kernel / 2))
                .dilation(s.dilation)
                .bias(false)),
      bn_(torch::nn::BatchNorm2d(s.out)) {
    torch::nn::init::kaiming_normal_(conv_->weight, 0.0, torch::kFanOut, torch::kReLU);
    parent.register_module(conv, conv_);
    parent.register_module(bn, bn_);
}

torch::Tensor ConvBn::operator()(const torch::Tensor& x, bool relu) const {
    auto y = x.is_cuda() && x.size(1) == 4 ? widened(x) : conv_.ptr()->forward(x);
    if (!folded_) y = bn_.ptr()->forward(y);
    return relu ? y.relu_() : y;
}

/// The same convolution with four empty input channels more: cuDNN's kernel for 4 channels takes ten
/// times as long as that for 8.
torch::Tensor ConvBn::widened(const torch::Tensor& x) const {
    const std::vector<std::int64_t> more{0, 0, 0, 0, 0, 4};
    const auto& o = conv_->options;
    return torch::conv2d(torch::constant_pad_nd(x, more), torch::constant_pad_nd(conv_->weight, more),
                         conv_->bias, o.stride(), std::get<torch::ExpandingArray<2>>(o.padding()),
                         o.dilation());
}

void ConvBn::fold() {
    if (folded_) return;
    torch::NoGradGuard noGrad;
    const auto scale = bn_->weight / (bn_->running_var + bn_->options.eps()).sqrt();
    conv_->weight.set_data((conv_->weight * scale.view({-1, 1, 1, 1})).contiguous());
    bn_->bias.set_data(bn_->bias - bn_->running_mean * scale);
    conv_->bias = bn_->bias;  // still the BatchNorm's parameter: it moves with the module
    folded_ = true;
}

Shortcut::Shortcut(torch::nn::Module& parent, std::int64_t in, std::int64_t out, std::int64_t stride)
    : same_(stride == 1 && in == out) {
    if (same_) return;
    const auto holder = parent.register_module("downsample", std::make_shared<torch::nn::Module>());
    part_ = ConvBn(*holder, "0", "1", {in, out, 1, stride});
}

void Shortcut::fold() {
    if (!same_) part_.fold();
}

BasicBlockImpl::BasicBlockImpl(std::int64_t in, std::int64_t out, std::int64_t stride)
    : one(*this, "conv1", "bn1", {in, out, 3, stride}),
      two(*this, "conv2", "bn2", {out, out, 3}),
      skip(*this, in, out, stride) {
    torch::nn::init::constant_(two.norm()->weight, 0.2);
}

torch::Tensor BasicBlockImpl::forward(const torch::Tensor& x) {
    return (two(one(x), false) + skip(x)).relu_();
}

void BasicBlockImpl::fold() {
    one.fold();
    two.fold();
    skip.fold();
}

BottleneckImpl::BottleneckImpl(std::int64_t in, std::int64_t inner, std::int64_t out,
                               std::int64_t stride, std::int64_t dilation)
    : a(*this, "conv1", "bn1", {in, inner, 1}),
      b(*this, "conv2", "bn2", {inner, inner, 3, stride, dilation}),
      c(*this, "conv3", "bn3", {inner, out, 1}),
      skip(*this, in, out, stride) {
    torch::nn::init::constant_(c.norm()->weight, 0.2);
}

torch::Tensor BottleneckImpl::forward(const torch::Tensor& x) {
    return (c(b(a(x)), false) + skip(x)).relu_();
}

void BottleneckImpl::fold() {
    a.fold();
    b.fold();
    c.fold();
    skip.fold();
}

MapAttentionImpl::MapAttentionImpl(std::int64_t width, std::int64_t heads_, std::int64_t hidden,
                                   std::int64_t reduce_)
    : heads(heads_), reduce(reduce_) {
    pos = register_module("pos", torch::nn::Conv2d(torch::nn::Conv2dOptions(width, width, 3)
                                                       .padding(1)
                                                       .groups(width)));
    norm1 = register_module("norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
    norm2 = register_module("norm2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
    q = register_module("q", torch::nn::Linear(width, width));
    kv = register_module("kv", torch::nn::Linear(width, 2 * width));
    out = register_module("out", torch::nn::Linear(width, width));
    fc1 = register_module("fc1", torch::nn::Linear(width, hidden));
    fc2 = register_module("fc2", torch::nn::Linear(hidden, width));
    for (auto* l : {&out, &fc2}) {
        torch::nn::init::normal_((*l)->weight, 0, 0.01);
        torch::nn::init::zeros_((*l)->bias);
    }
}

void MapAttentionImpl::forward(torch::Tensor& map, torch::Tensor& tokens) {
    map = map + pos(map);
    const auto B = map.size(0), C = map.size(1), H = map.size(2), W = map.size(3);
    const auto T = tokens.defined() ? tokens.size(1) : 0;
    auto all = map.flatten(2).transpose(1, 2);                          // (B, HW, C)
    if (T) all = torch::cat({all, tokens}, 1);                          // (B, HW + T, C)
    const auto n = norm1(all).to(all.scalar_type());  // autocast would go on in fp32
    auto keys = n;
    if (reduce > 1) {
        auto small = n.narrow(1, 0, H * W).transpose(1, 2).reshape({B, C, H, W});
        small = F::avg_pool2d(small, F::AvgPool2dFuncOptions(reduce).ceil_mode(true));
        keys = small.flatten(2).transpose(1, 2);
        if (T) keys = torch::cat({keys, n.narrow(1, H * W, T)}, 1);
    }
    const auto split = [&](const torch::Tensor& x) {
        return x.view({B, -1, heads, C / heads}).transpose(1, 2);       // (B, heads, n, C / heads)
    };
    const auto pair = kv(keys).chunk(2, -1);
    const auto read = torch::scaled_dot_product_attention(split(q(n)), split(pair[0]), split(pair[1]));
    all = all + out(read.transpose(1, 2).reshape({B, -1, C}));
    all = all + fc2(torch::gelu(fc1(norm2(all))));
    map = all.narrow(1, 0, H * W).transpose(1, 2).reshape({B, C, H, W});
    if (T) tokens = all.narrow(1, H * W, T);
}

namespace {

/// (out, in): the weights of bilinear interpolation along one side, align_corners=False.
torch::Tensor bilinearWeights(std::int64_t out, std::int64_t in, const torch::TensorOptions& options) {
    const auto numbers = options.dtype(torch::kFloat);
    const auto at = ((torch::arange(out, numbers) + .5) * (double(in) / double(out)) - .5).clamp_min(0);
    const auto distance = at.unsqueeze(1) - torch::arange(in, numbers).unsqueeze(0);
    auto weights = (1 - distance.abs()).clamp_min(0);
    // Beyond the last centre its value goes on.
    weights.select(1, in - 1).copy_(torch::where(at >= double(in - 1), torch::ones_like(at), weights.select(1, in - 1)));
    return weights.to(options.dtype());
}

}  // namespace

torch::Tensor upsampleByProducts(const torch::Tensor& x, std::int64_t height, std::int64_t width) {
    const auto B = x.size(0), C = x.size(1), H = x.size(2), W = x.size(3);
    const auto options = x.options().requires_grad(false);
    const auto rows = bilinearWeights(height, H, options), columns = bilinearWeights(width, W, options);
    const auto tall = torch::matmul(rows, x.permute({0, 2, 3, 1}).reshape({B, H, W * C}));
    const auto full = torch::matmul(columns, tall.view({B * height, W, C}));
    return full.view({B, height, width, C}).permute({0, 3, 1, 2});
}

torch::Tensor upsample(const torch::Tensor& x, std::int64_t height, std::int64_t width) {
    // The backward pass of the built-in operator adds 16-bit numbers atomically, which is very slow, and
    // under autocast it answers in fp32.
    const bool half = x.scalar_type() == torch::kBFloat16 || x.scalar_type() == torch::kHalf;
    const bool training = torch::GradMode::is_enabled() || at::autocast::is_autocast_enabled(at::kCUDA);
    if (x.is_cuda() && half && training && x.size(1) >= 8)
        return upsampleByProducts(x, height, width);
    return torch::upsample_bilinear2d(x, {height, width}, false);
}

torch::Tensor upsampleLike(const torch::Tensor& x, const torch::Tensor& like) {
    return upsample(x, like.size(2), like.size(3));
}

}  // namespace fs2
