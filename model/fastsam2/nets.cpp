#include "model/fastsam2/nets.h"

#include "model/fastsam2/backbone.h"
#include "model/fastsam2/edge_refiner.h"
#include "model/fastsam2/feature_pyramid.h"
#include "model/fastsam2/prompt_decoder.h"
#include "model/fastsam2/yoso_neck.h"
#include "model/memory/memory_net.h"

namespace fs2 {

struct FastSam2Impl::Parts {
    ResNet backbone{kBackboneDepth};
    YosoNeck neck{resNetChannels(kBackboneDepth)};
    FeaturePyramid pyramid;
    PromptDecoder decoder;
    EdgeRefiner refiner;
    MemoryNet memory{nullptr};
};

Features Features::detached() const {
    const auto d = [](const torch::Tensor& t) { return t.defined() ? t.detach() : t; };
    return {d(f2), d(f4), d(f8), d(f16), d(F), d(a5), d(a4), d(a3)};
}

FastSam2Impl::FastSam2Impl() : parts(std::make_shared<Parts>()) {
    register_module("backbone", parts->backbone);
    register_module("neck", parts->neck);
    register_module("pyramid", parts->pyramid);
    register_module("decoder", parts->decoder);
    register_module("refiner", parts->refiner);
}

Features FastSam2Impl::encode(const torch::Tensor& image, bool keepAll,
                              const std::function<void()>& between) {
    const auto maps = parts->backbone->forward(image, between);
    const auto neck = parts->neck(maps.stage);
    if (between) between();
    auto features = parts->pyramid->forward(maps, neck);
    if (keepAll) {
        features.F = neck.F;
        features.a5 = neck.a5;
        features.a4 = neck.a4;
        features.a3 = neck.a3;
    }
    return features;
}

Decoded FastSam2Impl::decode(const Features& features, const PromptTensors& prompts) {
    return parts->decoder(features, prompts);
}

torch::Tensor FastSam2Impl::refine(const torch::Tensor& rgb, const torch::Tensor& logits) {
    return parts->refiner(rgb, logits);
}

MemoryNetImpl* FastSam2Impl::memory() const { return parts->memory.is_empty() ? nullptr : parts->memory.get(); }

void FastSam2Impl::addMemory() {
    if (parts->memory.is_empty()) parts->memory = register_module("memory", MemoryNet());
}

void FastSam2Impl::fold() {
    eval();
    parts->backbone->fold();
    parts->neck->fold();
    parts->pyramid->fold();
    parts->decoder->fold();
}

}  // namespace fs2
