#include "model/rapsam/rapsam_picture.h"

#include <torch/torch.h>

#include <algorithm>

namespace fs2 {

namespace {
int paddedTo32(int side) { return (side + 31) / 32 * 32; }
}  // namespace

WorkingSize rapSamSize(const FrameData& frame, int longSide, int shortSide) {
    WorkingSize s;
    s.fullWidth = frame.fullWidth;
    s.fullHeight = frame.fullHeight;
    s.frameWidth = frame.width;
    s.frameHeight = frame.height;
    const double scale = std::min(double(longSide) / std::max(frame.width, frame.height),
                                  double(shortSide) / std::min(frame.width, frame.height));
    s.width = std::max(1, int(frame.width * scale + .5));
    s.height = std::max(1, int(frame.height * scale + .5));
    s.paddedWidth = paddedTo32(s.width);
    s.paddedHeight = paddedTo32(s.height);
    return s;
}

torch::Tensor resizedBytes(const torch::Tensor& bytes, std::int64_t height, std::int64_t width) {
    if (bytes.size(2) == height && bytes.size(3) == width) return bytes;
    if (!bytes.is_cuda()) return torch::upsample_bilinear2d(bytes, {height, width}, false);
    return torch::upsample_bilinear2d(bytes.to(torch::kFloat), {height, width}, false).round_().to(torch::kByte);
}

torch::Tensor rapSamNormalised(const torch::Tensor& rgb) {
    const auto row = [&](double a, double b, double c) {
        return torch::tensor({a, b, c}, torch::kFloat).to(rgb.device(), true).view({1, 3, 1, 1});
    };
    const auto x = (rgb.to(torch::kFloat) - row(123.675, 116.28, 103.53)) / row(58.395, 57.12, 57.375);
    const auto pad = [](std::int64_t side) { return paddedTo32(int(side)) - side; };
    return torch::constant_pad_nd(x, {0, pad(rgb.size(3)), 0, pad(rgb.size(2))})
        .contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor rapSamInput(const FrameData& frame, const WorkingSize& s, torch::Device device) {
    // (h, w, 4) bytes, seen as (1, 4, h, w) channels-last.
    const auto pixels =
        pixelsOf(frame, device).permute({2, 0, 1}).unsqueeze(0).contiguous(torch::MemoryFormat::ChannelsLast);
    return rapSamNormalised(resizedBytes(pixels, s.height, s.width).narrow(1, 0, 3));
}

}  // namespace fs2
