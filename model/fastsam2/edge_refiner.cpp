#include "model/fastsam2/edge_refiner.h"

namespace fs2 {

namespace {
constexpr std::int64_t kWidth = 16;
torch::nn::Conv2d conv(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t dilation) {
    return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel)
                                 .padding(dilation * (kernel / 2))
                                 .dilation(dilation));
}
}  // namespace

EdgeRefinerImpl::EdgeRefinerImpl() {
    one = register_module("one", conv(5, kWidth, 3, 1));
    two = register_module("two", conv(kWidth, kWidth, 3, 2));
    three = register_module("three", conv(kWidth, kWidth, 3, 1));
    out = register_module("out", conv(kWidth, 1, 1, 1));
    torch::nn::init::zeros_(out->weight);
    torch::nn::init::zeros_(out->bias);
}

torch::Tensor EdgeRefinerImpl::forward(const torch::Tensor& rgb, const torch::Tensor& logits) {
    const auto x = torch::cat({rgb, logits.clamp(-8, 8) / 8, torch::sigmoid(logits)}, 1);
    return logits + out(three(two(one(x).relu_()).relu_()).relu_());
}

}  // namespace fs2
