#include "model/memory/memory_net.h"

#include <c10/core/impl/LocalDispatchKeySet.h>

#include <algorithm>
#include <cmath>

namespace fs2 {

namespace nn = torch::nn;
using torch::Tensor;

namespace {

constexpr std::int64_t k4 = 48, k8 = 96, k16 = 192;  // widths of Features
constexpr std::int64_t kGroups = 8, kHeads = 4, kDetect = 64, kGate = 16;

nn::Conv2d conv(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride = 1) {
    return nn::Conv2d(nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2));
}

/// Entropy in bits of a pixel's mask probability, 0 to 1.
Tensor entropy(const Tensor& logits) {
    const auto p = torch::sigmoid(logits);
    return (torch::softplus(logits) - p * logits) * (1 / std::log(2.0));
}

/// The remembered pointers of each object as one, (O, kPointerWidth).
Tensor pooledPointer(MemoryNetImpl& net, const Tensor& pointers) {
    const auto weight = torch::softmax(net.pointerWeight(pointers).to(torch::kFloat), 1);
    return (weight.to(pointers.scalar_type()) * pointers).sum(1);
}

/// Values (O, C, N) at the positions `index` (K, P, T) with `weight` (the same) -> (O, C, P). K is 1
/// where all objects share the index, else O.
Tensor gathered(const Tensor& values, const Tensor& index, const Tensor& weight) {
    const auto O = values.size(0), C = values.size(1), N = values.size(2);
    const auto K = index.size(0), P = index.size(1), T = index.size(2);
    if (K == 1) {
        const auto rows = values.permute({2, 0, 1}).reshape({N, O * C});
        const auto read = rows.index_select(0, index.flatten()).view({P, T, O * C});
        const auto sum = torch::bmm(weight.view({P, 1, T}).to(read.scalar_type()), read);
        return sum.view({P, O, C}).permute({1, 2, 0});
    }
    const auto rows = values.transpose(1, 2).reshape({O * N, C});
    const auto offset = torch::arange(O, index.options()).view({O, 1, 1}) * N;
    const auto read = rows.index_select(0, (index + offset).flatten()).view({O * P, T, C});
    const auto sum = torch::bmm(weight.view({O * P, 1, T}).to(read.scalar_type()), read);
    return sum.view({O, P, C}).transpose(1, 2);
}

/// The best of what each object chose, exactly: `near` (Q, F * P) is searched once for each of the F frames,
/// then each object takes the best of the best of its own E. Scores and places among an object's N = E * P
/// positions, (O, Q, kReadTop).
std::tuple<Tensor, Tensor> nearestChosen(const Tensor& near, const Tensor& choice, std::int64_t N) {
    const auto Q = near.size(0), O = choice.size(0), E = choice.size(1), P = N / E, F = near.size(1) / P;
    const auto [score, index] = near.view({Q, F, P}).topk(std::min<std::int64_t>(kReadTop, P), 2, true, false);
    const auto chosen = choice.flatten();
    const auto ofObjects = [&](const Tensor& x) {  // (Q, F, T) -> (O, Q, E * T)
        return x.index_select(1, chosen).view({Q, O, E, -1}).transpose(0, 1);
    };
    const auto place = ofObjects(index) + torch::arange(E, index.options()).view({1, 1, E, 1}) * P;
    const auto scores = ofObjects(score).flatten(2);
    const auto [best, at] = scores.topk(std::min<std::int64_t>(kReadTop, scores.size(2)), 2, true, false);
    return {best, place.flatten(2).gather(2, at)};
}

/// Prompts of O objects that hold a previous mask, `prior` (O, 1, H/2, W/2) from -1 to 1, and no click.
PromptTensors priorAlone(const Features& features, const Tensor& prior) {
    const auto O = prior.size(0), H = features.f2.size(2) * 2, W = features.f2.size(3) * 2;
    const auto on = prior.options().requires_grad(false);
    PromptTensors prompts;
    auto map = upsample(prior.to(features.f2.scalar_type()), H, W);
    prompts.maps = torch::cat({map, torch::zeros({O, 3, H, W}, map.options())}, 1)
                       .contiguous(torch::MemoryFormat::ChannelsLast);
    prompts.points = torch::zeros({O, kPromptPoints, 2}, on.dtype(torch::kFloat));
    prompts.types = torch::full({O, kPromptPoints}, std::int64_t(kPad), on.dtype(torch::kLong));
    return prompts;
}

}  // namespace

std::string TrackSwitches::without() const {
    std::string names;
    const auto add = [&](bool on, const char* name) {
        if (!on) names += (names.empty() ? "" : ",") + std::string(name);
    };
    add(memory, "memory");
    add(pointers, "pointers");
    add(dpsr, "dpsr");
    return names;
}

void TrackSwitches::leaveOut(const std::string& names) {
    const auto named = [&](const std::string& name) { return ("," + names + ",").find("," + name + ",") != names.npos; };
    memory = !named("memory");
    pointers = !named("pointers");
    dpsr = !named("dpsr");
}

MemoryNetImpl::MemoryNetImpl() {
    keyConv = register_module("key", conv(k16, kKeyWidth, 3));
    maskIn = register_module("mask4", conv(1, 16, 3, 2));
    mask8 = register_module("mask8", conv(16, 32, 3, 2));
    mask16 = register_module("mask16", conv(32, kValueWidth, 3, 2));
    feature16 = register_module("feature16", conv(k16, kValueWidth, 1));
    valueNorm = register_module("value_norm", nn::GroupNorm(nn::GroupNormOptions(kGroups, kValueWidth)));
    valueOut = register_module("value", conv(kValueWidth, kValueWidth, 3));
    readIn = register_module("read", conv(kValueWidth + 1, kValueWidth, 3));
    readNorm = register_module("read_norm", nn::GroupNorm(nn::GroupNormOptions(kGroups, kValueWidth)));
    for (int i = 0; i < 2; ++i) attention->push_back(MapAttention(kValueWidth, kHeads, 2 * kValueWidth, 2));
    register_module("attention", attention);
    to16 = register_module("to16", conv(kValueWidth, k16, 1));
    to8 = register_module("to8", conv(kValueWidth, k8, 1));
    map4 = register_module("map4", conv(k4, kDetect, 1));
    map8 = register_module("map8", conv(k8, kDetect, 1));
    gateIn = register_module("gate1", conv(4, kGate, 1));
    gateOut = register_module("gate2", conv(kGate, 1, 1));
    pointerToken = register_module("pointer_token", nn::Linear(kPointerWidth, kValueWidth));
    pointerWeight = register_module("pointer_weight", nn::Linear(kPointerWidth, 1));
    kernel = register_module("kernel", nn::Sequential(nn::Linear(kPointerWidth, kPointerWidth), nn::ReLU(),
                                                      nn::Linear(kPointerWidth, kDetect + 1)));
    presenceHead = register_module("presence", nn::Sequential(nn::Linear(2 * kPointerWidth + 2, 128), nn::ReLU(),
                                                              nn::Linear(128, 1)));
    // A network that was trained on stills begins as it was: little of the read-out, much of path A.
    const torch::NoGradGuard guard;
    to16->weight.mul_(0.1);
    to8->weight.mul_(0.1);
    kernel[2]->as<nn::Linear>()->weight.mul_(0.1);
    gateOut->bias.fill_(2);
}

Tensor MemoryNetImpl::key(const Features& features) { return keyConv(features.f16).flatten(2); }

MemoryWrite MemoryNetImpl::write(const Features& features, const Tensor& mask, const Tensor& pointer) {
    const auto given = mask.to(features.f16.scalar_type());
    const auto x4 = torch::relu(maskIn(given));
    const auto x8 = torch::relu(mask8(x4));
    const auto x = torch::relu(mask16(x8) + feature16(features.f16));
    const auto value = x + valueOut(torch::relu(valueNorm(x).to(x.scalar_type())));
    const auto share = torch::adaptive_avg_pool2d(given, {value.size(2), value.size(3)});
    return {key(features), torch::cat({value, share.to(value.scalar_type())}, 1).flatten(2), pointer};
}

Tensor MemoryNetImpl::read(const Tensor& key, const MemoryRead& memory, std::int64_t h, std::int64_t w) {
    // In fp32: differences of large numbers. L2 distance, without the query's own square, which is the
    // same for all that it looks at.
    const c10::impl::ExcludeDispatchKeyGuard noAutocast(c10::autocast_dispatch_keyset);
    const auto query = key.to(torch::kFloat), keys = memory.keys.to(torch::kFloat);
    const auto near = (2 * torch::matmul(query.transpose(1, 2), keys) - keys.square().sum(1, true)) *
                      (1 / std::sqrt(double(kKeyWidth)));
    const auto [score, index] = memory.choice.defined()
                                    ? nearestChosen(near[0], memory.choice, memory.values.size(2))
                                    : near.topk(std::min<std::int64_t>(kReadTop, keys.size(2)), 2, true, false);
    const auto weight = torch::softmax(score, 2);
    return gathered(memory.values, index, weight).reshape({memory.values.size(0), -1, h, w});
}

Features MemoryNetImpl::conditioned(const Features& features, const Tensor& readOut, const MemoryRead& memory) {
    const auto type = features.f16.scalar_type();
    auto map = torch::relu(readNorm(readIn(readOut.to(type))).to(type));
    auto tokens = pointerToken(memory.pointers.to(type)).to(type);
    if (!switches.pointers) tokens = torch::zeros_like(tokens);
    for (const auto& block : *attention) {
        block->as<MapAttentionImpl>()->forward(map, tokens);
        map = map.to(type);
        tokens = tokens.to(type);
    }
    Features seen = features;
    seen.f16 = features.f16 + to16(map);
    seen.f8 = features.f8 + upsampleLike(to8(map), features.f8);
    return seen;
}

Tensor MemoryNetImpl::redetect(const Features& features, const MemoryRead& memory) {
    const auto map = torch::relu(map4(features.f4) + upsampleLike(map8(features.f8), features.f4));
    auto pointer = pooledPointer(*this, memory.pointers);
    if (!switches.pointers) pointer = torch::zeros_like(pointer);
    const auto k = kernel->forward(pointer).to(map.scalar_type());  // (O, kDetect + 1)
    const auto O = k.size(0), h = map.size(2), w = map.size(3);
    const auto flat = map.flatten(2).expand({O, -1, -1});
    const auto logits = torch::bmm(k.narrow(1, 0, kDetect).unsqueeze(1), flat) + k.narrow(1, kDetect, 1).unsqueeze(2);
    return logits.view({O, 1, h, w});
}

Tensor MemoryNetImpl::fuse(const Tensor& a, const Tensor& b) {
    const auto a4 = torch::avg_pool2d(a, 2);
    const auto both = torch::cat({a4.clamp(-10, 10), b.clamp(-10, 10), entropy(a4), entropy(b)}, 1);
    const auto gate = gateOut(torch::relu(gateIn(both.to(gateIn->weight.scalar_type()))));
    const auto g = torch::sigmoid(upsampleLike(gate.to(a.scalar_type()), a));
    return g * a + (1 - g) * upsampleLike(b, a);
}

Tensor MemoryNetImpl::presence(const Tensor& pointer, const MemoryRead& memory, const Tensor& logits) {
    const auto type = pointer.scalar_type();
    const auto known = pooledPointer(*this, memory.pointers.to(type));
    const auto alike = torch::cosine_similarity(pointer.to(torch::kFloat), known.to(torch::kFloat), 1);
    const auto strongest = torch::sigmoid(logits.flatten(1).amax(1).to(torch::kFloat));
    const auto facts = torch::stack({alike, strongest}, 1).to(type);
    return presenceHead->forward(torch::cat({pointer, known, facts}, 1)).squeeze(1).to(torch::kFloat);
}

Tracked track(FastSam2& net, const Features& features, const MemoryRead& memory, const Tensor& previous) {
    MemoryNetImpl& part = *net->memory();
    const auto h = features.f16.size(2), w = features.f16.size(3);
    auto readOut = part.read(part.key(features), memory, h, w);
    if (!part.switches.memory) readOut = torch::zeros_like(readOut);
    const auto seen = part.conditioned(features, readOut, memory);
    const auto prior = previous.clamp(-kPriorClamp, kPriorClamp) / kPriorClamp;
    const auto decoded = net->decode(seen, priorAlone(features, prior));

    Tracked out;
    out.pathA = decoded.logits.narrow(1, 0, 1).to(torch::kFloat);
    out.pathB = part.redetect(features, memory).to(torch::kFloat);
    out.logits = part.switches.dpsr ? part.fuse(out.pathA, out.pathB) : out.pathA;
    out.iou = decoded.iou.select(1, 0);
    out.pointer = decoded.pointer;
    out.presence = part.presence(decoded.pointer, memory, out.logits);
    return out;
}

MemoryWrite remember(FastSam2& net, const Features& features, const Tensor& mask) {
    auto seen = features;
    const auto O = mask.size(0);
    if (features.f16.size(0) != O) {  // one picture, several objects
        seen.f16 = features.f16.expand({O, -1, -1, -1});
        seen.f8 = features.f8.expand({O, -1, -1, -1});
    }
    const auto decoded = net->decode(seen, priorAlone(features, 2 * mask - 1));
    return net->memory()->write(features, mask, decoded.pointer);
}

}  // namespace fs2
