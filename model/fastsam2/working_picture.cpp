#include "model/fastsam2/working_picture.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "model/fastsam2/nets.h"

namespace fs2 {

namespace {

int paddedTo32(int side) { return (side + 31) / 32 * 32; }

/// RGB bytes (1, 3, h, w) -> normalised floats.
torch::Tensor normalised(const torch::Tensor& rgb) {
    auto x = rgb.to(torch::kFloat, false, /*copy=*/true);
    for (std::int64_t c = 0; c < 3; ++c) {
        const auto i = std::size_t(c);
        x.select(1, c).mul_(1 / (255 * kStd[i])).sub_(kMean[i] / kStd[i]);
    }
    return x;
}

/// A copy in memory that the GPU reads by itself; torch keeps that memory for the next picture.
torch::Tensor staged(const torch::Tensor& bytes) {
    auto copy = torch::empty(bytes.sizes(), bytes.options().pinned_memory(true));
    const auto* from = bytes.const_data_ptr<std::uint8_t>();
    auto* to = copy.mutable_data_ptr<std::uint8_t>();
    at::parallel_for(0, bytes.numel(), 1 << 18,
                     [&](std::int64_t begin, std::int64_t end) { std::copy(from + begin, from + end, to + begin); });
    return copy;
}

}  // namespace

WorkingSize workingSize(const FrameData& frame, int longSide) {
    WorkingSize s;
    s.fullWidth = frame.fullWidth;
    s.fullHeight = frame.fullHeight;
    s.frameWidth = frame.width;
    s.frameHeight = frame.height;
    const double scale = std::min(1.0, double(longSide) / std::max(frame.width, frame.height));
    s.width = std::max(1, int(std::lround(frame.width * scale)));
    s.height = std::max(1, int(std::lround(frame.height * scale)));
    s.paddedWidth = paddedTo32(s.width);
    s.paddedHeight = paddedTo32(s.height);
    return s;
}

torch::Tensor pixelsOf(const FrameData& frame, torch::Device device) {
    // Whole rows with their padding: what is dense needs no copy on the CPU, and goes over in one piece.
    auto rows = torch::from_blob(const_cast<std::uint8_t*>(frame.pixels.data()), {frame.height, frame.stride},
                                 torch::kByte);
    if (device.is_cuda()) rows = staged(rows).to(device, /*non_blocking=*/true);
    return rows.as_strided({frame.height, frame.width, 4}, {frame.stride, 4, 1});
}

torch::Tensor workingTensor(const torch::Tensor& bytes, const WorkingSize& s) {
    auto pixels = bytes.permute({2, 0, 1}).unsqueeze(0).contiguous(torch::MemoryFormat::ChannelsLast);
    // A GPU averages floats only.
    if (bytes.is_cuda()) pixels = pixels.narrow(1, 0, 3).to(torch::kFloat).contiguous();
    if (s.width != s.frameWidth || s.height != s.frameHeight)
        pixels = at::_upsample_bilinear2d_aa(pixels, {s.height, s.width}, false);
    const auto x = normalised(pixels.narrow(1, 0, 3));
    auto out = torch::zeros({1, 3, s.paddedHeight, s.paddedWidth},
                            x.options().memory_format(torch::MemoryFormat::ChannelsLast));
    out.narrow(2, 0, s.height).narrow(3, 0, s.width).copy_(x);
    return out;
}

torch::Tensor frameTile(const FrameData& frame, int x0, int y0, int width, int height) {
    auto out = torch::empty({1, 3, height, width}, torch::kByte);
    auto* to = out.data_ptr<std::uint8_t>();
    const std::ptrdiff_t plane = std::ptrdiff_t(width) * height;
    for (int y = 0; y < height; ++y) {
        const auto* row = frame.row(std::clamp(y0 + y, 0, frame.height - 1));
        for (int x = 0; x < width; ++x) {
            const auto* p = row + 4 * std::clamp(x0 + x, 0, frame.width - 1);
            auto* q = to + std::ptrdiff_t(y) * width + x;
            q[0] = p[0];
            q[plane] = p[1];
            q[2 * plane] = p[2];
        }
    }
    return normalised(out);
}

torch::Tensor frameTiles(const torch::Tensor& pixels, const torch::Tensor& ys, const torch::Tensor& xs) {
    const auto rows = ys.clamp(0, pixels.size(0) - 1).unsqueeze(2), columns = xs.clamp(0, pixels.size(1) - 1).unsqueeze(1);
    return normalised(pixels.index({rows, columns}).narrow(3, 0, 3).permute({0, 3, 1, 2}));
}

}  // namespace fs2
