// MemoryNet: the network side of the streaming memory (MODEL.md part A, StreamingMemoryAdapter and DPSR):
// what a frame writes, how the next one reads, and the two paths to its mask. The bank that keeps what was
// written is memory_bank.h. LibTorch; one thread a model.
//
// Sizes: h, w = the working picture at stride 16; O = objects; E = entries read; N = E * h * w.
#pragma once
#include <torch/torch.h>

#include <string>

#include "model/fastsam2/blocks.h"
#include "model/fastsam2/nets.h"

namespace fs2 {

constexpr int kKeyWidth = 64;
constexpr int kValueWidth = 64;
constexpr int kPointerWidth = 256;
constexpr int kReadTop = 30;  ///< memory positions that a position of the frame reads

/// What the coming frame reads. Objects that chose the same entries share one row of keys. Those that chose
/// others can share one too: it then holds each frame that any of them chose, all of one size, and `choice`
/// says which.
struct MemoryRead {
    torch::Tensor keys;      ///< (1 or O, kKeyWidth, N); with `choice` (1, kKeyWidth, F * h * w)
    torch::Tensor values;    ///< (O, kValueWidth + 1, N): the value, then the mask's share of the position
    torch::Tensor pointers;  ///< (O, E, kPointerWidth)
    torch::Tensor choice = {};  ///< (O, E) int64, each below F; undefined where `keys` are what is read
};

/// What one frame writes about O objects.
struct MemoryWrite {
    torch::Tensor key;      ///< (1 or O, kKeyWidth, h * w)
    torch::Tensor value;    ///< (O, kValueWidth + 1, h * w)
    torch::Tensor pointer;  ///< (O, kPointerWidth)
};

struct Tracked {
    torch::Tensor logits;    ///< (O, 1, H/2, W/2) M = g A + (1 - g) B
    torch::Tensor pathA;     ///< (O, 1, H/2, W/2) from the memory read-out, through the prompt decoder
    torch::Tensor pathB;     ///< (O, 1, H/4, W/4) the remembered pointer as a kernel on this frame's map
    torch::Tensor iou;       ///< (O) predicted IoU, 0 to 1
    torch::Tensor presence;  ///< (O) logit: the object is seen
    torch::Tensor pointer;   ///< (O, kPointerWidth) of this frame
};

/// Switches of the ablation: kept in the file's metadata ("without": names between commas).
struct TrackSwitches {
    bool memory = true;    ///< false: the read-out is zero; only the previous mask leads
    bool pointers = true;  ///< false: no pointer tokens, and path B has a constant kernel
    bool dpsr = true;      ///< false: M = A
    std::string without() const;  ///< "" where all are on
    void leaveOut(const std::string& names);
};

struct MemoryNetImpl : torch::nn::Module {
    MemoryNetImpl();
    torch::Tensor key(const Features& features);  ///< (B, kKeyWidth, h * w)
    /// `mask` (O, 1, H/2, W/2): probabilities. `pointer` (O, kPointerWidth) as decoded with that mask.
    MemoryWrite write(const Features& features, const torch::Tensor& mask, const torch::Tensor& pointer);
    /// The read-out (O, kValueWidth + 1, h, w).
    torch::Tensor read(const torch::Tensor& key, const MemoryRead& memory, std::int64_t h, std::int64_t w);
    /// The features as the decoder is to see them for each object: f8 and f16 with the read-out added.
    Features conditioned(const Features& features, const torch::Tensor& readOut, const MemoryRead& memory);
    /// Path B: (O, 1, H/4, W/4).
    torch::Tensor redetect(const Features& features, const MemoryRead& memory);
    /// M of the two paths at stride 2.
    torch::Tensor fuse(const torch::Tensor& a, const torch::Tensor& b);
    /// (O) logit.
    torch::Tensor presence(const torch::Tensor& pointer, const MemoryRead& memory, const torch::Tensor& logits);

    TrackSwitches switches;
    torch::nn::Conv2d keyConv{nullptr}, maskIn{nullptr}, mask8{nullptr}, mask16{nullptr}, feature16{nullptr},
        valueOut{nullptr}, readIn{nullptr}, to16{nullptr}, to8{nullptr}, map4{nullptr}, map8{nullptr},
        gateIn{nullptr}, gateOut{nullptr};
    torch::nn::GroupNorm valueNorm{nullptr}, readNorm{nullptr};
    torch::nn::ModuleList attention;
    torch::nn::Linear pointerToken{nullptr}, pointerWeight{nullptr};
    torch::nn::Sequential kernel{nullptr}, presenceHead{nullptr};
};
TORCH_MODULE(MemoryNet);

/// One step of a run: read, path A through the decoder of `net`, path B, DPSR. `previous` (O, 1, H/2, W/2):
/// logits of the frame before (0 = none). Nothing is written.
Tracked track(FastSam2& net, const Features& features, const MemoryRead& memory,
              const torch::Tensor& previous);

/// A mask that is given: its pointer is decoded with the mask as prior, then it is written. `mask`
/// (O, 1, H/2, W/2): probabilities.
MemoryWrite remember(FastSam2& net, const Features& features, const torch::Tensor& mask);

}  // namespace fs2
