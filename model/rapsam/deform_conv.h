// Modulated deformable convolution (DCNv2) 3x3, stride 1, padding 1, one offset group, no bias:
// what torchvision.ops.deform_conv2d and mmcv's ModulatedDeformConv2d compute. CPU and CUDA;
// differentiable in all four arguments. LibTorch; any thread. Wrong shapes throw c10::Error.
#pragma once
#include <torch/torch.h>

namespace fs2 {

/// x (B, C, H, W); offset (B, 18, H, W): channel 2k = dy, 2k+1 = dx of tap k (row-major), in
/// pixels; mask (B, 9, H, W): the factor of each tap (after the sigmoid); weight (O, C, 3, 3).
/// Returns (B, O, H, W) in x's type, channels-last memory. Fastest with x in channels-last memory.
torch::Tensor deformConv2d(const torch::Tensor& x, const torch::Tensor& offset,
                           const torch::Tensor& mask, const torch::Tensor& weight);

}  // namespace fs2
