// Parity of every block of fastsam2_s with its PyTorch twin on formula weights: at most 1e-5 of the
// largest magnitude, before and after the BatchNorms are folded.
#include <QtTest>

#include <torch/torch.h>

#include "model/fastsam2/backbone.h"
#include "model/fastsam2/edge_refiner.h"
#include "model/fastsam2/feature_pyramid.h"
#include "model/fastsam2/nets.h"
#include "model/fastsam2/prompt_decoder.h"
#include "model/fastsam2/prompt_fusion.h"
#include "model/checkpoints/safetensors.h"
#include "model/fastsam2/yoso_neck.h"
#include "tests/unit/model_formula.h"

namespace fs2 {

using golden::fillByFormula;
using golden::input;

namespace {

PromptTensors goldenPrompts() {
    PromptTensors p;
    p.maps = input("maps", {1, 4, 64, 96});
    p.points = torch::zeros({1, kPromptPoints, 2});
    p.types = torch::full({1, kPromptPoints}, std::int64_t(kPad), torch::kLong);
    const float given[4][3] = {{31, 20, kPositive}, {70, 55, kNegative}, {10, 12, kBoxTopLeft},
                               {80, 60, kBoxBottomRight}};
    for (std::int64_t i = 0; i < 4; ++i) {
        p.points[0][i][0] = given[i][0];
        p.points[0][i][1] = given[i][1];
        p.types[0][i] = std::int64_t(given[i][2]);
    }
    return p;
}

}  // namespace

class ModelBlocksTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        const auto file =
            loadSafetensors(FS2_SOURCE_DIR "/tests/golden/fastsam2_s/blocks.safetensors");
        QVERIFY2(file.ok(), file.ok() ? "" : file.error().detail.c_str());
        golden_ = file->tensors;
        QCOMPARE(golden_.size(), std::size_t(48));
    }

    void bottleneck() {
        Bottleneck b(96, 64, 96, 1, 2);
        fillByFormula(*b, "bottleneck.");
        check("bottleneck", b(input("bottleneck", {2, 96, 12, 16})));
        b->fold();
        check("bottleneck", b(input("bottleneck", {2, 96, 12, 16})));
    }

    void mapAttention() {
        MapAttention a(64, 4, 128, 2);
        fillByFormula(*a, "attention.");
        auto map = input("attention.map", {2, 64, 7, 10});
        auto tokens = input("attention.tokens", {2, 5, 64});
        a->forward(map, tokens);
        check("attention.map", map);
        check("attention.tokens", tokens);
    }

    void basicBlock() {
        BasicBlock b(64, 128, 2);
        fillByFormula(*b, "basic.");
        check("basic", b(input("basic", {1, 64, 16, 24})));
    }

    void encoder_data() {
        QTest::addColumn<bool>("folded");
        QTest::newRow("as trained") << false;
        QTest::newRow("folded") << true;
    }
    void encoder() {
        QFETCH(bool, folded);
        ResNet backbone(18);
        YosoNeck neck(resNetChannels(18));
        FeaturePyramid pyramid;
        fillByFormula(*backbone, "backbone.");
        fillByFormula(*neck, "neck.");
        fillByFormula(*pyramid, "pyramid.");
        if (folded) {
            backbone->fold();
            neck->fold();
            pyramid->fold();
        }
        const auto maps = backbone->forward(input("image", {1, 3, 64, 96}));
        check("backbone.stem", maps.stem);
        for (std::size_t i = 0; i < 4; ++i)
            check("backbone.C" + std::to_string(i + 2), maps.stage[i]);
        const auto n = neck(maps.stage);
        check("neck.F", n.F);
        check("neck.a5", n.a5);
        check("neck.a4", n.a4);
        check("neck.a3", n.a3);
        const auto f = pyramid->forward(maps, n);
        check("pyramid.f2", f.f2);
        check("pyramid.f4", f.f4);
        check("pyramid.f8", f.f8);
        check("pyramid.f16", f.f16);
    }

    void promptFusion() {
        PromptFusion fusion(192);
        fillByFormula(*fusion, "decoder.prompt_fusion.");
        const auto p = goldenPrompts();
        const auto out = fusion(p.points, p.types);
        check("fusion.query", out.query);
        check("fusion.tokens", out.tokens);
    }

    void wholeNetwork_data() { encoder_data(); }
    void wholeNetwork() {
        QFETCH(bool, folded);
        FastSam2 net;
        fillByFormula(*net, "");
        if (folded) net->fold();
        const auto features = net->encode(input("image", {1, 3, 64, 96}), true);
        check("neck.a5", features.a5);
        const auto out = net->decode(features, goldenPrompts());
        check("decoder.logits", out.logits);
        check("decoder.coarse", out.coarse);
        check("decoder.iou", out.iou);
        check("decoder.pointer", out.pointer);
    }

    void upsamplingByProducts() {
        const auto x = input("upsample", {2, 8, 3, 5});
        for (const auto& [h, w] : {std::pair{6, 10}, {24, 40}, {7, 13}, {3, 5}})
            QVERIFY(torch::allclose(upsampleByProducts(x, h, w), upsample(x, h, w), 1e-5, 1e-6));
    }

    void edgeRefiner() {
        EdgeRefiner refiner;
        fillByFormula(*refiner, "refiner.");
        check("refiner", refiner(input("refiner.rgb", {2, 3, 20, 28}),
                                 4 * input("refiner.logits", {2, 1, 20, 28})));
    }

    void sizeOfTheNetwork() {
        FastSam2 net;
        std::int64_t n = 0;
        for (const auto& p : net->parameters()) n += p.numel();
        QVERIFY2(n <= 25'000'000, std::to_string(n).c_str());
        QVERIFY(n >= 10'000'000);
    }

  private:
    void check(const std::string& name, const torch::Tensor& t) {
        QVERIFY2(golden_.contains(name), name.c_str());
        const auto& want = golden_.at(name);
        const auto flat = t.detach().flatten();
        const auto step = std::max<std::int64_t>(1, (flat.numel() + 4095) / 4096);
        const auto got = flat.slice(0, 0, flat.numel(), step);
        QCOMPARE(got.numel(), want.numel());
        const auto scale = golden_.at(name + ":absmax").item<float>();
        const auto worst = (got - want).abs().max().item<float>() / scale;
        QVERIFY2(worst <= 1e-5f, (name + ": " + std::to_string(worst * 1e5f) + "e-5").c_str());
        QVERIFY(scale > 1e-3f);
    }

    torch::NoGradGuard noGrad_;
    TensorMap golden_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::ModelBlocksTest)
#include "model_blocks_test.moc"
