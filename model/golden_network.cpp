#include "model/golden_network.h"

#include <torch/torch.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "annotation/core/paths.h"
#include "model/golden_formula.h"
#include "model/prompt_queries.h"
#include "model/rapsam_picture.h"
#include "model/vis_linking.h"

namespace fs2::golden {

namespace {

using nlohmann::json;
using Tensors = std::map<std::string, torch::Tensor>;

constexpr int kThings = 80, kClasses = 133;  ///< of the text table
constexpr double kAfterFlip = 1e-3; ///< of absmax, once a pixel near 0 has crossed it

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
torch::Tensor inputOf(const torch::Tensor& bgr, torch::Device device) {
    return rapSamNormalised(bgr.to(device).flip(2).permute({2, 0, 1}).unsqueeze(0));
}

/// A case that was read, while it is run.
class NetworkCase {
  public:
    NetworkCase(Case& one, const json& document, const Network& network, torch::Device device)
        : one_(one), document_(document), network_(network), net_(network.net), device_(device),
          seed_(document.at("image_seed")) {
        const auto& shape = document.at("img_shape");
        const auto& original = document.value("ori_shape", shape);
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
    torch::Tensor picture(std::int64_t t) const { return golden::picture(seed_, size_.height, size_.width, t); }

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
        const auto input = inputOf(bgr, device_);
        compare("input", input);
        const auto F = net_->encode(input, {}, [&](const std::string& name, const torch::Tensor& tensor) {
            const bool neck = name[0] != 'C' && name != "F";
            if (network_.folded && name.starts_with("dcn"))
                one_.leaveOut("neck." + name);
            else
                compare((neck ? "neck." : "") + name, tensor);
        });
        return F;
    }

    void objects(const torch::Tensor& F) {
        const auto out = net_->head->objects(F, network_.classifier, true);
        stages("obj.", out);
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
        const auto code = sineCode(centreBoxes(boxTensor(boxes).to(device_), size_.height, size_.width));
        const auto out = net_->head->prompts(F, net_->head->promptKernels(code), network_.classifier, true);
        compare(mode + "attn_mask", out.blocked.to(torch::kFloat));
        stages(mode, out);
        one_.pixels(mode + "out", fullSizeLogits(out.last().masks[0], size_) > 0);
    }

    void clip() {
        const auto T = document_.at("frames").get<std::int64_t>();
        std::vector<torch::Tensor> inputs;
        for (std::int64_t t = 0; t < T; ++t) inputs.push_back(inputOf(picture(t), device_));
        const auto F = net_->encode(torch::cat(inputs), {}, [&](const std::string& name, const torch::Tensor& x) {
            if (name == "C5" || name == "F") compare("vid." + name, x);
        });
        const auto out = net_->head->objects(stackedFrames(F), network_.classifier, true);
        stages("vid.", out);
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

    void stages(const std::string& mode, const HeadOutput& out) {
        allowed_ = 0;
        compare(mode + "k0", out.firstKernels);
        thresholded(mode + "m0", out.firstMasks);
        for (std::size_t i = 0; i < out.stages.size(); ++i) {
            const auto stage = mode + "s" + std::to_string(i) + ".";
            const bool adapter = i + 1 == out.stages.size();
            const auto& s = out.stages[i];
            compare(stage + "pool", s.pooled);
            compare(stage + "ku", s.updated);
            compare(stage + "sa", s.attended);
            compare(stage + (adapter ? "kern" : "obj"), s.kernels);
            compare(stage + "cls", s.classes);
            compare(stage + "iou", s.iou, 2);
            thresholded(stage + "mask", s.masks);
        }
        allowed_ = 0;
    }

    /// A pixel near 0 that crosses it moves all that is pooled with it.
    void thresholded(const std::string& name, const torch::Tensor& logits) {
        compare(name, logits);
        if (one_.flips(name + ".bits", logits) > 0) allowed_ = kAfterFlip;
    }

    void compare(const std::string& name, const torch::Tensor& got, double times = 1) {
        static const json none = json::object();
        const auto& tensors = document_.contains("tensors") ? document_["tensors"] : none;
        const auto& facts = tensors.contains(name) ? tensors[name] : none;
        one_.tensor(name, got, facts.value("step", std::int64_t(1)), facts.value("absmax", 0.),
                    std::max(1e-5 * times, allowed_));
    }

    Case& one_;
    const json& document_;
    const Network& network_;
    RapSam net_;
    torch::Device device_;
    std::string seed_;
    WorkingSize size_;
    double allowed_ = 0;
};

}  // namespace

Network makeNetwork(const std::string& prefix, torch::Device device, bool folded) {
    Network network;
    network.prefix = prefix;
    fillWeights(*network.net, prefix);
    network.net->eval();
    if (folded) network.net->fold();
    network.folded = folded;
    network.net->to(device);
    network.classifier = TextClassifier(textTable(prefix)).to(device);
    return network;
}

void checkNetwork(Case& one, const json& document, const Network& network, torch::Device device) {
    NetworkCase(one, document, network, device).run();
}

void checkVideo(Case& one, const json& document, std::array<std::int64_t, 2> size, const Network& network,
                torch::Device device) {
    const auto& facts = document.at("vis");
    const std::string seed = facts.at("seed");
    const auto s = sizes(size[0], size[1], size[0], size[1]);
    ClipLinker linker;
    int begin = 0, clip = 0;
    auto net = network.net;
    for (const int end : facts.at("ends").get<std::vector<int>>()) {
        std::vector<torch::Tensor> inputs;
        for (int t = begin; t < end; ++t)
            inputs.push_back(inputOf(picture(seed, size[0], size[1], 4 * t), device));
        const auto F = net->encode(torch::cat(inputs));
        const auto out = net->head->objects(stackedFrames(F), network.classifier);
        const auto rows = linker.add(out.last().kernels[0], out.last().classes[0],
                                     out.last().masks[0].unflatten(1, {end - begin, F.size(2)}));
        if (clip > 0)
            one.integers("match" + std::to_string(clip - 1), {rows.begin(), rows.end()});
        one.tensor("kern" + std::to_string(clip), linker.kernels().slice(0, 0, std::nullopt, 5));
        begin = end;
        ++clip;
    }
    one.tensor("cls_mean", linker.classes());
    const auto masks = linker.masks();  // (N, T, h, w)
    const auto padded =
        torch::upsample_bilinear2d(masks.to(torch::kFloat), {s.paddedHeight, s.paddedWidth}, false);
    one.tensor("mask_upsampled_sample", padded, facts.value("mask_step", std::int64_t(1)));
    for (std::int64_t t = 0; t < masks.size(1); ++t)
        one.instances("", std::to_string(t),
                      topInstances(linker.classes(), fullSizeLogits(masks.select(1, t), s), kThings));
}

}  // namespace fs2::golden
