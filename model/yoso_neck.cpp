#include "model/yoso_neck.h"

namespace fs2 {

struct YosoNeckImpl::Step : torch::nn::Module, Foldable {
    Step(std::int64_t in, std::int64_t out)
        : conv(*this, "conv", "bn", {in, out, 3}),
          up(torch::nn::ConvTranspose2dOptions(out, out, 4).stride(2).padding(1).bias(false)),
          upBn(out) {
        register_module("up_sample", up);
        register_module("up_bn", upBn);
    }
    torch::Tensor forward(const torch::Tensor& x) {
        auto y = up(conv(x));
        if (!folded) y = upBn(y);
        return y.relu_();
    }
    void fold() override {
        if (folded) return;
        torch::NoGradGuard noGrad;
        conv.fold();
        const auto scale = upBn->weight / (upBn->running_var + upBn->options.eps()).sqrt();
        up->weight.set_data((up->weight * scale.view({1, -1, 1, 1})).contiguous());
        up->bias = upBn->bias - upBn->running_mean * scale;
        folded = true;
    }
    ConvBn conv;
    torch::nn::ConvTranspose2d up;
    torch::nn::BatchNorm2d upBn;
    bool folded = false;
};

struct YosoNeckImpl::Deconv : torch::nn::Module {
    explicit Deconv(const std::array<std::int64_t, 4>& c) {
        for (std::size_t k = 0; k < 4; ++k) {  // k = 0 is the coarsest level
            const auto in = c[3 - k], out = in / 2;
            lateral[k] = register_module("lateral_conv" + std::to_string(k),
                                         torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 1)));
            level[k] = register_module(
                "conv_a" + std::to_string(5 - k),
                torch::nn::Conv2d(torch::nn::Conv2dOptions(out, kAggregate, 1).bias(false)));
            if (k == 0) continue;
            step[k - 1] = std::make_shared<Step>(c[4 - k] / 2, out);
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

YosoNeckImpl::YosoNeckImpl(std::array<std::int64_t, 4> channels)
    : deconv(std::make_shared<Deconv>(channels)) {
    register_module("deconv", deconv);
    locConv = register_module(
        "loc_conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(kAggregate + 2, kHidden, 1)));
    torch::NoGradGuard noGrad;
    for (auto& p : parameters())
        if (p.dim() > 1) torch::nn::init::xavier_uniform_(p);
}

NeckMaps YosoNeckImpl::forward(const std::array<torch::Tensor, 4>& stages) {
    std::array<torch::Tensor, 4> a;
    torch::Tensor x;
    for (std::size_t k = 0; k < 4; ++k) {
        const auto side = deconv->lateral[k](stages[3 - k]);
        x = k == 0 ? side : side + deconv->step[k - 1]->forward(x);
        a[k] = deconv->level[k](x);
    }
    auto sum = a[3] + deconv->bias;
    for (std::size_t k = 0; k < 3; ++k) sum = sum + upsampleLike(a[k], a[3]);
    sum = deconv->output(sum);
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
