#include "model/rapsam/query_head.h"

#include <cmath>

namespace fs2 {

namespace nn = torch::nn;

namespace {

constexpr std::int64_t kHeads = 8;
constexpr double kTemperature = 0.1;  ///< of the stages' class logits; the adapters have none

nn::LayerNorm layerNorm() { return nn::LayerNorm(nn::LayerNormOptions({kQueryWidth})); }
nn::Linear square(bool bias = true) {
    return nn::Linear(nn::LinearOptions(kQueryWidth, kQueryWidth).bias(bias));
}
nn::Sequential trunk() { return nn::Sequential(square(false), layerNorm(), nn::ReLU()); }
nn::Sequential perceptron(std::int64_t out) {
    return nn::Sequential(square(), nn::ReLU(), square(), nn::ReLU(), nn::Linear(kQueryWidth, out));
}

}  // namespace

TextClassifier::TextClassifier(const torch::Tensor& table) {
    TORCH_CHECK(table.dim() == 3 && table.size(2) == kTextWidth, "a class table is (C, K, 768)");
    classes_ = table.size(0);
    const auto none = torch::zeros({1, table.size(1), kTextWidth}, table.options());
    columns_ = torch::cat({table, none}).flatten(0, 1).t().contiguous();
}

torch::Tensor TextClassifier::logits(const torch::Tensor& embedding) const {
    static const double scale = double(std::exp(4.6052f));
    const auto e = nn::functional::normalize(embedding.to(columns_.scalar_type()),
                                             nn::functional::NormalizeFuncOptions().dim(-1));
    return scale * torch::matmul(e, columns_).unflatten(-1, {classes_ + 1, -1}).amax(-1);
}

TextClassifier TextClassifier::to(torch::Device device, torch::ScalarType type) const {
    auto moved = *this;
    if (!empty()) moved.columns_ = columns_.to(device, type);
    return moved;
}

torch::Tensor kernelLogits(const torch::Tensor& kernels, const torch::Tensor& F) {
    return torch::matmul(kernels.to(F.scalar_type()), F.flatten(2)).unflatten(2, {F.size(2), F.size(3)});
}

torch::Tensor hardPool(const torch::Tensor& F, const torch::Tensor& masks) {
    const auto inside = (masks.detach() > 0).to(F.scalar_type()).flatten(2);  // (B, N, HW)
    const auto pooled = torch::matmul(inside, F.flatten(2).transpose(1, 2));
    return F.scalar_type() == torch::kBFloat16 ? pooled.to(torch::kFloat) : pooled;
}

KernelUpdatorImpl::KernelUpdatorImpl() {
    const auto wide = [] { return nn::Linear(kQueryWidth, 2 * kQueryWidth); };
    dynamicLayer = register_module("dynamic_layer", wide());
    inputLayer = register_module("input_layer", wide());
    inputGate = register_module("input_gate", square());
    updateGate = register_module("update_gate", square());
    fcLayer = register_module("fc_layer", square());
    normIn = register_module("norm_in", layerNorm());
    normOut = register_module("norm_out", layerNorm());
    inputNormIn = register_module("input_norm_in", layerNorm());
    inputNormOut = register_module("input_norm_out", layerNorm());
    fcNorm = register_module("fc_norm", layerNorm());
}

torch::Tensor KernelUpdatorImpl::forward(const torch::Tensor& pooled, const torch::Tensor& kernels) {
    const auto p = dynamicLayer(pooled).chunk(2, -1);
    const auto q = inputLayer(kernels).chunk(2, -1);
    const auto gate = q[0] * p[0];
    const auto keep = torch::sigmoid(inputNormIn(inputGate(gate)));
    const auto take = torch::sigmoid(normIn(updateGate(gate)));
    return torch::relu(fcNorm(fcLayer(take * normOut(p[1]) + keep * inputNormOut(q[1]))));
}

AttentionImpl::AttentionImpl() {
    weight = register_parameter("in_proj_weight", torch::empty({3 * kQueryWidth, kQueryWidth}));
    bias = register_parameter("in_proj_bias", torch::zeros({3 * kQueryWidth}));
    out = register_module("out_proj", square());
    nn::init::xavier_uniform_(weight);
    nn::init::zeros_(out->bias);
}

torch::Tensor AttentionImpl::forward(const torch::Tensor& queries, const torch::Tensor& memory,
                                     const torch::Tensor& blocked) {
    constexpr auto w = kQueryWidth;
    const auto type = memory.scalar_type();
    const auto split = [&](const torch::Tensor& x) {
        return x.unflatten(-1, {kHeads, w / kHeads}).transpose(1, 2);  // (B, 8, n, 32)
    };
    const auto q = torch::linear(queries, weight.narrow(0, 0, w), bias.narrow(0, 0, w)).to(type);
    const auto kv = torch::linear(memory, weight.narrow(0, w, 2 * w).to(type),
                                  bias.narrow(0, w, 2 * w).to(type))
                        .chunk(2, -1);
    std::optional<torch::Tensor> allowed;
    if (blocked.defined()) allowed = blocked.logical_not();
    const auto read = torch::scaled_dot_product_attention(split(q), split(kv[0]), split(kv[1]), allowed);
    return out(read.transpose(1, 2).flatten(2).to(queries.scalar_type()));
}

CrossAttenHeadImpl::CrossAttenHeadImpl(std::int64_t hidden) {
    register_module("kernel_update", update);
    register_module("s_atten", attention);
    attentionNorm = register_module("s_atten_norm", layerNorm());
    widen = nn::Linear(kQueryWidth, hidden);
    narrow = nn::Linear(hidden, kQueryWidth);
    nn::ModuleList first, layers;
    first->push_back(widen);
    layers->push_back(first);
    layers->push_back(narrow);
    const auto ffn = register_module("ffn", std::make_shared<torch::nn::Module>());
    ffn->register_module("layers", layers);
    ffnNorm = register_module("ffn_norm", layerNorm());
    classTrunk = register_module("cls_fcs", trunk());
    classEmbedding = register_module("cls_proj", perceptron(kTextWidth));
    maskTrunk = register_module("mask_fcs", trunk());
    fcMask = register_module("fc_mask", square());
    iouEmbedding = register_module("iou_embed", perceptron(1));
    for (const auto& module : modules(false))
        if (auto* linear = module->as<nn::LinearImpl>()) {
            nn::init::normal_(linear->weight, 0, .02);
            if (linear->bias.defined()) nn::init::zeros_(linear->bias);
        }
}

StageOutput CrossAttenHeadImpl::forward(const torch::Tensor& F, const torch::Tensor& kernels,
                                        const torch::Tensor& masks, const torch::Tensor& blocked,
                                        const TextClassifier& classifier, bool judge) {
    StageOutput o;
    o.pooled = hardPool(F, masks);
    o.updated = update(o.pooled, kernels);
    o.attended = attentionNorm(o.updated + attention(o.updated, o.updated, blocked));
    o.kernels = ffnNorm(o.attended + narrow(torch::relu(widen(o.attended))));
    const auto t = maskTrunk->forward(o.kernels);
    o.masks = kernelLogits(fcMask(t), F);
    if (!judge) return o;
    o.iou = iouEmbedding->forward(t);
    if (!classifier.empty())
        o.classes = classifier.logits(classEmbedding->forward(classTrunk->forward(o.kernels))) / kTemperature;
    return o;
}

QueryHeadImpl::QueryHeadImpl(QueryHeadSpec spec_) : spec(spec_) {
    maskTokens = register_module("mask_tokens", nn::Embedding(1, kQueryWidth));
    promptTypes = register_module("pb_embedding", nn::Embedding(2, kQueryWidth));
    position = register_module("pos_linear", nn::Linear(2 * kQueryWidth, kQueryWidth));
    kernels = register_module("kernels", nn::Embedding(spec.queries, kQueryWidth));
    for (int i = 0; i < spec.stages; ++i) heads->push_back(CrossAttenHead(spec.hidden));
    register_module("mask_heads", heads);
    register_module("panoptic_attn", objectUpdate);
    objectClasses = register_module("panoptic_cls", nn::Sequential(nn::Linear(kQueryWidth, kTextWidth)));
    const auto holder = register_module("prompt_attn", std::make_shared<torch::nn::Module>());
    holder->register_module("attn", promptAttention);
    promptNorm = register_module("prompt_norm", layerNorm());
    promptIou = register_module("prompt_iou", nn::Linear(kQueryWidth, 1));
}

torch::Tensor QueryHeadImpl::promptKernels(const torch::Tensor& code) {
    // Row 1 stands for every prompt, point or box; row 0 was never trained.
    return (promptTypes->weight[1] + maskTokens->weight[0] + position(code)).unsqueeze(0);
}

HeadOutput QueryHeadImpl::refine(const torch::Tensor& F, const torch::Tensor& start,
                                 const torch::Tensor& blocked, const TextClassifier& classifier,
                                 bool judgeAll, bool judgeLast) {
    HeadOutput out;
    out.firstKernels = start.expand({F.size(0), -1, -1});
    out.firstMasks = kernelLogits(out.firstKernels, F);
    out.blocked = blocked;
    auto at = out.firstKernels;
    auto masks = out.firstMasks;
    for (std::size_t i = 0; i < heads->size(); ++i) {
        const bool judge = judgeAll || (judgeLast && i + 1 == heads->size());
        out.stages.push_back(
            heads[i]->as<CrossAttenHeadImpl>()->forward(F, at, masks, blocked, classifier, judge));
        at = out.last().kernels;
        masks = out.last().masks;
    }
    return out;
}

HeadOutput QueryHeadImpl::objects(const torch::Tensor& F, const TextClassifier& classifier, bool judgeAll) {
    auto out = refine(F, kernels->weight.unsqueeze(0), {}, classifier, judgeAll, false);
    const auto& before = out.last();
    StageOutput adapted;
    adapted.pooled = hardPool(F, before.masks);
    adapted.kernels = objectUpdate(adapted.pooled, before.kernels);
    adapted.masks = kernelLogits(adapted.kernels, F);
    adapted.iou = before.iou;
    if (!classifier.empty()) adapted.classes = classifier.logits(objectClasses->forward(adapted.kernels));
    out.stages.push_back(std::move(adapted));
    return out;
}

HeadOutput QueryHeadImpl::prompts(const torch::Tensor& F, const torch::Tensor& start,
                                  const TextClassifier& classifier, bool judgeAll) {
    const auto apart =
        torch::eye(start.size(1), torch::TensorOptions(torch::kBool).device(F.device())).logical_not();
    auto out = refine(F, start, apart, classifier, judgeAll, true);
    const auto& before = out.last();
    StageOutput adapted;
    adapted.kernels =
        promptNorm(before.kernels + promptAttention(before.kernels, F.flatten(2).transpose(1, 2)));
    adapted.masks = kernelLogits(adapted.kernels, F);
    adapted.iou = promptIou(adapted.kernels);
    adapted.classes = before.classes;
    out.stages.push_back(std::move(adapted));
    return out;
}

}  // namespace fs2
