// The 568 state entries of rapsam_r50 by name and shape (MODEL.md part F), and its parameters.
#include <QtTest>

#include <torch/torch.h>

#include <cmath>
#include <map>

#include "model/rapsam/rapsam_net.h"

namespace fs2 {

namespace {

using Shape = std::vector<std::int64_t>;

/// The list of part F, written out by its rules.
class Expected {
  public:
    explicit Expected(int depth) {
        depth == 50 ? backbone50() : backbone18();
        neck(depth == 50 ? Shape{2048, 1024, 512, 256} : Shape{512, 256, 128, 64});
        head();
    }
    std::map<std::string, Shape> shapes;

  private:
    void add(const std::string& name, const Shape& shape) { shapes[name] = shape; }
    void affine(const std::string& name, const Shape& weight, bool bias = true) {
        add(name + ".weight", weight);
        if (bias) add(name + ".bias", {weight[0]});
    }
    void norm(const std::string& name, std::int64_t n, bool running = true) {
        affine(name, {n});
        if (!running) return;
        add(name + ".running_mean", {n});
        add(name + ".running_var", {n});
        add(name + ".num_batches_tracked", {});
    }
    void stem() {
        add("backbone.conv1.weight", {64, 3, 7, 7});
        norm("backbone.bn1", 64);
    }
    void backbone50() {
        stem();
        const int blocks[] = {3, 4, 6, 3};
        std::int64_t in = 64;
        for (int l = 0; l < 4; ++l)
            for (int b = 0; b < blocks[l]; ++b) {
                const auto name = "backbone.layer" + std::to_string(l + 1) + "." + std::to_string(b) + ".";
                const std::int64_t p = 64 << l;
                add(name + "conv1.weight", {p, in, 1, 1});
                add(name + "conv2.weight", {p, p, 3, 3});
                add(name + "conv3.weight", {4 * p, p, 1, 1});
                norm(name + "bn1", p);
                norm(name + "bn2", p);
                norm(name + "bn3", 4 * p);
                if (b == 0) {
                    add(name + "downsample.0.weight", {4 * p, in, 1, 1});
                    norm(name + "downsample.1", 4 * p);
                }
                in = 4 * p;
            }
    }
    void backbone18() {
        stem();
        std::int64_t in = 64;
        for (int l = 0; l < 4; ++l)
            for (int b = 0; b < 2; ++b) {
                const auto name = "backbone.layer" + std::to_string(l + 1) + "." + std::to_string(b) + ".";
                const std::int64_t p = 64 << l;
                add(name + "conv1.weight", {p, in, 3, 3});
                add(name + "conv2.weight", {p, p, 3, 3});
                norm(name + "bn1", p);
                norm(name + "bn2", p);
                if (b == 0 && l > 0) {
                    add(name + "downsample.0.weight", {p, in, 1, 1});
                    norm(name + "downsample.1", p);
                }
                in = p;
            }
    }
    void neck(const Shape& c) {
        add("neck.deconv.bias", {1, 128, 1, 1});
        for (std::size_t k = 0; k < 4; ++k) {
            affine("neck.deconv.lateral_conv" + std::to_string(k), {c[k] / 2, c[k], 1, 1});
            add("neck.deconv.conv_a" + std::to_string(5 - k) + ".weight", {128, c[k] / 2, 1, 1});
            if (k == 0) continue;
            const auto name = "neck.deconv.deform_conv" + std::to_string(k) + ".";
            const auto in = c[k - 1] / 2, out = c[k] / 2;
            affine(name + "dcn_offset", {27, in, 3, 3});
            add(name + "dcn.weight", {out, in, 3, 3});
            norm(name + "dcn_bn", out);
            add(name + "up_sample.weight", {out, out, 4, 4});
            norm(name + "up_bn", out);
        }
        affine("neck.deconv.output_conv", {128, 128, 3, 3});
        affine("neck.loc_conv", {256, 130, 1, 1});
    }
    void updator(const std::string& name) {
        for (const auto* l : {"dynamic_layer", "input_layer"}) affine(name + l, {512, 256});
        for (const auto* l : {"input_gate", "update_gate", "fc_layer"}) affine(name + l, {256, 256});
        for (const auto* n : {"norm_in", "norm_out", "input_norm_in", "input_norm_out", "fc_norm"})
            norm(name + n, 256, false);
    }
    void attention(const std::string& name) {
        add(name + "in_proj_weight", {768, 256});
        add(name + "in_proj_bias", {768});
        affine(name + "out_proj", {256, 256});
    }
    void head() {
        const std::string h = "panoptic_head.";
        add(h + "mask_tokens.weight", {1, 256});
        add(h + "pb_embedding.weight", {2, 256});
        affine(h + "pos_linear", {256, 512});
        add(h + "kernels.weight", {100, 256});
        for (int i = 0; i < 3; ++i) {
            const auto s = h + "mask_heads." + std::to_string(i) + ".";
            updator(s + "kernel_update.");
            attention(s + "s_atten.");
            norm(s + "s_atten_norm", 256, false);
            affine(s + "ffn.layers.0.0", {2048, 256});
            affine(s + "ffn.layers.1", {256, 2048});
            norm(s + "ffn_norm", 256, false);
            for (const auto* trunk : {"cls_fcs", "mask_fcs"}) {
                affine(s + trunk + ".0", {256, 256}, false);
                norm(s + trunk + ".1", 256, false);
            }
            for (const auto* mlp : {"cls_proj", "iou_embed"}) {
                affine(s + mlp + ".0", {256, 256});
                affine(s + mlp + ".2", {256, 256});
            }
            affine(s + "cls_proj.4", {768, 256});
            affine(s + "iou_embed.4", {1, 256});
            affine(s + "fc_mask", {256, 256});
        }
        updator(h + "panoptic_attn.");
        affine(h + "panoptic_cls.0", {768, 256});
        attention(h + "prompt_attn.attn.");
        norm(h + "prompt_norm", 256, false);
        affine(h + "prompt_iou", {1, 256});
    }
};

std::map<std::string, Shape> stateOf(torch::nn::Module& network) {
    std::map<std::string, Shape> state;
    for (const auto& p : network.named_parameters()) state[p.key()] = p.value().sizes().vec();
    for (const auto& b : network.named_buffers()) state[b.key()] = b.value().sizes().vec();
    return state;
}

std::int64_t parametersOf(torch::nn::Module& network) {
    std::int64_t n = 0;
    for (const auto& p : network.parameters()) n += p.numel();
    return n;
}

}  // namespace

class RapSamStateTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void names_data() {
        QTest::addColumn<int>("depth");
        QTest::newRow("ResNet-50") << 50;
        QTest::newRow("ResNet-18") << 18;
    }
    void names() {
        QFETCH(int, depth);
        RapSam net(std::make_shared<ResNetImpl>(depth));
        const auto state = stateOf(*net);
        const Expected expected(depth);
        for (const auto& [name, shape] : expected.shapes) {
            QVERIFY2(state.contains(name), (name + " is missing").c_str());
            QVERIFY2(state.at(name) == shape, (name + " has another shape").c_str());
        }
        for (const auto& [name, shape] : state)
            QVERIFY2(expected.shapes.contains(name), (name + " is not a published name").c_str());
    }

    void counts() {
        RapSam net;
        const auto state = stateOf(*net);
        const auto of = [&](const std::string& prefix) {
            return std::count_if(state.begin(), state.end(),
                                 [&](const auto& entry) { return entry.first.starts_with(prefix); });
        };
        QCOMPARE(state.size(), std::size_t(568));
        QCOMPARE(of("backbone."), 318);
        QCOMPARE(of("neck."), 59);
        QCOMPARE(of("panoptic_head."), 191);
        QCOMPARE(parametersOf(*net), std::int64_t(47'252'245));
        RapSam small(std::make_shared<ResNetImpl>(18));
        QCOMPARE(std::lround(double(parametersOf(*small)) / 1e4), 2083L);
    }
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::RapSamStateTest)
#include "rapsam_state_test.moc"
