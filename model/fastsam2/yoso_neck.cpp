#include "model/fastsam2/yoso_neck.h"

#include "model/rapsam/deform_conv.h"

namespace fs2 {

namespace {

/// 3x3 convolution and BatchNorm of an upward step. Deformable: a plain convolution (27 channels: 18
/// offsets, then 9 modulations before the sigmoid) tells each tap where to look.
class StepConv {
  public:
    StepConv(torch::nn::Module& parent, std::int64_t in, std::int64_t out, NeckConvolution kind) {
        if (kind == NeckConvolution::Plain) {
            plain_ = ConvBn(parent, "conv", "bn", {in, out, 3});
            return;
        }
        offset_ = torch::nn::Conv2d(torch::nn::Conv2dOptions(in, 27, 3).padding(1));
        taps_ = torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).bias(false));
        norm_ = torch::nn::BatchNorm2d(out);
        parent.register_module("dcn_offset", offset_);
        parent.register_module("dcn", taps_);
        parent.register_module("dcn_bn", norm_);
    }
    torch::Tensor operator()(const torch::Tensor& x, const std::string& level, const Tap& tap) {
        if (offset_.is_empty()) return plain_(x);
        const auto where = offset_(x);  // (B, 27, h, w)
        if (tap) tap("offset" + level, where);
        auto y = deformConv2d(x, where.narrow(1, 0, 18), where.narrow(1, 18, 9).sigmoid(), taps_->weight);
        if (tap) tap("dcn" + level, y);
        return folded_ ? y.add_(norm_->bias.view({1, -1, 1, 1})).relu_() : norm_(y).relu_();
    }
    void fold() {
        if (folded_) return;
        folded_ = true;
        if (offset_.is_empty()) return plain_.fold();
        const auto scale = norm_->weight / (norm_->running_var + norm_->options.eps()).sqrt();
        taps_->weight.set_data((taps_->weight * scale.view({-1, 1, 1, 1})).contiguous());
        norm_->bias.set_data(norm_->bias - norm_->running_mean * scale);
    }

  private:
    ConvBn plain_;
    torch::nn::Conv2d offset_{nullptr};
    torch::nn::Conv2d taps_{nullptr};  ///< its weight alone is used
    torch::nn::BatchNorm2d norm_{nullptr};  ///< folded: its bias is what is added
    bool folded_ = false;
};

}  // namespace

struct YosoNeckImpl::Step : torch::nn::Module, Foldable {
    Step(std::int64_t in, std::int64_t out, NeckConvolution kind)
        : conv(*this, in, out, kind),
          up(torch::nn::ConvTranspose2dOptions(out, out, 4).stride(2).padding(1).bias(false)),
          upBn(out) {
        register_module("up_sample", up);
        register_module("up_bn", upBn);
    }
    torch::Tensor forward(const torch::Tensor& x, const std::string& level, const Tap& tap) {
        auto y = up(conv(x, level, tap));
        if (!folded) y = upBn(y);
        y.relu_();
        if (tap) tap("deform_conv" + level, y);
        return y;
    }
    void fold() override {
        if (folded) return;
        torch::NoGradGuard noGrad;
        conv.fold();
        const auto scale = upBn->weight / (upBn->running_var + upBn->options.eps()).sqrt();
        up->weight.set_data((up->weight * scale.view({1, -1, 1, 1})).contiguous());
        upBn->bias.set_data(upBn->bias - upBn->running_mean * scale);
        up->bias = upBn->bias;  // still the BatchNorm's parameter: it moves with the module
        folded = true;
    }
    StepConv conv;
    torch::nn::ConvTranspose2d up;
    torch::nn::BatchNorm2d upBn;
    bool folded = false;
};

struct YosoNeckImpl::Deconv : torch::nn::Module {
    Deconv(const std::array<std::int64_t, 4>& c, NeckConvolution kind) {
        for (std::size_t k = 0; k < 4; ++k) {  // k = 0 is the coarsest level
            const auto in = c[3 - k], out = in / 2;
            lateral[k] = register_module("lateral_conv" + std::to_string(k),
                                         torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 1)));
            level[k] = register_module(
                "conv_a" + std::to_string(5 - k),
                torch::nn::Conv2d(torch::nn::Conv2dOptions(out, kAggregate, 1).bias(false)));
            if (k == 0) continue;
            step[k - 1] = std::make_shared<Step>(c[4 - k] / 2, out, kind);
            register_module("deform_conv" + std::to_string(k), step[k - 1]);
        }
        bias = register_parameter("bias", torch::zeros({1, kAggregate, 1, 1}));
        output = register_module(
            "output_conv",
            torch::nn::Conv2d(torch::nn::Conv2dOptions(kAggregate, kAggregate, 3).padding(1)));
    }
    std::array<torch::nn::Conv2d, 4> lateral{nullptr, nullptr, nullptr, nullptr};
    std::array<torch::nn::Conv2d, 4> level{nullptr, nullptr, nullptr, nullptr};
    std::array<std::shared_ptr<Step>, 3> step;
    torch::Tensor bias;
    torch::nn::Conv2d output{nullptr};
};

YosoNeckImpl::YosoNeckImpl(std::array<std::int64_t, 4> channels, NeckConvolution convolution)
    : deconv(std::make_shared<Deconv>(channels, convolution)) {
    register_module("deconv", deconv);
    locConv = register_module(
        "loc_conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(kAggregate + 2, kHidden, 1)));
    torch::NoGradGuard noGrad;
    for (auto& p : parameters())
        if (p.dim() > 1) torch::nn::init::xavier_uniform_(p);
}

NeckMaps YosoNeckImpl::forward(const std::array<torch::Tensor, 4>& stages, const Tap& tap) {
    std::array<torch::Tensor, 4> a;
    torch::Tensor x;
    for (std::size_t k = 0; k < 4; ++k) {
        const auto side = deconv->lateral[k](stages[3 - k]);
        x = k == 0 ? side : side + deconv->step[k - 1]->forward(x, std::to_string(k), tap);
        a[k] = deconv->level[k](x);
    }
    auto sum = a[3] + deconv->bias;
    for (std::size_t k = 0; k < 3; ++k) sum = sum + upsampleLike(a[k], a[3]);
    sum = deconv->output(sum);
    if (tap) tap("S", sum);
    const auto B = sum.size(0), H = sum.size(2), W = sum.size(3);
    const auto options = sum.options().requires_grad(false);
    const auto cx = torch::linspace(-1, 1, W, options).view({1, 1, 1, W}).expand({B, 1, H, W});
    const auto cy = torch::linspace(-1, 1, H, options).view({1, 1, H, 1}).expand({B, 1, H, W});
    return {locConv(torch::cat({sum, cx, cy}, 1)), a[0], a[1], a[2]};
}

void YosoNeckImpl::fold() {
    for (auto& s : deconv->step) s->fold();
}

}  // namespace fs2
