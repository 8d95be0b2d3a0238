// The losses of clips against hand-computed values, and their gradients.
#include <QtTest>

#include <torch/torch.h>

#include <cmath>
#include <vector>

#include "training/clip_losses.h"

namespace fs2 {

using torch::Tensor;

namespace {

Tensor logits(std::initializer_list<float> values, std::int64_t h, std::int64_t w) {
    return torch::tensor(std::vector<float>(values)).view({1, 1, h, w});
}

double valueOf(const Tensor& x) { return x.item<double>(); }

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

class TrainingClipLossesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void pathsThatAgreeCostLittle() {
        const auto a = logits({20, -20, -20, -20}, 2, 2), b = a.clone();
        const auto pointer = torch::tensor({1.f, 0.f}).view({1, 2});
        QVERIFY(std::abs(valueOf(dpsrLoss(a, b, pointer, pointer))) < 1e-3);
    }

    void pathsThatDisagree() {
        // A says the first pixel, B the second, both are certain: no overlap, one pixel of smoothing:
        // D = 1 - 1 / (1 + 1 + 1) each way. The pointers are at right angles: + .1.
        const auto a = logits({30, -30, -30, -30}, 2, 2), b = logits({-30, 30, -30, -30}, 2, 2);
        const auto now = torch::tensor({1.f, 0.f}).view({1, 2}), then = torch::tensor({0.f, 1.f}).view({1, 2});
        QVERIFY(std::abs(valueOf(dpsrLoss(a, b, now, then)) - (4.0 / 3 + 0.1)) < 1e-3);
    }

    void anUnsurePathTeachesLittle() {
        const auto a = logits({30, -30, -30, -30}, 2, 2), now = torch::tensor({1.f, 0.f}).view({1, 2});
        const auto sure = dpsrLoss(a, logits({-30, 30, -30, -30}, 2, 2), now, now);
        const auto unsure = dpsrLoss(a, logits({-.1f, .1f, -.1f, -.1f}, 2, 2), now, now);
        QVERIFY(valueOf(unsure) < valueOf(sure));
    }

    void temporalIsZeroWhereTheSceneWasFollowed() {
        // The picture moved by one pixel to the right.
        const auto before = logits({9, -9, -9, -9, -9, -9}, 2, 3), now = logits({-9, 9, -9, -9, -9, -9}, 2, 3);
        Tensor previous = torch::zeros({1, 2, 3, 2}), seen = torch::ones({1, 2, 3});
        for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 3; ++x) {
                previous[0][y][x][0] = x - 1;
                previous[0][y][x][1] = y;
                if (x == 0) seen[0][y][x] = 0;
            }
        QVERIFY(valueOf(temporalLoss(now, before, previous, seen)) < 1e-6);
        // Standing still instead, two of the six pixels differ by p(9) - p(-9).
        for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 3; ++x) previous[0][y][x][0] = x;
        const double step = sigmoid(9) - sigmoid(-9);
        QVERIFY(std::abs(valueOf(temporalLoss(now, before, previous, torch::ones({1, 2, 3}))) - 2 * step * step / 6) < 1e-6);
    }

    void temporalCountsOnlyWhatWasSeen() {
        const auto before = logits({9, -9}, 1, 2), now = logits({-9, -9}, 1, 2);
        const auto stay = torch::tensor({0.f, 0.f, 1.f, 0.f}).view({1, 1, 2, 2});
        QVERIFY(valueOf(temporalLoss(now, before, stay, torch::tensor({0.f, 1.f}).view({1, 1, 2}))) < 1e-9);
        QVERIFY(valueOf(temporalLoss(now, before, stay, torch::tensor({1.f, 0.f}).view({1, 1, 2}))) > 0.9);
    }

    void memoryAlignTellsObjectsApart() {
        const auto apart = torch::eye(3), same = torch::ones({3, 3}), all = torch::ones({3});
        // cos 1 with its own, 0 with the two others, temperature .1
        QVERIFY(std::abs(valueOf(memoryAlignLoss(apart, apart, all)) - std::log(1 + 2 * std::exp(-10.0))) < 1e-6);
        QVERIFY(std::abs(valueOf(memoryAlignLoss(same, same, all)) - std::log(3.0)) < 1e-5);
        const auto swapped = torch::stack({apart[1], apart[0], apart[2]});
        const auto third = torch::tensor({0.f, 0.f, 1.f});
        QVERIFY(valueOf(memoryAlignLoss(swapped, apart, all)) > 5);
        QVERIFY(valueOf(memoryAlignLoss(swapped, apart, third)) < 1e-3);
    }

    void everyLossHasAGradient() {
        const auto leaf = [](at::IntArrayRef shape) { return torch::randn(shape).set_requires_grad(true); };
        torch::manual_seed(3);
        auto a = leaf({2, 1, 4, 4}), b = leaf({2, 1, 4, 4}), p = leaf({2, 8}), q = torch::randn({2, 8});
        dpsrLoss(a, b, p, q).sum().backward();
        for (const auto& x : {a, b, p}) QVERIFY(x.grad().abs().sum().item<float>() > 0);

        auto now = leaf({2, 1, 4, 4});
        temporalLoss(now, torch::randn({2, 1, 4, 4}), 3 * torch::rand({2, 4, 4, 2}), torch::ones({2, 4, 4})).sum().backward();
        QVERIFY(now.grad().abs().sum().item<float>() > 0);

        auto r = leaf({2, 8});
        memoryAlignLoss(r, q, torch::ones({2})).backward();
        QVERIFY(r.grad().abs().sum().item<float>() > 0);
    }
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::TrainingClipLossesTest)
#include "training_clip_losses_test.moc"
