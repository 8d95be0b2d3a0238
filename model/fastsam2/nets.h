// The network fastsam2_s (MODEL.md part A), interactive image path. LibTorch modules; used by the
// Segmenter, the trainer and the lab only. Not thread-safe: one thread a model.
#pragma once
#include <torch/torch.h>

#include <array>
#include <functional>

namespace fs2 {

/// What a picture is encoded to, once; a click runs the decoder on it. Shapes for a working picture
/// of H x W, both multiples of 32.
struct Features {
    torch::Tensor f2;   ///< (B, 16, H/2, W/2)    stem, projected
    torch::Tensor f4;   ///< (B, 48, H/4, W/4)    of the neck's map F
    torch::Tensor f8;   ///< (B, 96, H/8, W/8)    of a3
    torch::Tensor f16;  ///< (B, 192, H/16, W/16) of a4 and the context of a5
    /// Kept for the later tasks: the neck's output F (256, H/4, W/4) and a5, a4, a3 (128 channels at
    /// strides 32, 16, 8). Undefined unless encode() was asked for them.
    torch::Tensor F, a5, a4, a3;
    Features detached() const;
};

/// One object's prompts on each of B pictures, at working resolution.
struct PromptTensors {
    /// (B, 4, H, W): previous logits clamped to +-6 and divided by 6 (0 = none); disks of radius
    /// kClickRadius at the positive, at the negative clicks (1 inside); the box filled with 1.
    torch::Tensor maps;
    torch::Tensor points;  ///< (B, N, 2) x, y of clicks and box corners in working pixels (float32)
    torch::Tensor types;   ///< (B, N) int64, PointType
};
enum PointType : int { kNegative = 0, kPositive = 1, kBoxTopLeft = 2, kBoxBottomRight = 3, kPad = 4 };
constexpr float kClickRadius = 5.f;   ///< pixels of the working picture
constexpr float kPriorClamp = 6.f;
constexpr int kPromptPoints = 26;     ///< N of PromptTensors: 24 clicks and the two box corners, padded
constexpr int kMaskTokens = 4;        ///< 0 = the mask for several prompts, 1..3 = part, whole, more

struct Decoded {
    torch::Tensor logits;   ///< (B, 4, H/2, W/2)
    torch::Tensor coarse;   ///< (B, 4, H/4, W/4) of the kernels on the stride-4 map (deep supervision)
    torch::Tensor iou;      ///< (B, 4) predicted IoU, 0 to 1 (after the sigmoid)
    torch::Tensor pointer;  ///< (B, 256) object pointer
};

constexpr int kBackboneDepth = 18;  ///< ResNet-18

struct MemoryNetImpl;  // model/memory/memory_net.h

/// State names: backbone.*, neck.* (MODEL.md part F), pyramid.*, decoder.*, refiner.*, and with video
/// memory.*.
struct FastSam2Impl : torch::nn::Module {
    FastSam2Impl();
    /// `image` (B, 3, H, W): RGB, (x - mean) / std with kMean, kStd on the scale 0 to 1. `keepAll`
    /// fills F, a5, a4, a3 too. `between` runs between the stages and may throw to stop the work.
    Features encode(const torch::Tensor& image, bool keepAll = false,
                    const std::function<void()>& between = {});
    Decoded decode(const Features& features, const PromptTensors& prompts);
    /// Edge refiner. `rgb` (B, 3, h, w) normalised tiles of the original photo, `logits` (B, 1, h, w)
    /// the mask's logits, bilinear at the same pixels. Returns refined logits (B, 1, h, w).
    torch::Tensor refine(const torch::Tensor& rgb, const torch::Tensor& logits);
    /// The streaming memory's part, made (with random values) by addMemory(); null before.
    MemoryNetImpl* memory() const;
    void addMemory();
    /// Bakes every BatchNorm into its convolution; for inference only, cannot be undone.
    void fold();
    struct Parts;
    std::shared_ptr<Parts> parts;
};
TORCH_MODULE(FastSam2);

constexpr std::array<float, 3> kMean{0.46f, 0.45f, 0.42f};
constexpr std::array<float, 3> kStd{0.26f, 0.255f, 0.26f};

}  // namespace fs2
