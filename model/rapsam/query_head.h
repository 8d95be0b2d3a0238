// The query head of RAP-SAM (MODEL.md parts E.4 to E.6): kernels that are refined in stages by what their
// masks cover, an adapter for objects and one for prompts, and classes by the words of a text table.
// State names of part F. Vectors of queries are float32 (or all is double); the map F may be bf16. Sizes: B pictures, N
// queries, C classes; the frames of a clip are stacked along H, so that a query's mask is a tube through
// the clip. LibTorch; one thread a model.
#pragma once
#include <torch/torch.h>

#include <vector>

namespace fs2 {

constexpr std::int64_t kQueryWidth = 256;
constexpr std::int64_t kTextWidth = 768;

/// A table of class words as the head reads it, with the zero row of "no object" appended.
class TextClassifier {
  public:
    TextClassifier() = default;  ///< none: there are no class logits
    /// (C, K, 768) float, K words a class, each row of length 1.
    explicit TextClassifier(const torch::Tensor& table);
    bool empty() const { return !columns_.defined(); }
    std::int64_t classes() const { return classes_; }  ///< C
    /// (B, N, 768) -> (B, N, C + 1): the scaled cosine to the nearest of each class's words.
    torch::Tensor logits(const torch::Tensor& embedding) const;
    TextClassifier to(torch::Device device, torch::ScalarType type = torch::kFloat) const;

  private:
    torch::Tensor columns_;  ///< (768, (C + 1) * K)
    std::int64_t classes_ = 0;
};

/// K-Net's gated update of kernels by what they have pooled; both (B, N, 256).
struct KernelUpdatorImpl : torch::nn::Module {
    KernelUpdatorImpl();
    torch::Tensor forward(const torch::Tensor& pooled, const torch::Tensor& kernels);
    torch::nn::Linear dynamicLayer{nullptr}, inputLayer{nullptr}, inputGate{nullptr},
        updateGate{nullptr}, fcLayer{nullptr};
    torch::nn::LayerNorm normIn{nullptr}, normOut{nullptr}, inputNormIn{nullptr},
        inputNormOut{nullptr}, fcNorm{nullptr};
};
TORCH_MODULE(KernelUpdator);

/// Multi-head attention with the state names of PyTorch's: 8 heads, 256 wide.
struct AttentionImpl : torch::nn::Module {
    AttentionImpl();
    /// queries (B, N, 256), memory (B, M, 256), the latter in any type; blocked (N, M) bool or undefined.
    torch::Tensor forward(const torch::Tensor& queries, const torch::Tensor& memory,
                          const torch::Tensor& blocked = {});
    torch::Tensor weight, bias;  ///< in_proj_weight, in_proj_bias
    torch::nn::Linear out{nullptr};
};
TORCH_MODULE(Attention);

/// What one stage, or an adapter, makes. Undefined where it was not asked for or does not exist.
struct StageOutput {
    torch::Tensor pooled;    ///< (B, N, 256) sum of F over the mask so far
    torch::Tensor updated;   ///< (B, N, 256) after kernel_update
    torch::Tensor attended;  ///< (B, N, 256) after the self-attention
    torch::Tensor kernels;   ///< (B, N, 256) the stage's object, the next one's kernels
    torch::Tensor classes;   ///< (B, N, C + 1) logits, the void class last
    torch::Tensor masks;     ///< (B, N, H, W) logits
    torch::Tensor iou;       ///< (B, N, 1) no sigmoid
};

struct CrossAttenHeadImpl : torch::nn::Module {
    explicit CrossAttenHeadImpl(std::int64_t hidden);
    /// F (B, 256, H, W), kernels (B, N, 256), masks (B, N, H, W), blocked (N, N) bool or undefined. With
    /// `judge` the classes and the IoU too, which no later stage needs.
    StageOutput forward(const torch::Tensor& F, const torch::Tensor& kernels, const torch::Tensor& masks,
                        const torch::Tensor& blocked, const TextClassifier& classifier, bool judge);
    KernelUpdator update;
    Attention attention;
    torch::nn::LayerNorm attentionNorm{nullptr}, ffnNorm{nullptr};
    torch::nn::Linear widen{nullptr}, narrow{nullptr}, fcMask{nullptr};
    torch::nn::Sequential classTrunk, classEmbedding, maskTrunk, iouEmbedding;
};
TORCH_MODULE(CrossAttenHead);

struct QueryHeadSpec {
    std::int64_t queries = 100;
    std::int64_t hidden = 2048;  ///< of the stages' FFN
    int stages = 3;
};

/// One pass: the first masks, the stages, and last the adapter's answer. At test time only the last
/// entry counts.
struct HeadOutput {
    torch::Tensor firstKernels;  ///< (B, N, 256)
    torch::Tensor firstMasks;    ///< (B, N, H, W)
    torch::Tensor blocked;       ///< (N, N) bool, or undefined: what the self-attention must not see
    std::vector<StageOutput> stages;
    const StageOutput& last() const { return stages.back(); }
};

struct QueryHeadImpl : torch::nn::Module {
    explicit QueryHeadImpl(QueryHeadSpec spec = {});
    /// Object mode: the learned kernels. `judgeAll`: classes and IoU of every stage, as training and the
    /// parity tests need them, else the adapter's classes alone.
    HeadOutput objects(const torch::Tensor& F, const TextClassifier& classifier, bool judgeAll = false);
    /// Prompt mode: kernels (1, N, 256) of promptKernels(), which do not see one another.
    HeadOutput prompts(const torch::Tensor& F, const torch::Tensor& kernels,
                       const TextClassifier& classifier, bool judgeAll = false);
    /// (1, N, 256) from the sine code (N, 512) of prompt_queries.h.
    torch::Tensor promptKernels(const torch::Tensor& code);

    QueryHeadSpec spec;
    torch::nn::Embedding kernels{nullptr}, maskTokens{nullptr}, promptTypes{nullptr};
    torch::nn::Linear position{nullptr}, promptIou{nullptr};
    torch::nn::ModuleList heads;
    KernelUpdator objectUpdate;
    torch::nn::Sequential objectClasses;
    Attention promptAttention;
    torch::nn::LayerNorm promptNorm{nullptr};

  private:
    HeadOutput refine(const torch::Tensor& F, const torch::Tensor& start, const torch::Tensor& blocked,
                      const TextClassifier& classifier, bool judgeAll, bool judgeLast);
};
TORCH_MODULE(QueryHead);

/// <kernel, F> at each pixel: (B, N, H, W).
torch::Tensor kernelLogits(const torch::Tensor& kernels, const torch::Tensor& F);
/// Sum of F over the pixels where the logits are above 0: (B, N, 256), float32 for bf16, no gradient
/// through the threshold.
torch::Tensor hardPool(const torch::Tensor& F, const torch::Tensor& masks);

}  // namespace fs2
