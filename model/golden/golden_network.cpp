#include "model/golden/golden_network.h"

#include <torch/torch.h>

#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>

#include "annotation/core/paths.h"
#include "model/golden/golden_formula.h"
#include "model/rapsam/prompt_queries.h"
#include "model/rapsam/rapsam_picture.h"
#include "model/rapsam/vis_linking.h"

namespace fs2::golden {

namespace {

using nlohmann::json;

constexpr int kThings = 80, kClasses = 133;  ///< of the text table
constexpr double kAllowed = 1e-5;            ///< of absmax

WorkingSize sizes(std::int64_t height, std::int64_t width, std::int64_t fullHeight, std::int64_t fullWidth) {
    WorkingSize s;
    s.width = int(width);
    s.height = int(height);
    s.paddedWidth = int((width + 31) / 32 * 32);
    s.paddedHeight = int((height + 31) / 32 * 32);
    s.fullWidth = s.frameWidth = int(fullWidth);
    s.fullHeight = s.frameHeight = int(fullHeight);
    return s;
}

/// (1, 3, Hp, Wp) of a picture in BGR bytes (H, W, 3).
torch::Tensor inputOf(const torch::Tensor& bgr, const Network& network) {
    return rapSamNormalised(bgr.to(network.device).flip(2).permute({2, 0, 1}).unsqueeze(0)).to(network.type);
}

/// What a pass of the head makes, by name, in the order in which it is made.
struct Made {
    std::string name;
    torch::Tensor tensor;
    double times = 1;          ///< its tolerance
    bool thresholded = false;  ///< what is above 0 is pooled
};

std::vector<Made> madeBy(const std::string& mode, const HeadOutput& out) {
    std::vector<Made> all{{mode + "k0", out.firstKernels}, {mode + "m0", out.firstMasks, 1, true}};
    if (out.blocked.defined()) all.push_back({mode + "attn_mask", out.blocked.to(torch::kFloat)});
    for (std::size_t i = 0; i < out.stages.size(); ++i) {
        const auto stage = mode + "s" + std::to_string(i) + ".";
        const auto& s = out.stages[i];
        all.push_back({stage + "pool", s.pooled});
        all.push_back({stage + "ku", s.updated});
        all.push_back({stage + "sa", s.attended});
        all.push_back({stage + (i + 1 == out.stages.size() ? "kern" : "obj"), s.kernels});
        all.push_back({stage + "cls", s.classes});
        all.push_back({stage + "iou", s.iou, 2});
        all.push_back({stage + "mask", s.masks, 1, true});
    }
    return all;
}

/// A case that was read, while it is run.
class NetworkCase {
  public:
    NetworkCase(Case& one, const json& document, const Network& network, const ExactNetwork& exact)
        : one_(one), document_(document), network_(network), exact_(exact),
          seed_(document.at("image_seed")) {
        const auto& shape = document.at("img_shape");
        const auto original = document.value("ori_shape", shape);
        size_ = sizes(shape.at(0), shape.at(1), original.at(0), original.at(1));
    }

    void run() {
        const auto F = still();
        if (one_.has("obj.m0") || one_.has("obj.s3.mask")) objects(F);
        prompts("pts.", "points", F);
        prompts("box.", "boxes", F);
        if (one_.has("vid.F") || one_.has("vid.m0")) clip();
    }

  private:
    /// One mode of the head on a map F.
    using Pass = std::function<HeadOutput(const Network&, const torch::Tensor& F)>;

    torch::Tensor picture(std::int64_t t) const { return golden::picture(seed_, size_.height, size_.width, t); }

    /// Frames 0 to count-1, encoded.
    torch::Tensor encoded(const Network& network, std::int64_t count, const Tap& tap = {}) const {
        std::vector<torch::Tensor> inputs;
        for (std::int64_t t = 0; t < count; ++t) inputs.push_back(inputOf(picture(t), network));
        auto net = network.net;
        return net->encode(torch::cat(inputs), {}, tap);
    }

    /// The encoder on the first picture, all its tensors compared.
    torch::Tensor still() {
        const auto bgr = picture(0);
        if (document_.contains("image_check")) {
            char hash[17];
            const auto* bytes = reinterpret_cast<const char*>(bgr.const_data_ptr<std::uint8_t>());
            std::snprintf(hash, sizeof hash, "%016llx",
                          static_cast<unsigned long long>(fnv1a64({bytes, std::size_t(bgr.numel())})));
            one_.truth("image", document_["image_check"].value("fnv_of_bytes", "") == hash, "the picture's hash");
        }
        compare({"input", inputOf(bgr, network_)});
        return encoded(network_, 1, [&](const std::string& name, const torch::Tensor& tensor) {
            const bool neck = name[0] != 'C' && name != "F";
            if (network_.folded && name.starts_with("dcn"))
                one_.leaveOut("neck." + name);
            else
                compare({(neck ? "neck." : "") + name, tensor});
        });
    }

    void objects(const torch::Tensor& F) {
        const auto out = compared("obj.", F, 1, [](const Network& network, const torch::Tensor& map) {
            auto net = network.net;
            return net->head->objects(map, network.classifier, true);
        });
        const auto masks = fullSizeLogits(out.last().masks[0], size_);
        const auto classes = out.last().classes[0];
        one_.pixels("obj.pan", panopticLabels(classes, masks, kThings).ids(kClasses));
        one_.instances("obj.", "", topInstances(classes, masks, kThings));
    }

    void prompts(const std::string& mode, const char* key, const torch::Tensor& F) {
        if (!document_.contains(key) || document_[key].empty()) return;
        std::vector<Box> boxes;
        for (const auto& p : document_[key])
            boxes.push_back(p.size() == 2 ? clickBox(p.at(0), p.at(1))
                                          : Box{p.at(0), p.at(1), p.at(2), p.at(3)});
        const auto out = compared(mode, F, 1, [&](const Network& network, const torch::Tensor& map) {
            auto net = network.net;
            const auto pixels = boxTensor(boxes).to(network.device, network.type);
            const auto code = sineCode(centreBoxes(pixels, size_.height, size_.width));
            return net->head->prompts(map, net->head->promptKernels(code), network.classifier, true);
        });
        one_.pixels(mode + "out", fullSizeLogits(out.last().masks[0], size_) > 0);
    }

    void clip() {
        const auto T = document_.at("frames").get<std::int64_t>();
        const auto F = encoded(network_, T, [&](const std::string& name, const torch::Tensor& x) {
            if (name == "C5" || name == "F") compare({"vid." + name, x});
        });
        const auto out = compared("vid.", F, T, [](const Network& network, const torch::Tensor& map) {
            auto net = network.net;
            return net->head->objects(stackedFrames(map), network.classifier, true);
        });
        const auto masks = out.last().masks[0].unflatten(1, {T, F.size(2)});  // (N, T, h, w)
        const auto classes = out.last().classes[0];
        std::vector<torch::Tensor> ids;
        for (std::int64_t t = 0; t < T; ++t) {
            const auto full = fullSizeLogits(masks.select(1, t), size_);
            ids.push_back(panopticLabels(classes, full, kThings).ids(kClasses));
            one_.instances("vid.", std::to_string(t), topInstances(classes, full, kThings));
        }
        one_.pixels("vid.pan", torch::stack(ids));
    }

    /// Runs a mode and compares all of it; where a pixel has crossed 0, with the exact network's help. Returns
    /// what post-processing goes on with.
    HeadOutput compared(const std::string& mode, const torch::Tensor& F, std::int64_t frames, const Pass& pass) {
        auto out = pass(network_, F);
        const auto made = madeBy(mode, out);
        std::int64_t flips = 0;
        for (const auto& m : made)
            if (m.thresholded) flips += one_.flips(m.name + ".bits", m.tensor);
        if (flips == 0) {
            for (const auto& m : made) compare(m);
            return out;
        }
        auto sure = pass(exact_(), encoded(exact_(), frames));
        const auto exact = madeBy(mode, sure);
        for (std::size_t i = 0; i < made.size(); ++i) compare(made[i], exact[i].tensor);
        return sure;
    }

    void compare(const Made& made, const torch::Tensor& exact = {}) {
        static const json none = json::object();
        const auto& tensors = document_.contains("tensors") ? document_["tensors"] : none;
        const auto& facts = tensors.contains(made.name) ? tensors[made.name] : none;
        const auto step = facts.value("step", std::int64_t(1));
        const auto absmax = facts.value("absmax", 0.), allowed = kAllowed * made.times;
        if (exact.defined())
            one_.tensorAfterFlip(made.name, made.tensor, exact, step, absmax, allowed);
        else
            one_.tensor(made.name, made.tensor, step, absmax, allowed);
    }

    Case& one_;
    const json& document_;
    const Network& network_;
    const ExactNetwork& exact_;
    std::string seed_;
    WorkingSize size_;
};

/// A video, clip after clip.
void runVideo(Case& one, const json& facts, std::array<std::int64_t, 2> size, const Network& network) {
    const std::string seed = facts.at("seed");
    const auto s = sizes(size[0], size[1], size[0], size[1]);
    ClipLinker linker;
    int begin = 0, clip = 0;
    auto net = network.net;
    for (const int end : facts.at("ends").get<std::vector<int>>()) {
        std::vector<torch::Tensor> inputs;
        for (int t = begin; t < end; ++t)
            inputs.push_back(inputOf(picture(seed, size[0], size[1], 4 * t), network));
        const auto F = net->encode(torch::cat(inputs));
        const auto out = net->head->objects(stackedFrames(F), network.classifier);
        const auto rows = linker.add(out.last().kernels[0], out.last().classes[0],
                                     out.last().masks[0].unflatten(1, {end - begin, F.size(2)}));
        if (clip > 0) one.integers("match" + std::to_string(clip - 1), {rows.begin(), rows.end()});
        one.tensor("kern" + std::to_string(clip), linker.kernels().slice(0, 0, std::nullopt, 5));
        begin = end;
        ++clip;
    }
    one.tensor("cls_mean", linker.classes());
    const auto masks = linker.masks().to(torch::kFloat);  // (N, T, h, w)
    one.tensor("mask_upsampled_sample",
               torch::upsample_bilinear2d(masks, {s.paddedHeight, s.paddedWidth}, false),
               facts.value("mask_step", std::int64_t(1)));
    for (std::int64_t t = 0; t < masks.size(1); ++t)
        one.instances("", std::to_string(t),
                      topInstances(linker.classes(), fullSizeLogits(masks.select(1, t), s), kThings));
}

}  // namespace

Network makeNetwork(const std::string& prefix, torch::Device device, bool folded, torch::ScalarType type) {
    Network network;
    network.prefix = prefix;
    network.device = device;
    network.type = type;
    network.folded = folded;
    fillWeights(*network.net, prefix);
    network.net->eval();
    network.net->to(device, type);
    if (folded) network.net->fold();
    network.classifier = TextClassifier(textTable(prefix)).to(device, type);
    return network;
}

void checkNetwork(Case& one, const json& document, const Network& network, const ExactNetwork& exact) {
    NetworkCase(one, document, network, exact).run();
}

void checkVideo(Case& one, const json& document, std::array<std::int64_t, 2> size, const Network& network,
                const ExactNetwork& exact) {
    const auto& facts = document.at("vis");
    std::vector<GoldenLine> lines;
    auto trial = one.trial(lines);
    runVideo(trial, facts, size, network);
    // The record has no bits by which a pixel that crossed 0 could be told from a fault: where the pass in
    // single precision is near, but not within the tolerance, double precision decides.
    bool holds = true, near = true;
    for (const auto& line : lines) {
        holds = holds && line.holds;
        near = near && (line.holds || line.measure != "of absmax" || line.worst <= 1e-2);
    }
    one.truth("single precision", near, "within a hundredth of absmax");
    runVideo(one, facts, size, holds ? network : exact());
}

}  // namespace fs2::golden
