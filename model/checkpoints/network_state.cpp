#include "model/checkpoints/network_state.h"

#include <array>

#include "model/checkpoints/safetensors.h"
#include "model/segmenter.h"

namespace fs2 {

namespace {

using Shape = std::vector<std::int64_t>;

class State {
  public:
    void add(const std::string& name, Shape shape) {
        entries.push_back({name, std::move(shape), false});
    }
    /// weight and bias
    void layer(const std::string& name, const Shape& weight, std::int64_t bias) {
        add(name + ".weight", weight);
        add(name + ".bias", {bias});
    }
    void linear(const std::string& name, std::int64_t out, std::int64_t in) {
        layer(name, {out, in}, out);
    }
    void convolution(const std::string& name, std::int64_t out, std::int64_t in,
                     std::int64_t side) {
        layer(name, {out, in, side, side}, out);
    }
    void layerNorm(const std::string& name) { layer(name, {256}, 256); }
    void batchNorm(const std::string& name, std::int64_t channels) {
        layer(name, {channels}, channels);
        add(name + ".running_mean", {channels});
        add(name + ".running_var", {channels});
        entries.push_back({name + ".num_batches_tracked", {}, true});
    }
    void attention(const std::string& name) {
        add(name + ".in_proj_weight", {768, 256});
        add(name + ".in_proj_bias", {768});
        linear(name + ".out_proj", 256, 256);
    }

    std::vector<ExpectedEntry> entries;
};

/// Blocks of two 3x3 convolutions (18), or of 1x1, 3x3, 1x1 that end four times as wide (50).
void backbone(State& s, int depth) {
    const bool deep = depth == 50;
    const int blocks[2][4] = {{2, 2, 2, 2}, {3, 4, 6, 3}};
    s.add("backbone.conv1.weight", {64, 3, 7, 7});
    s.batchNorm("backbone.bn1", 64);
    std::int64_t in = 64;
    for (int layer = 1; layer <= 4; ++layer) {
        const std::int64_t width = 32ll << layer, out = deep ? 4 * width : width;
        for (int block = 0; block < blocks[deep][layer - 1]; ++block) {
            const auto name =
                "backbone.layer" + std::to_string(layer) + "." + std::to_string(block);
            const std::int64_t side = deep ? 1 : 3;
            s.add(name + ".conv1.weight", {width, in, side, side});
            s.batchNorm(name + ".bn1", width);
            s.add(name + ".conv2.weight", {width, width, 3, 3});
            s.batchNorm(name + ".bn2", width);
            if (deep) {
                s.add(name + ".conv3.weight", {out, width, 1, 1});
                s.batchNorm(name + ".bn3", out);
            }
            if (block == 0 && in != out) {
                s.add(name + ".downsample.0.weight", {out, in, 1, 1});
                s.batchNorm(name + ".downsample.1", out);
            }
            in = out;
        }
    }
}

/// CLIP's ResNet-50: a stem of three convolutions, the blocks of ResNet-50.
void clipBackbone(State& s) {
    backbone(s, 50);
    std::erase_if(s.entries, [](const ExpectedEntry& e) {
        return e.name.starts_with("backbone.conv1.") || e.name.starts_with("backbone.bn1.");
    });
    const std::int64_t sides[] = {3, 32, 32, 64};
    for (int i = 0; i < 3; ++i) {
        const auto number = std::to_string(i + 1);
        s.add("backbone.conv" + number + ".weight", {sides[i + 1], sides[i], 3, 3});
        s.batchNorm("backbone.bn" + number, sides[i + 1]);
    }
}

/// ConvNeXt; what follows its last stage is not used.
void convNextBackbone(State& s, std::int64_t first, const std::array<int, 4>& depths) {
    s.convolution("backbone.stem.0", first, 3, 4);
    s.layer("backbone.stem.1", {first}, first);
    for (int layer = 0; layer < 4; ++layer) {
        const auto name = "backbone.layer" + std::to_string(layer + 1);
        const auto width = first << layer;
        if (layer > 0) {
            s.layer(name + ".downsample.0", {width / 2}, width / 2);
            s.convolution(name + ".downsample.1", width, width / 2, 2);
        }
        for (int block = 0; block < depths[std::size_t(layer)]; ++block) {
            const auto part = name + ".blocks." + std::to_string(block);
            s.add(part + ".gamma", {width});
            s.layer(part + ".conv_dw", {width, 1, 7, 7}, width);
            s.layer(part + ".norm", {width}, width);
            s.linear(part + ".mlp.fc1", 4 * width, width);
            s.linear(part + ".mlp.fc2", width, 4 * width);
        }
    }
}

void neck(State& s, std::int64_t widest) {
    s.add("neck.deconv.bias", {1, 128, 1, 1});
    for (int i = 0; i < 4; ++i)
        s.convolution("neck.deconv.lateral_conv" + std::to_string(i), widest >> (i + 1),
                      widest >> i, 1);
    for (int i = 1; i <= 3; ++i) {
        const auto name = "neck.deconv.deform_conv" + std::to_string(i);
        const std::int64_t in = widest >> i, out = in / 2;
        s.convolution(name + ".dcn_offset", 27, in, 3);
        s.add(name + ".dcn.weight", {out, in, 3, 3});
        s.batchNorm(name + ".dcn_bn", out);
        s.add(name + ".up_sample.weight", {out, out, 4, 4});
        s.batchNorm(name + ".up_bn", out);
    }
    s.convolution("neck.deconv.output_conv", 128, 128, 3);
    for (int i = 0; i < 4; ++i)
        s.add("neck.deconv.conv_a" + std::to_string(5 - i) + ".weight",
              {128, widest >> (i + 1), 1, 1});
    s.convolution("neck.loc_conv", 256, 130, 1);
}

void kernelUpdate(State& s, const std::string& name) {
    for (const char* part : {".dynamic_layer", ".input_layer"}) s.linear(name + part, 512, 256);
    for (const char* part : {".input_gate", ".update_gate", ".fc_layer"})
        s.linear(name + part, 256, 256);
    for (const char* part :
         {".norm_in", ".norm_out", ".input_norm_in", ".input_norm_out", ".fc_norm"})
        s.layerNorm(name + part);
}

/// A hidden layer without bias, its norm.
void hidden(State& s, const std::string& name) {
    s.add(name + ".0.weight", {256, 256});
    s.layerNorm(name + ".1");
}

void stage(State& s, const std::string& name) {
    kernelUpdate(s, name + ".kernel_update");
    s.attention(name + ".s_atten");
    s.layerNorm(name + ".s_atten_norm");
    s.linear(name + ".ffn.layers.0.0", 2048, 256);
    s.linear(name + ".ffn.layers.1", 256, 2048);
    s.layerNorm(name + ".ffn_norm");
    hidden(s, name + ".cls_fcs");
    hidden(s, name + ".mask_fcs");
    s.linear(name + ".fc_mask", 256, 256);
    for (const char* part : {".cls_proj.0", ".cls_proj.2", ".iou_embed.0", ".iou_embed.2"})
        s.linear(name + part, 256, 256);
    s.linear(name + ".cls_proj.4", 768, 256);
    s.linear(name + ".iou_embed.4", 1, 256);
}

void head(State& s) {
    const std::string name = "panoptic_head.";
    s.add(name + "mask_tokens.weight", {1, 256});
    s.add(name + "pb_embedding.weight", {2, 256});
    s.linear(name + "pos_linear", 256, 512);
    s.add(name + "kernels.weight", {100, 256});
    for (int i = 0; i < 3; ++i) stage(s, name + "mask_heads." + std::to_string(i));
    kernelUpdate(s, name + "panoptic_attn");
    s.linear(name + "panoptic_cls.0", 768, 256);
    s.attention(name + "prompt_attn.attn");
    s.layerNorm(name + "prompt_norm");
    s.linear(name + "prompt_iou", 1, 256);
}

}  // namespace

std::vector<ExpectedEntry> rapsamState(int backboneDepth) {
    return *networkState(backboneDepth == 50 ? "rapsam_r50" : "rapsam_r18");
}

Result<std::vector<ExpectedEntry>> networkState(const std::string& network) {
    struct Family {
        std::string_view network;
        std::int64_t widest;  ///< channels of C5
        void (*backbone)(State&);
    };
    constexpr Family kFamily[] = {
        {"rapsam_r50", 2048, [](State& s) { backbone(s, 50); }},
        {"rapsam_r18", 512, [](State& s) { backbone(s, 18); }},
        {"rapsam_clip_r50", 2048, clipBackbone},
        {"rapsam_convnext_base", 1024, [](State& s) { convNextBackbone(s, 128, {3, 3, 27, 3}); }},
        {"rapsam_convnext_large", 1536, [](State& s) { convNextBackbone(s, 192, {3, 3, 27, 3}); }},
        {"rapsam_convnext_xxlarge", 3072, [](State& s) { convNextBackbone(s, 384, {3, 4, 30, 3}); }},
    };
    for (const auto& one : kFamily) {
        if (one.network != network) continue;
        State s;
        one.backbone(s);
        neck(s, one.widest);
        head(s);
        return std::move(s.entries);
    }
    if (network != "fastsam2_s")
        return Error{ErrorCode::Unsupported,
                     "there is no network named " + network + " that weights could be for"};
    const auto path = bundledWeightsPath();
    if (path.empty())
        return Error{ErrorCode::NotFound, "the bundled weights are not beside the program"};
    const auto header = readSafetensorsHeader(path);
    if (!header) return header.error();
    std::vector<ExpectedEntry> entries;
    for (const auto& [name, entry] : header->entries)
        entries.push_back({name, entry.shape, name.ends_with("num_batches_tracked")});
    return entries;
}

}  // namespace fs2
