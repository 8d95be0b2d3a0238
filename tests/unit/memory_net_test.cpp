// Parity of the streaming memory's network part with its PyTorch twin on formula weights: at most 1e-5 of
// the largest magnitude; and what holds for any weights.
#include <QtTest>

#include <torch/torch.h>

#include "model/checkpoints/safetensors.h"
#include "model/memory/memory_net.h"
#include "tests/unit/model_formula.h"

namespace fs2 {

using golden::fillByFormula;
using golden::input;

class MemoryNetTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        const auto file = loadSafetensors(FS2_SOURCE_DIR "/tests/golden/fastsam2_s/memory.safetensors");
        QVERIFY2(file.ok(), file.ok() ? "" : file.error().detail.c_str());
        golden_ = file->tensors;
        QCOMPARE(golden_.size(), std::size_t(18));
        net_->addMemory();
        fillByFormula(*net_, "");
        for (int i = 0; i < 4; ++i)
            frames_.push_back(net_->encode(input("frame" + std::to_string(i), {1, 3, 64, 96})));
    }

    void writing() {
        const auto memory = written();
        check("keys", memory.keys);
        check("values", memory.values);
        check("given.pointer", remember(net_, frames_[0], mask(0)).pointer);
    }

    void tracking_data() {
        QTest::addColumn<bool>("sharedKeys");
        QTest::newRow("all objects read the same entries") << true;
        QTest::newRow("each object has its own") << false;
    }
    void tracking() {
        QFETCH(bool, sharedKeys);
        auto memory = written();
        if (!sharedKeys) memory.keys = memory.keys.expand({2, -1, -1}).contiguous();
        const auto out = track(net_, frames_[3], memory, 8 * input("previous", {2, 1, 32, 48}));
        check("path_a", out.pathA);
        check("path_b", out.pathB);
        check("logits", out.logits);
        check("iou", out.iou);
        check("presence", out.presence);
        check("pointer", out.pointer);
    }

    void anObjectAloneIsTheSame() {
        const auto both = written();
        const auto previous = 8 * input("previous", {2, 1, 32, 48});
        const auto together = track(net_, frames_[3], both, previous);
        const MemoryRead one{both.keys, both.values.narrow(0, 1, 1), both.pointers.narrow(0, 1, 1)};
        const auto alone = track(net_, frames_[3], one, previous.narrow(0, 1, 1));
        QVERIFY(torch::allclose(alone.logits[0], together.logits[1], 1e-4, 1e-4));
    }

    void everyPartHasAGradient() {
        FastSam2 net;
        net->addMemory();
        const torch::AutoGradMode gradient(true);
        const auto features = net->encode(input("frame0", {1, 3, 64, 96}));
        const auto first = remember(net, features, mask(0));
        const MemoryRead memory{first.key, first.value, first.pointer.unsqueeze(1)};
        const auto out = track(net, features, memory, torch::zeros({2, 1, 32, 48}));
        (out.logits.square().mean() + out.presence.sum() + out.pathB.square().mean()).backward();
        for (const auto& p : net->memory()->named_parameters()) {
            QVERIFY2(p.value().grad().defined(), p.key().c_str());
            // With one entry, its weight among the pointers is 1 whatever the parameters say.
            if (p.key().starts_with("pointer_weight")) continue;
            QVERIFY2(p.value().grad().abs().sum().item<float>() > 0, p.key().c_str());
        }
    }

    void switchesByName() {
        TrackSwitches switches;
        QCOMPARE(switches.without(), std::string());
        switches.leaveOut("pointers,dpsr");
        QVERIFY(switches.memory && !switches.pointers && !switches.dpsr);
        QCOMPARE(switches.without(), std::string("pointers,dpsr"));
    }

  private:
    static torch::Tensor mask(int frame) {
        return (input("mask" + std::to_string(frame), {2, 1, 32, 48}) + 1) / 2;
    }
    MemoryRead written() {
        std::vector<torch::Tensor> keys, values;
        for (int i = 0; i < 3; ++i) {
            const auto one = net_->memory()->write(frames_[std::size_t(i)], mask(i), torch::zeros({2, kPointerWidth}));
            keys.push_back(one.key);
            values.push_back(one.value);
        }
        return {torch::cat(keys, 2), torch::cat(values, 2), input("pointers", {2, 3, kPointerWidth})};
    }
    void check(const std::string& name, const torch::Tensor& t) {
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
    FastSam2 net_;
    std::vector<Features> frames_;
    TensorMap golden_;
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::MemoryNetTest)
#include "memory_net_test.moc"
